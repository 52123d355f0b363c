"""Ask a platform of LTI for results: a token by a signed assertion, then each line item, page by page."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from urllib.parse import urlencode, urljoin, urlsplit

from issuer.context import Context
from issuer.core import documents, ids
from issuer.core.documents import Document
from issuer.core.intake import messages
from issuer.core.intake.dialects import ags
from issuer.core.intake.observation import Reading
from issuer.core.lti.registration import Registration, origin
from issuer.db import sources
from issuer.db.source_tables import Source
from issuer.errors import Fault, Invalid, IssuerError, Unavailable
from issuer.net import weblinks
from issuer.services.lti import registering, tool_keys
from issuer.services.lti.registering import RESULTS, Tool
from issuer.services.sources import judging, taking
from issuer.services.sources.taking import Taken

MOST_PAGES: Final = 200
"""How many pages of results are asked for in one go."""

MOST_AT_ONCE: Final = 200
"""How many results a page is asked to have at most: a platform may decide otherwise."""

MEDIA: Final = "application/vnd.ims.lis.v2.resultcontainer+json"

_OK: Final = 200
_LIFETIME: Final = timedelta(minutes=5)
_ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_LONGEST_TOKEN: Final = 8_000


class NoLineItems(Invalid):
    """The mapping of the source names no line item of the registered platform, or others beside."""

    code = "no-line-items"


class ResultsUnavailable(Unavailable):
    """The platform did not give its results, or not as they have to be."""

    code = "results-unavailable"


class TooManyPages(Invalid):
    """The platform has more pages of results than are asked for in one go."""

    code = "too-many-pages"


@dataclass
class Pulled:
    """What was asked for, and what became of it."""

    line_items: int = 0
    results: int = 0
    pages: int = 0
    taken: Taken = field(default_factory=Taken)


def pull(context: Context, tenant_id: str, name: str, request_id: str) -> Pulled:
    """Ask for the results of every line item that a source's mapping names, and take each page as it comes.

    What was taken before is no news. What was answered before an error is safe. Raises `UnknownSource`,
    `NotForLti`, `NotRegistered`, `NoLineItems`, `ResultsUnavailable`, `TooManyPages`, and what `take` does.
    """
    tool = registering.named(context, tenant_id, name)
    if tool.source.disabled_at is not None:
        raise sources.UnknownSource("this source is turned off: nothing is asked of it")
    items = _line_items(context, tool)
    token, found = _token(context, tool), Pulled(line_items=len(items))
    for item in items:
        for readings in _pages(context, item, token, found):
            found.results += len(readings)
            found.taken.add(taking.take(context, tool.source, readings, request_id))
    return found


def results_url(item: str) -> str:
    """Return where the results of a line item are (LTI AGS 2.0, 3.3): below its path, with its query."""
    place = urlsplit(item)
    query = "&".join(filter(None, (place.query, f"limit={MOST_AT_ONCE}")))
    return place._replace(path=f"{place.path.rstrip('/')}/results", query=query).geturl()


def _line_items(context: Context, tool: Tool) -> list[str]:
    """Return the line items that the mapping names, each once. All must be the platform's own."""
    source, platform = tool.source, tool.registration
    with context.database.read() as session:
        mapping = judging.mapping_of(sources.mapping(session, source.tenant_id, source.id))
    rules = mapping.rules if mapping else []
    faults = [
        Fault(f"/rules/{number}/competency", f"{rule.competency} is not at an origin of the registration")
        for number, rule in enumerate(rules)
        if origin(rule.competency) not in platform.origins
    ]
    if faults or not rules:
        detail = "name line items by their addresses, at the origin of the platform, in the mapping"
        raise NoLineItems(f"no results can be asked for: {detail}", faults)
    return list(dict.fromkeys(rule.competency for rule in rules))


def _token(context: Context, tool: Tool) -> str:
    """Return an access token (RFC 6749, 4.4, with an assertion by RFC 7523, 2.2; AGS 2.0, 4.1)."""
    platform = tool.registration
    form = {
        "grant_type": "client_credentials",
        "client_assertion_type": _ASSERTION,
        "client_assertion": _assertion(context, tool.source, platform),
        "scope": RESULTS,
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    status, body, _ = _asked(context, platform.token_url, headers, urlencode(form).encode())
    said = _object(body)
    if status != _OK:
        raise ResultsUnavailable(f"the platform gave no token: status {status}{_reason(said)}")
    token = said.get("access_token")
    if not isinstance(token, str) or not token.isascii() or not token.isprintable() or " " in token:
        raise ResultsUnavailable("the platform answered with no access_token that can be used")
    if not 0 < len(token) <= _LONGEST_TOKEN or str(said.get("token_type", "bearer")).lower() != "bearer":
        raise ResultsUnavailable("the platform answered with a token that is no bearer token")
    return token


def _assertion(context: Context, source: Source, platform: Registration) -> str:
    now = context.clock()
    return tool_keys.signer(context, source).signed(
        {
            "iss": platform.client_id,
            "sub": platform.client_id,
            "aud": platform.token_url,
            "iat": int(now.timestamp()),
            "exp": int((now + _LIFETIME).timestamp()),
            "jti": ids.public_id(context.chance(ids.PUBLIC_ID_BYTES)),
        }
    )


def _pages(context: Context, item: str, token: str, found: Pulled) -> Iterator[list[Reading]]:
    """Yield what each page of a line item's results says. The token goes to the item's own origin alone."""
    url: str | None = results_url(item)
    headers = {"Accept": MEDIA, "Authorization": f"Bearer {token}"}
    while url is not None:
        if found.pages >= MOST_PAGES:
            raise TooManyPages(
                f"{MOST_PAGES} pages were taken, and there are more: name fewer line items in a mapping"
            )
        found.pages += 1
        status, body, links = _asked(context, url, headers, None)
        if status != _OK:
            raise ResultsUnavailable(f"the results of {item} were refused: status {status}")
        yield _read(context, item, body)
        url = _following(item, url, links)


def _read(context: Context, item: str, body: bytes) -> list[Reading]:
    try:
        return ags.read(messages.parse(body), context.clock())
    except Invalid as error:
        places = ", ".join(fault.pointer for fault in error.faults[:3])
        raise ResultsUnavailable(
            f"the results of {item} cannot be read: {error.detail}{f' ({places})' if places else ''}"
        ) from error


def _following(item: str, url: str, links: str) -> str | None:
    href = weblinks.next_in(links)
    if href is None:
        return None
    following = urljoin(url, href)
    if origin(following) != origin(item):
        raise ResultsUnavailable(f"the next page of {item} is said to be at another origin")
    return following


def _asked(context: Context, url: str, headers: dict[str, str], body: bytes | None) -> tuple[int, bytes, str]:
    try:
        answer = context.ask(url, headers, body)
    except IssuerError as error:
        raise ResultsUnavailable(f"the platform could not be asked: {error.detail}") from error
    return answer.status, answer.body, answer.links


def _object(body: bytes) -> Document:
    try:
        return documents.parse(body)
    except Invalid:
        return {}


def _reason(said: Document) -> str:
    """Return the error that a platform names (RFC 6749, 5.2), as far as it is one word."""
    named = said.get("error")
    is_word = isinstance(named, str) and len(named) <= 60 and named.replace("_", "").isalnum()  # noqa: PLR2004
    return f", {named}" if is_word else ""
