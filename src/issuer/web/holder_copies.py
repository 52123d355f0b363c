"""The copies of a holder's badges: one file that holds them all, and a page that lists what is in it."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import suppress
from zoneinfo import ZoneInfo

from issuer.context import Context
from issuer.core import archive
from issuer.db.held_tables import HeldCredential
from issuer.errors import IssuerError
from issuer.services import elsewhere, enveloped
from issuer.services.holder import Holder
from issuer.services.standing import PublicBadge
from issuer.services.tenants import presentation_of, profile_of
from issuer.web import badge_pictures, holder_view
from issuer.web.pages import holder_views, render
from issuer.web.pages.holder_views import CopiedBadge, Copies
from issuer.web.pages.words import Language

_LONGEST_NAME = 60
_TOLD_APART = 12
"""How many letters of an id go into a file's name."""


def zipped(
    context: Context, holder: Holder, badges: Sequence[PublicBadge], lang: Language
) -> Iterator[bytes]:
    """Yield a ZIP file of all badges in every form that can be had, with a page that lists them."""
    return archive.zipped(_files(context, holder, badges, lang), context.clock())


def file_name(badge: PublicBadge) -> str:
    """Return what a badge's copy is called before its ending: its name in plain letters, and its id."""
    return f"{_plain(badge.document['name'])}-{badge.credential.public_id}"


def other_file_name(row: HeldCredential, name: str | None) -> str:
    """Return what the copy of a badge of another issuer is called before its ending."""
    return f"{_plain(name or '')}-{row.id[-_TOLD_APART:]}"


def _plain(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain)[:_LONGEST_NAME].strip("-") or "badge"


def _files(
    context: Context, holder: Holder, badges: Sequence[PublicBadge], lang: Language
) -> Iterator[tuple[str, bytes]]:
    """Yield the copies, and at last the page that lists those that there are."""
    listed = []
    zone = ZoneInfo(presentation_of(holder.tenant).time_zone)
    for badge in badges:
        names = []
        for suffix, content in _forms(context, badge):
            names.append(f"{file_name(badge)}.{suffix}")
            yield names[-1], content
        listed.append(_copied(context, badge, zone, tuple(names)))
    for row in elsewhere.of_holder(context, holder):
        shown = holder_view.other(row, zone)
        name = f"{other_file_name(row, shown.name)}.{shown.suffix}"
        yield name, row.text.encode()
        listed.append(CopiedBadge(name=shown.name, awarded=shown.issued, files=(name,), issuer=shown.issuer))
    view = Copies(
        issuer=str(profile_of(context, holder.tenant)["name"]),
        made=context.clock().astimezone(zone),
        badges=tuple(listed),
    )
    page = render.page("holder_copies", lang, holder_views.head_of_copies(view, lang), view)
    yield "index.html", page.encode()


def _forms(context: Context, badge: PublicBadge) -> Iterator[tuple[str, bytes]]:
    """Yield the forms of a badge that can be had now: one that cannot be leaves the others in their place."""
    yield "json", badge.text.encode()
    if badge.credential.enveloped is not None:
        with suppress(IssuerError):
            yield "jwt", enveloped.token(context, badge).encode()
    with suppress(IssuerError):
        yield "png", badge_pictures.png_of(context, badge)


def _copied(context: Context, badge: PublicBadge, zone: ZoneInfo, files: tuple[str, ...]) -> CopiedBadge:
    return CopiedBadge(
        name=badge.document["name"],
        awarded=badge.credential.awarded_at.astimezone(zone),
        page_url=context.addresses(badge.tenant).badge(badge.credential.public_id),
        files=files,
        language=badge.document["credentialSubject"]["achievement"].get("inLanguage", "en"),
    )
