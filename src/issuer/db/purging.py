"""Take everything away that a sandbox knows of anybody."""

from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from issuer.db.base import Base
from issuer.db.tables import Credential

KEPT: Final = frozenset(
    {
        *("tenant", "verification_key", "api_client", "webhook", "artwork"),
        *("achievement", "achievement_version", "pathway", "pathway_version"),
        *("source", "source_mapping", "framework", "framework_item"),
        *("lti_registration", "lti_key"),
        "oauth_client",
        *("status_list", "published_list", "text_dictionary"),
    }
)
"""What an issuer is and offers, its status lists, whose numbers are in badges that were handed out, and what
processes remember to have stored."""


def purge(session: Session, tenant_id: str) -> int:
    """Delete a tenant's people, events, badges and all that hangs on them. Return how many badges it had."""
    count = session.scalar(select(func.count()).where(Credential.tenant_id == tenant_id)) or 0
    for table in reversed(Base.metadata.sorted_tables):
        if "tenant_id" in table.c and table.name not in KEPT:
            session.execute(delete(table).where(table.c.tenant_id == tenant_id))
    return count
