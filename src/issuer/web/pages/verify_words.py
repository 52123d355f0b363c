"""The headline of a check and the sentences below it, as far as what they speak of is known."""

from collections.abc import Callable, Iterator
from typing import Final

from markupsafe import Markup

from issuer.core.verifying import findings
from issuer.web.pages import links, saying, words
from issuer.web.pages.saying import bdi, day, host, moment, say
from issuer.web.pages.verify_views import AnswerView, Claims, PartView
from issuer.web.pages.words import Language

Sentences = Iterator[Markup]
BAD: Final = frozenset({"revoked", "altered", "issuer_key_missing", "malformed"})
"""Headlines that say not to rely on it. Good is `valid` alone, and every other one asks for care."""

_NAMES: Final = {findings.VALID: "current"}
_UNREACHABLE: Final = "status_list_unreachable"
_NO_RECORD: Final = "status_record_missing"
_UNSUPPORTED_STATUS: Final = findings.STATUS_UNSUPPORTED


def tone(code: str) -> str:
    """Return how a headline looks: good, bad or warn."""
    return "good" if code == findings.VALID else "bad" if code in BAD else "warn"


def headline(view: AnswerView, lang: Language) -> Markup:
    """Return the headline: a symbol where it is good or bad, and the words."""
    claims = view.claims
    if view.code == "expired":
        until = claims.valid_until if claims else None
        return (
            say(lang, "headline.expired", date=day(lang, until))
            if until
            else say(lang, "headline.expired_undated")
        )
    variant = f"headline.{view.code}_{view.given}"
    if variant in words.phrases(lang):
        return say(lang, variant)
    if view.cause == _UNSUPPORTED_STATUS and view.code == "unsupported":
        return say(lang, "headline.unsupported_status")
    return say(lang, f"headline.{_NAMES.get(view.code, view.code)}")


def body(view: AnswerView, lang: Language) -> Markup:
    """Return the sentences below the headline. None of them speaks of something unknown."""
    said = list(_sentences(view, lang))
    return Markup(" ").join(said)


def state(part: PartView, lang: Language) -> Markup:
    """Return in a few words how something inside a badge stands."""
    return say(lang, f"part.{part.code}")


def person(view: AnswerView, lang: Language) -> Markup | None:
    """Return whether the badge is the person's who was asked about, or None where nobody was."""
    if view.person is None:
        return None
    variant = f"person.{view.person.code}_{view.person.by}"
    return say(lang, variant if variant in words.phrases(lang) else "person.not_compared")


def _sentences(view: AnswerView, lang: Language) -> Sentences:
    if view.code != view.own:
        yield say(lang, "answer.contained")
    else:
        yield from _BODIES.get(view.code, _whole)(view, lang)
    if view.claims and not view.recognized and view.code not in findings.TRUSTED:
        yield from _stranger(view.claims, lang)
    if view.refreshed:
        yield say(lang, "answer.refreshed")


def _whole(view: AnswerView, lang: Language) -> Sentences:
    yield say(lang, f"body.{view.code}")


def _valid(view: AnswerView, lang: Language) -> Sentences:
    issuer = view.claims.issuer if view.claims else None
    if issuer and (issuer.name or issuer.domain):
        yield say(lang, "answer.issued_by", issuer=bdi(issuer.name or issuer.domain))
    yield say(lang, "answer.unchanged_no_list" if view.has_no_list else "answer.unchanged")
    yield say(lang, "answer.checked", time=moment(lang, view.checked_at))


def _unrecognized(view: AnswerView, lang: Language) -> Sentences:
    yield say(lang, "answer.unchanged_no_list" if view.has_no_list else "answer.not_changed_or_withdrawn")
    yield from _stranger(view.claims or Claims(), lang)


def _stranger(claims: Claims, lang: Language) -> Sentences:
    """Yield whom the badge names as its issuer, and the one thing to go by: the domain of its key."""
    if claims.issuer.name:
        yield say(lang, "answer.says_issuer", name=bdi(claims.issuer.name))
        yield say(lang, "answer.not_confirmed")
    else:
        yield say(lang, "answer.says_nobody")
    if claims.issuer.domain:
        yield say(lang, "answer.check_domain", domain=host(claims.issuer.domain))
    else:
        yield say(lang, "answer.no_domain")


def _revoked(view: AnswerView, lang: Language) -> Sentences:
    yield _since(view, lang, "withdrawn")
    if view.change:
        yield say(lang, "answer.reason", reason=say(lang, f"reason.{view.change.reason}"))
    contact = (
        view.claims.issuer.contact or view.claims.issuer.website if view.claims and view.recognized else None
    )
    if contact:
        yield say(lang, "answer.questions", contact=bdi(contact))


def _superseded(view: AnswerView, lang: Language) -> Sentences:
    yield _since(view, lang, "replaced")
    newer = view.change.newer_url if view.change else None
    yield (
        saying.linked(links.kept(lang, newer), say(lang, "badge.current"))
        if newer
        else say(lang, "answer.ask_current")
    )


def _suspended(view: AnswerView, lang: Language) -> Sentences:
    yield _since(view, lang, "held")
    yield say(lang, "answer.may_return")


def _since(view: AnswerView, lang: Language, what: str) -> Markup:
    """Return what the issuer did, with the day where it is known: status lists tell none."""
    name = view.claims.issuer.name if view.claims and view.recognized else None
    issuer = bdi(name) if name else say(lang, "answer.the_issuer")
    if view.change:
        return say(lang, f"answer.{what}_on", issuer=issuer, date=day(lang, view.change.on))
    return say(lang, f"answer.{what}", issuer=issuer)


def _not_yet_valid(view: AnswerView, lang: Language) -> Sentences:
    yield say(lang, "answer.genuine")
    if view.claims and view.claims.valid_from:
        yield say(lang, "answer.starts", date=day(lang, view.claims.valid_from))


def _expired(view: AnswerView, lang: Language) -> Sentences:
    yield say(lang, "answer.genuine")
    start, until = (view.claims.valid_from, view.claims.valid_until) if view.claims else (None, None)
    if start and until:
        yield say(lang, "answer.was_valid", **{"from": day(lang, start), "until": day(lang, until)})
    elif until:
        yield say(lang, "answer.was_valid_until", until=day(lang, until))
    yield say(lang, "answer.not_current")


def _status_unknown(view: AnswerView, lang: Language) -> Sentences:
    keys = {_UNREACHABLE: "body.status_unknown", _NO_RECORD: "answer.no_record"}
    yield say(lang, keys.get(view.cause, "answer.list_unusable"))


def _could_not_check(view: AnswerView, lang: Language) -> Sentences:
    silent = view.given == "link" and view.checks.integrity == "skipped"
    yield say(lang, "answer.link_silent" if silent else "body.could_not_check")


def _unsupported(view: AnswerView, lang: Language) -> Sentences:
    of_status = view.cause == _UNSUPPORTED_STATUS
    yield say(lang, "body.unsupported_status" if of_status else "body.unsupported")


_BODIES: Final[dict[str, Callable[[AnswerView, Language], Sentences]]] = {
    findings.VALID: _valid,
    "issuer_unrecognized": _unrecognized,
    "revoked": _revoked,
    "superseded": _superseded,
    "suspended": _suspended,
    "not_yet_valid": _not_yet_valid,
    "expired": _expired,
    "status_unknown": _status_unknown,
    "could_not_check": _could_not_check,
    "unsupported": _unsupported,
}
"""The sentences of the headlines whose words speak of what can be unknown. The others have one text."""
