"""Begin a launch, and see who followed the platform's link in its end."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from hashlib import sha256
from typing import Final
from urllib.parse import urlencode

from sqlalchemy.exc import IntegrityError

from issuer.context import Context
from issuer.core import documents, fields
from issuer.core.intake.event import Recipient
from issuer.core.intake.mapping import Missed
from issuer.core.intake.observation import Learner
from issuer.core.lti import launches, states
from issuer.core.lti.launches import Expected, KeySet, Launch, LaunchRefused, UnknownSigner
from issuer.core.lti.states import State
from issuer.db import holdings, lti
from issuer.errors import Invalid, IssuerError
from issuer.services import holder, people
from issuer.services.holder import Holder
from issuer.services.lti.registering import Tool
from issuer.services.sources import judging, looking_up
from issuer.services.sources.signed import KeysUnavailable

_OK: Final = 200
_KEPT: Final = timedelta(hours=1)
"""For how long a platform's keys are used without being fetched anew."""
_AT_LEAST: Final = timedelta(seconds=30)
"""How old they are at least before they are fetched anew for a key that is not among them."""
_HINTS: Final = ("login_hint", "lti_message_hint")
_LONGEST_HINT: Final = 4_000


@dataclass(frozen=True)
class Opened:
    """Who followed a link, and the private address of their badges; nothing of that for nobody known."""

    launch: Launch
    holder: Holder | None = None
    url: str | None = None


def begin(context: Context, tool: Tool, asked: dict[str, str]) -> str:
    """Return where the platform is asked who somebody is (1EdTech Security Framework 1.0, 5.1.1.2).

    Raises `LaunchRefused` or `NotRegistered`.
    """
    platform = tool.registration
    if asked.get("iss") != platform.issuer:
        raise LaunchRefused("the iss of the login is not the issuer that is registered here")
    if asked.get("client_id", platform.client_id) != platform.client_id:
        raise LaunchRefused("the client_id of the login is not the clientId that is registered here")
    if not asked.get("login_hint"):
        raise LaunchRefused("the login has no login_hint")
    if any(len(asked.get(name, "")) > _LONGEST_HINT for name in _HINTS):
        raise LaunchRefused(f"a hint of the login has more than {_LONGEST_HINT} characters")
    if asked.get("target_link_uri") != tool.launch_url:
        raise LaunchRefused(f"target_link_uri must be {tool.launch_url}: correct it in the platform")
    chance = context.chance(states.NONCE_BYTES)
    text, state = states.begun(tool.tenant.link_secret, tool.source.id, chance, context.clock())
    query = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": platform.client_id,
        "redirect_uri": tool.launch_url,
        "state": text,
        "nonce": state.nonce,
        **{name: asked[name] for name in _HINTS if asked.get(name)},
    }
    joined = "&" if "?" in platform.authorization_url else "?"
    return f"{platform.authorization_url}{joined}{urlencode(query)}"


def finish(context: Context, tool: Tool, form: dict[str, str], request_id: str) -> Opened:
    """Return who followed a link, by what the platform signed. It counts once.

    Raises `LaunchRefused`, `KeysUnavailable`, `PeopleUnavailable` or `NotRegistered`.
    """
    now, platform = context.clock(), tool.registration
    if form.get("error"):
        raise LaunchRefused("the platform did not say who you are: log in there, and open the link again")
    state = states.read(tool.tenant.link_secret, tool.source.id, form.get("state", ""), now)
    claims = _claims(context, platform.keys_url, form.get("id_token", ""))
    launch = launches.read(claims, Expected(platform, state.nonce, tool.launch_url, now))
    _use(context, tool, state)
    person_id = _person(context, tool, launch)
    return _opened(context, tool, launch, person_id, request_id) if person_id else Opened(launch)


def _claims(context: Context, keys_url: str, token: str) -> documents.Document:
    """Return what a token says. A key that is not known yet may be a new one: then all are fetched anew."""
    try:
        return launches.opened(token, _keys(context, keys_url, _KEPT).keys)
    except UnknownSigner:
        return launches.opened(token, _keys(context, keys_url, _AT_LEAST).keys)


def _keys(context: Context, keys_url: str, most: timedelta) -> KeySet:
    now = context.clock()
    return context.remembered.platform_keys.recall(
        keys_url,
        partial(_fetched, context, keys_url),
        weigh=lambda found: len(found.keys) + 1,
        fresh=lambda found: timedelta() <= now - found.at < most,
    )


def _fetched(context: Context, keys_url: str) -> KeySet:
    try:
        answer = context.ask(keys_url, {"Accept": "application/json"}, None)
        published = documents.parse(answer.body) if answer.status == _OK else {}
    except IssuerError as error:
        raise KeysUnavailable(f"the keys of the platform could not be fetched: {error.detail}") from error
    listed = published.get("keys")
    if not isinstance(listed, list):
        raise KeysUnavailable("the address of the platform's keys has no JSON Web Key Set")
    return KeySet(tuple(listed), context.clock())


def _use(context: Context, tool: Tool, state: State) -> None:
    """Take a launch as used, or raise `LaunchRefused` where it was used before."""
    digest, source = sha256(state.nonce.encode()).hexdigest(), tool.source
    now, until = context.clock(), state.expires
    try:
        with context.database.write.begin() as session:
            fresh = lti.use(session, source.tenant_id, source.id, digest, now=now, until=until)
    except IntegrityError:
        fresh = False
    if not fresh:
        raise LaunchRefused("this launch was used before: open the link in the platform again")


def _person(context: Context, tool: Tool, launch: Launch) -> str | None:
    """Return whom a launch means among those whom this issuer knows, by the rule of the source's mapping."""
    if launch.subject is None:
        return None
    meant = looking_up.person(context, tool.source, Learner(launch.subject, launch.email, launch.name))
    if isinstance(meant, Missed):
        return None
    try:
        named = people.identifiers(fields.read(Recipient, meant), judging.source_of(tool.source))
    except Invalid:
        return None
    with context.database.read() as session:
        owners = people.known(session, tool.tenant.id, [named]).owners
    return next((owners[each] for each in named if each in owners), None)


def _opened(context: Context, tool: Tool, launch: Launch, person_id: str, request_id: str) -> Opened:
    with context.database.read() as session:
        person = holdings.known(session, tool.tenant.id, person_id)
    minted = holder.mint(context, tool.tenant, person.id, person.links_from)
    return Opened(launch, Holder(tool.tenant, person, minted.expires, request_id), minted.url)
