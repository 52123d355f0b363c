"""What somebody filled in on the page of a check, and which badge it means."""

import re
from dataclasses import dataclass
from typing import Final

from fastapi import Request

from issuer.core import ids
from issuer.core.documents import DocumentTooLarge
from issuer.core.verifying.holder import Claimed
from issuer.errors import Invalid
from issuer.web import multipart, verify_requests
from issuer.web.pages.verify_views import FormView, Given, Mistake

MAX_FILE: Final = 2_000_000
MAX_BODY: Final = verify_requests.MAX_BODY
MAX_LINK: Final = 2_000
_WEB: Final = ("https://", "http://")
_BARE_HOST: Final = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:\d+)?/\S*")
_ID: Final = re.compile(ids.PUBLIC_ID_PATTERN)


class UnusableForm(Invalid):
    """What was filled in names no badge."""

    code = "unusable-form"

    def __init__(self, mistake: Mistake, view: FormView, detail: str) -> None:
        super().__init__(detail)
        self.mistake = mistake
        self.view = view


@dataclass(frozen=True)
class Filled:
    """A form that names a badge: its file, its link or its own id here, and whose it should be."""

    given: Given
    view: FormView
    raw: bytes = b""
    url: str | None = None
    badge_id: str | None = None
    claimed: Claimed | None = None


async def filled(request: Request) -> Filled:
    """Return what was filled in: the file if there is one, else the text, else the link.

    Raises `UnusableForm`. No more than the limit is kept of a body, and nothing is written to disk.
    """
    try:
        fields, content = await multipart.parts(request, MAX_BODY)
    except DocumentTooLarge as error:
        raise UnusableForm("too_large", FormView(mistake="too_large"), error.detail) from error
    except multipart.UnreadableForm as error:
        raise UnusableForm(
            "unreadable", FormView(mistake="unreadable"), "the form cannot be parsed"
        ) from error
    return named(fields, content)


def named(fields: dict[str, str], content: bytes) -> Filled:
    """Return which badge the fields of a form and its file name, or raise `UnusableForm`."""
    view = FormView(link=fields.get("url", ""), text=fields.get("text", ""), person=fields.get("person", ""))
    claimed = claimed_of(view.person)
    if len(content) > MAX_FILE:
        raise unusable("too_large", view)
    if content:
        return Filled("file", view, content, claimed=claimed)
    if view.text:
        return _of_text(view, claimed)
    if view.link:
        return _of_link(view, claimed)
    raise unusable("nothing", view)


def claimed_of(person: str) -> Claimed | None:
    """Return whom somebody means: an e-mail address by its sign, a name otherwise."""
    if not person:
        return None
    return Claimed("emailAddress" if "@" in person else "name", person)


def unusable(mistake: Mistake, view: FormView) -> UnusableForm:
    """Return the error of a form, with the form as it was filled in."""
    again = FormView(link=view.link, text=view.text, person=view.person, mistake=mistake)
    return UnusableForm(mistake, again, f"the form names no badge: {mistake}")


def _of_text(view: FormView, claimed: Claimed | None) -> Filled:
    """Return what a pasted text names: a link or an id may be pasted there as well."""
    if _ID.fullmatch(view.text):
        return Filled("link", view, badge_id=view.text, claimed=claimed)
    if view.text.startswith(_WEB) and len(view.text.split()) == 1:
        return Filled("link", view, url=view.text, claimed=claimed)
    return Filled("text", view, view.text.encode(), claimed=claimed)


def _of_link(view: FormView, claimed: Claimed | None) -> Filled:
    if _ID.fullmatch(view.link):
        return Filled("link", view, badge_id=view.link, claimed=claimed)
    url = f"https://{view.link}" if _BARE_HOST.fullmatch(view.link) else view.link
    if not url.startswith(_WEB) or len(url) > MAX_LINK or len(url.split()) > 1:
        raise unusable("not_a_link", view)
    return Filled("link", view, url=url, claimed=claimed)
