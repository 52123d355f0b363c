"""What an event would lead to, without anything of it being kept: decided and drafted, and let go again."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from issuer.context import Context
from issuer.core.awarding.requirements import Caution
from issuer.core.documents import Document
from issuer.errors import IssuerError
from issuer.services import clashing, recording
from issuer.services.recording import Recorded
from issuer.services.sending import Sent

Would: TypeAlias = Literal["would_issue", "already_processed", "already_awarded"]
_WOULD: dict[str, Would] = {
    "issued": "would_issue",
    "already_processed": "already_processed",
    "already_awarded": "already_awarded",
}


@dataclass(frozen=True)
class Trial:
    """What an event would lead to, and the badge before it is signed, where there would be a new one.

    Its address and its places in status lists are made up: the real ones are taken when it is issued.
    """

    would: Would
    document: Document | None
    cautions: tuple[Caution, ...] = ()


def trial(context: Context, sent: Sent) -> Trial:
    """Return what an event would lead to now. Raises what issuing would."""
    found = clashing.again(lambda: _recorded(context, sent))
    if isinstance(found, IssuerError):
        raise found
    document = dict(found.fresh.draft.document) if found.fresh else None
    return Trial(_WOULD[found.outcome], document, found.cautions)


def _recorded(context: Context, sent: Sent) -> Recorded | IssuerError:
    with context.database.write() as session:
        [found] = recording.record(context, session, sent.sender.tenant_id, [sent])
        session.rollback()
    return found
