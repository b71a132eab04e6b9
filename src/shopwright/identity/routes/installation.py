"""What anybody may know of the installation before signing in."""

from fastapi import Request
from pydantic import BaseModel, Field

from shopwright.identity.deps import guarded_router, open_to_all
from shopwright.identity.routes.callers import access_of

router = guarded_router(prefix="/installation", tag="installation")


class InstallationAnswer(BaseModel):
    """What this installation offers."""

    version: str = Field(examples=["0.1.0"])
    sign_in: bool = Field(description="False when the program runs for one person on this machine.")
    sign_up: bool = Field(description="Whether anybody may open a shop of their own.")
    demo_mode: bool = Field(description="Whether the simulated shop can be entered with one click.")


@router.get("", name="get_installation")
@open_to_all
async def get_installation(request: Request) -> InstallationAnswer:
    """Say what this installation is and offers; it asks nothing of the database."""
    policy = access_of(request).policy
    return InstallationAnswer(
        version=request.app.version, sign_in=policy.sign_in, sign_up=policy.sign_up, demo_mode=policy.open_demo
    )
