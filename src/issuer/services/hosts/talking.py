"""Talk with a host of Open Badges 3.0: discover, register, get tokens, write and read credentials."""

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeAlias
from urllib.parse import quote_plus, urlencode

from issuer.core.exchange import host_pages, hosts, retrying
from issuer.core.exchange.hosts import BadHost, Described, Registered, Tokens
from issuer.core.exchange.retrying import Reply
from issuer.core.securing import jose
from issuer.errors import Conflict, Invalid, IssuerError, Unavailable
from issuer.net import weblinks
from issuer.net.answers import Answered

Ask: TypeAlias = Callable[[str, Mapping[str, str], bytes | None], Answered]
"""How a host is asked: through the guarded client."""

UNAUTHORIZED: Final = 401
TRIES: Final = 5
"""How often something is asked while somebody waits for it."""

_OK: Final = 200
_CREATED: Final = 201
_SUCCESS: Final = range(200, 300)
_TOO_MANY: Final = 429
_FAULT: Final = 500
_LONGEST_WAIT: Final = timedelta(minutes=1)
_FIRST_WAIT: Final = timedelta(seconds=1)
_MOST_PAGES: Final = 200
_FORM: Final = "application/x-www-form-urlencoded"
_ACCEPT: Final = {"Accept": "application/json"}


class HostUnavailable(Unavailable):
    """The host did not answer, or asks to come again later."""

    code = "host-unavailable"


class HostRefused(Conflict):
    """The host refuses what it was asked."""

    code = "host-refused"


class ClientForgotten(Conflict):
    """The host knows us no more under what it called us: we have to register anew."""

    code = "host-client-forgotten"


class ConsentGone(Conflict):
    """The host takes the tokens no more: its consent has to be given anew."""

    code = "host-consent-gone"


class TooManyHostPages(Invalid):
    """The host has more pages of credentials than are read in one go."""

    code = "too-many-host-pages"


def discover(ask: Ask, base: str) -> Described:
    """Return what a host says of itself. Raises `BadHost`, `HostUnavailable` or `RefusedAddress`."""
    answer = _asked(ask, hosts.discovery_url(base), _ACCEPT)
    if answer.status != _OK:
        raise BadHost(f"it has no discovery document: it answered with status {answer.status}")
    return hosts.described(base, answer.body)


def register(ask: Ask, host: Described, said: bytes) -> Registered:
    """Register with a host (RFC 7591). Raises `HostRefused`, `BadHost` or `HostUnavailable`."""
    answer = _asked(ask, host.registration_url, {**_ACCEPT, "Content-Type": "application/json"}, said)
    if answer.status not in {_OK, _CREATED}:
        raise HostRefused(_why("it does not let us register", answer))
    return hosts.registered(answer.body)


def exchange(ask: Ask, place: str, client: Registered, *, code: str, verifier: str, callback: str) -> Tokens:
    """Return the tokens for a code.

    Raises `HostRefused`, `ClientForgotten`, `BadHost` or `HostUnavailable`.
    """
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": callback,
        "code_verifier": verifier,
    }
    return _tokens(ask, place, client, form, HostRefused)


def refresh(ask: Ask, place: str, client: Registered, token: str) -> Tokens:
    """Return new tokens for a refresh token. Raises `ConsentGone`, `BadHost` or `HostUnavailable`."""
    return _tokens(ask, place, client, {"grant_type": "refresh_token", "refresh_token": token}, ConsentGone)


def put(ask: Ask, place: str, token: str, text: str) -> Reply:
    """Return what a host answered to a credential, or why nothing was. It raises nothing."""
    compact = jose.looks_compact(text)
    headers = {
        **_ACCEPT,
        "Content-Type": "text/plain" if compact else "application/json",
        "Authorization": f"Bearer {token}",
    }
    if compact:
        headers["Accept"] = "text/plain, application/json"
    try:
        answer = ask(place, headers, text.encode())
    except IssuerError as error:
        return Reply(None, error=error.detail)
    if answer.status in _SUCCESS:
        return Reply(answer.status)
    return Reply(answer.status, answer.retry_after, _why(f"status {answer.status}", answer))


def is_for_later(reply: Reply) -> bool:
    """Return whether the same may be taken later: nothing was answered, too much was sent, or a fault."""
    return reply.status is None or reply.status == _TOO_MANY or reply.status >= _FAULT


def put_patiently(
    ask: Ask, place: str, token: str, text: str, *, now: datetime, wait: Callable[[float], None]
) -> Reply:
    """Return what a host answers to a credential in the end: what it asks to send again is sent again.

    Between two attempts lies twice as long each time, or as long as it asks for, but never over a minute.
    """
    reply = put(ask, place, token, text)
    for number in range(TRIES - 1):
        if not is_for_later(reply):
            break
        pause = max(_FIRST_WAIT * 2**number, retrying.asked_pause(reply, now))
        wait(min(pause, _LONGEST_WAIT).total_seconds())
        reply = put(ask, place, token, text)
    return reply


def credentials(ask: Ask, base: str, token: str, limit: int = 100) -> Iterator[str]:
    """Yield the text of each credential that a host gives, page by page, as its `Link` leads on.

    Raises `ConsentGone`, `BadHost`, `HostUnavailable` or `TooManyHostPages`.
    """
    place: str | None = f"{base}{hosts.BASE}/credentials?limit={limit}"
    seen: set[str] = set()
    for _ in range(_MOST_PAGES):
        if place is None or place in seen:
            return
        seen.add(place)
        answer = _asked(ask, place, {**_ACCEPT, "Authorization": f"Bearer {token}"})
        if answer.status != _OK:
            refused = ConsentGone if answer.status == UNAUTHORIZED else HostRefused
            raise refused(_why("it does not give its credentials", answer))
        found = host_pages.page(answer.body, place, weblinks.next_in(answer.links))
        yield from found.texts
        place = found.following
    raise TooManyHostPages(f"the host has more than {_MOST_PAGES} pages: read the rest another time")


def basic(client: Registered) -> str:
    """Return the header by which we show who we are (RFC 6749, 2.3.1)."""
    pair = f"{quote_plus(client.client_id)}:{quote_plus(client.client_secret)}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


def _tokens(
    ask: Ask,
    place: str,
    client: Registered,
    form: Mapping[str, str],
    refused: type[HostRefused] | type[ConsentGone],
) -> Tokens:
    headers = {**_ACCEPT, "Content-Type": _FORM, "Authorization": basic(client)}
    answer = _asked(ask, place, headers, urlencode(form).encode())
    if answer.status == UNAUTHORIZED and refused is HostRefused:
        raise ClientForgotten(_why("it knows us no more", answer))
    if answer.status != _OK:
        raise refused(_why("it gives no tokens", answer))
    return hosts.tokens(answer.body)


def _asked(ask: Ask, place: str, headers: Mapping[str, str], body: bytes | None = None) -> Answered:
    """Return an answer that is one, or raise `HostUnavailable` where the same may succeed later."""
    try:
        answer = ask(place, headers, body)
    except Unavailable as error:
        raise HostUnavailable(f"the host could not be asked: {error.detail}") from error
    if answer.status == _TOO_MANY or answer.status >= _FAULT:
        raise HostUnavailable(f"the host answered with status {answer.status}: try again later")
    return answer


def _why(what: str, answer: Answered) -> str:
    """Return what is wrong, with what the host says of it: its word, in plain signs, shortened."""
    said: Sequence[str] = (what, hosts.error_of(answer.body) or f"status {answer.status}")
    return ": ".join(dict.fromkeys(said))
