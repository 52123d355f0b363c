"""Ask for somebody's consent at a host without a page of ours: what an operator's command does by hand."""

import secrets
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs, urlsplit

from issuer.core.exchange import hosts
from issuer.core.exchange.hosts import Described, Registered, Tokens
from issuer.core.securing import multibase
from issuer.errors import Invalid
from issuer.services.hosts import talking
from issuer.services.hosts.talking import Ask, HostRefused

NAME: Final = "Open Badge issuer"
"""What we are called at a host, where nothing else is said."""


class ForeignAnswer(Invalid):
    """The answer of the host's page is not to what was asked here."""

    code = "foreign-answer"


@dataclass(frozen=True)
class Asked:
    """What somebody is being asked at a host: where, as whom, and the secrets that the answer is held to."""

    host: Described
    client: Registered = field(repr=False)
    callback: str
    state: str = field(repr=False)
    verifier: str = field(repr=False)
    scopes: tuple[str, ...]

    @property
    def url(self) -> str:
        """Where the browser goes."""
        return hosts.authorization(
            self.host.authorization_url,
            client_id=self.client.client_id,
            callback=self.callback,
            scopes=self.scopes,
            state=self.state,
            verifier=self.verifier,
        )


def secret(chance: bytes) -> str:
    """Return a verifier or a state as it is sent (RFC 7636, 4.1)."""
    return multibase.encode_base64url(chance)


def site_of(callback: str) -> str:
    """Return the origin, and the path above, of our own callback address."""
    return callback.removesuffix("/oauth/callback").rstrip("/")


def ask(door: Ask, host: Described, callback: str, scopes: tuple[str, ...]) -> Asked:
    """Register with a host, and return what somebody is to be asked there. Raises as `register` does."""
    said = hosts.metadata(NAME, site_of(callback), callback, scopes)
    client = talking.register(door, host, said)
    return Asked(
        host=host,
        client=client,
        callback=callback,
        state=secret(secrets.token_bytes(hosts.STATE_BYTES)),
        verifier=secret(secrets.token_bytes(hosts.VERIFIER_BYTES)),
        scopes=scopes,
    )


def heard(door: Ask, asked: Asked, answer: str) -> Tokens:
    """Return the tokens for what the browser was sent back with: its whole address, or the code alone.

    Raises `ForeignAnswer`, `HostRefused`, `BadHost` or `HostUnavailable`.
    """
    code = answer.strip()
    if "?" in code:
        said = parse_qs(urlsplit(code).query)
        if said.get("state") != [asked.state]:
            raise ForeignAnswer("the state in the address is another one: it answers something else")
        if "error" in said:
            raise HostRefused(f"the host answered {said['error'][0][:100]}: nothing was allowed")
        code = said.get("code", [""])[0]
    if not code:
        raise ForeignAnswer("there is no code in it: paste the whole address to which the browser was sent")
    return talking.exchange(
        door,
        asked.host.token_url,
        asked.client,
        code=code,
        verifier=asked.verifier,
        callback=asked.callback,
    )
