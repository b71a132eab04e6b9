"""Telling other processes, in the transaction of a change, whose credentials are to be verified anew."""

from shopwright.identity.verified import CHANNEL, changed_subject
from shopwright.infra.db import UnitOfWork
from shopwright.kit.events import Event


async def publish_change(unit: UnitOfWork, event: Event) -> None:
    """Publish an event that puts credentials in doubt, and send its notice: heard when the unit commits."""
    subject = changed_subject(unit.tenant, event)
    if subject is None:
        raise TypeError(f"{event.wire_name} puts no credential in doubt: publish it on the unit itself")
    unit.publish(event)
    await unit.connection.execute("select pg_notify($1, $2)", CHANNEL, str(subject))
