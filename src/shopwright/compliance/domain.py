"""What happens in compliance itself."""

from dataclasses import dataclass

from shopwright.kit.events import Event


@dataclass(frozen=True, kw_only=True)
class AuditExported(Event, name="compliance.audit_exported", subject="tenant"):
    """Somebody took a copy of the journal."""

    format: str
