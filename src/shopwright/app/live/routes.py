"""GET /api/v1/live: a web socket that tells an open page what changes. Its messages are described in docs/live.md."""

from fastapi import WebSocket

from shopwright.app.live.conversation import converse, feed_of
from shopwright.identity.deps import guarded_router, needs

router = guarded_router(prefix="", tag="live")


@router.websocket("/live", name="live")
@needs("account:read")
async def live(socket: WebSocket) -> None:
    """Tell what changes in the caller's tenant, topic by topic as far as the caller may see them."""
    await converse(socket, feed_of(socket))
