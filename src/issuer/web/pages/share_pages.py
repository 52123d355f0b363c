"""From what the pages beside a badge are given to their HTML text."""

from dataclasses import dataclass
from typing import Final

from issuer.web.pages import head, render, share, words
from issuer.web.pages.head import Head
from issuer.web.pages.share_views import FrameView, InformationView, PersonView, Topic
from issuer.web.pages.words import Language


@dataclass(frozen=True)
class Part:
    """A part of an information page: its heading's key, those of its paragraphs, and a list's."""

    heading: str
    paragraphs: tuple[str, ...]
    listed: tuple[str, ...] = ()


_REASONS: Final = (
    "issued_in_error",
    "replaced",
    "holder_request",
    "requirements_not_met",
    "authority_ended",
    "other",
)
PARTS: Final[dict[Topic, tuple[Part, ...]]] = {
    "accessibility": (
        Part("how", ("how_1", "how_2")),
        Part("tested", ("tested_1", "tested_2")),
        Part("limits", ("limits_1", "limits_2")),
        Part("report", ("report_1",)),
    ),
    "privacy": (
        Part("visit", ("visit_1", "visit_2", "visit_3")),
        Part("page", ("page_1", "page_2")),
        Part("file", ("file_1", "file_2", "file_3")),
        Part("others", ("others_1", "others_2", "others_3")),
        Part("long", ("long_1", "long_years")),
        Part("rights", ("rights_1", "rights_2")),
    ),
    "withdrawal": (
        Part("who", ("who_1",)),
        Part("hold", ("hold_1",)),
        Part("withdrawn", ("withdrawn_1",), tuple(f"reason.{each}" for each in _REASONS)),
        Part("replaced", ("replaced_1",)),
        Part("seen", ("seen_1", "seen_2")),
        Part("appeal", ("appeal_1",)),
    ),
}
"""What each information page says, in order. `long_years` needs a number that not every issuer gives."""


def person(view: PersonView, lang: Language) -> str:
    """Return the answer of a comparison, under how the badge stands, or the form with what is wrong."""
    title = words.phrase(lang, "applicant.title")
    if view.mistake:
        title = words.phrase(lang, "form.error").format(title=title)
    content = view.badge.shown
    about = Head(title=title, color=content.issuer.color if content else None, secret=True)
    tone = render.TONES.get(view.badge.state, "warn")
    home = view.badge.page_url.rpartition("/b/")[0]
    return render.page("match", lang, about, view, chosen=True, tone=tone, home=home)


def frame(view: FrameView, lang: Language) -> str:
    """Return how a badge stands, for a frame on another site. It offers nothing but the badge's page."""
    badge = view.badge
    if badge is None:
        title = words.phrase(lang, f"error_title.{view.missing.replace('-', '_')}")
        return render.page("embed", lang, Head(title=title), view, tone="warn", title=title)
    content = badge.shown
    about = Head(
        title=share.name_of(content) if content else words.phrase(lang, "sharing.status"),
        color=content.issuer.color if content else None,
    )
    return render.page("embed", lang, about, view, tone=render.TONES.get(badge.state, "warn"), title="")


def information(view: InformationView, lang: Language, *, chosen: bool = False) -> str:
    """Return a page that tells how people are treated."""
    name = words.phrase(lang, f"{view.topic}.title")
    site = view.issuer.name if view.issuer else None
    about = Head(
        title=f"{name}{head.DASH}{site}" if site else name,
        description=words.phrase(lang, f"{view.topic}.lead"),
        page_url=view.page_url,
        listed=view.page_url is not None,
        color=view.issuer.color if view.issuer else None,
    )
    return render.page("info", lang, about, view, chosen=chosen, parts=PARTS[view.topic], home=view.home)
