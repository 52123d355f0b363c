"""Whether the badges that a stack names satisfy the rule that it names: worked out again, by anybody."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from issuer.core import documents
from issuer.core.awarding import pathway, stack_faults, stack_progress
from issuer.core.awarding.pathway import Pathway
from issuer.core.credentials import related as ours
from issuer.core.credentials.rules import listed
from issuer.core.documents import Document
from issuer.core.verifying import related, stack_parts
from issuer.core.verifying.findings import Finding, Outcome
from issuer.core.verifying.materials import Fetched, Obtained
from issuer.core.verifying.stack_parts import Component, Judged, Stack, Worth
from issuer.errors import Invalid

MAX_COMPONENTS: Final = stack_faults.MOST_USED
_CITATION: Final = "Verifiable Credentials Data Model 2.0, section 5.3"
_DID_WEB: Final = "did:web:"
_SUFFIX: Final = ".json"
_PATHWAYS: Final = "/p/"
_ACHIEVEMENTS: Final = "/a/"
_SHOWN: Final = 5


@dataclass(frozen=True)
class Claim:
    """What a stack says that it was awarded for: its rule and its badges, each with its digest."""

    rule: Document
    badges: tuple[Document, ...]

    @property
    def addresses(self) -> list[str]:
        """Where the rule and the badges are published, the rule first."""
        return [str(each["id"]) for each in (self.rule, *self.badges)]


def claim_of(document: Document) -> Claim | None:
    """Return what a stack claims, None for a badge that is none: the rule that it names is its criteria."""
    named = [each for each in listed(document.get("relatedResource")) if isinstance(each, dict)]
    rule = next((each for each in named if each.get("id") == f"{_criteria(document)}{_SUFFIX}"), None)
    if rule is None:
        return None
    return Claim(rule, tuple(each for each in named if each.get("mediaType") == ours.CREDENTIAL))


def obstacle(claim: Claim, issuer: str | None) -> str | None:
    """Return why a claim is not looked into, None where it can be: it is bounded, and asks its issuer alone.

    Whoever signs a badge can make it name anything, so nobody but the host of the signer's DID is asked.
    """
    if len(claim.badges) > MAX_COMPONENTS:
        return f"it names more than {MAX_COMPONENTS} badges"
    host = _host_of(issuer or "")
    if host is None:
        return "its issuer is no did:web, so there is no host to ask"
    if any(_netloc(each) != host for each in claim.addresses):
        return "it names something that its issuer does not publish"
    return None


def not_checked(reason: str) -> Finding:
    """Return the finding on a stack that was not worked out again."""
    return _finding(Outcome.UNKNOWN, "stack_not_checked", f"It was not worked out again: {reason}.")


def check_stack(
    document: Document, claim: Claim, rule: Fetched, badges: Sequence[Component | None]
) -> Finding:
    """Return whether the badges named satisfy the rule named. The seal of the stack itself held.

    What counts is what stood on the day of the award: a badge that ended later had counted. One that was
    taken back since is told of, and of one that was corrected the newer file counts.
    """
    if not isinstance(rule, Obtained) or not isinstance(rule.content, str):
        return not_checked("its rule could not be fetched")
    if not related.holds(claim.rule, rule.content.encode()):
        return _finding(
            Outcome.FAILED, "stack_rule_changed", "Its rule is not the one that it was awarded by."
        )
    try:
        way = pathway.of_published(documents.parse(rule.content.encode()))
    except Invalid as error:
        return not_checked(f"its rule cannot be read: {error.detail}")
    place = str(claim.rule["id"]).rpartition(_PATHWAYS)[0]
    stack = Stack(document, f"{place}{_ACHIEVEMENTS}", way.definition.counts.expired)
    return _concluded(way, [stack_parts.judge(each, stack) for each in badges])


def _concluded(way: Pathway, badges: list[Judged]) -> Finding:
    """Return what the worth of each badge comes to together."""
    found = stack_progress.evaluate(way.rule, frozenset().union(*(each.held for each in badges)))
    withdrawn = [each for each in badges if each.worth is Worth.WITHDRAWN]
    unknown = [each for each in badges if each.worth is Worth.UNKNOWN]
    if withdrawn:
        message = f"Of the badges that it was awarded for, these were taken back since: {_names(withdrawn)}."
        return _finding(Outcome.FAILED, "stack_component_withdrawn", message, withdrawn)
    if found.satisfied:
        return _finding(Outcome.PASSED, "stack_recomputed", " ".join(_good(way, badges)), badges)
    if unknown:
        return not_checked(f"{len(unknown)} of the {len(badges)} badges that it names could not be checked")
    refused = [each for each in badges if each.worth is Worth.REFUSED]
    said = f" Not counted: {_names(refused, reasons=True)}." if refused else ""
    message = f"The badges that it names do not satisfy its rule: {found.have} of {found.need}.{said}"
    return _finding(Outcome.FAILED, "stack_not_satisfied", message, refused)


def _good(way: Pathway, badges: list[Judged]) -> list[str]:
    counted = [each for each in badges if each.worth is Worth.COUNTS]
    corrected, ended = [each for each in counted if each.corrected], [each for each in counted if each.ended]
    name = repr(way.definition.name)
    return [
        f"Worked out again: the {len(counted)} badges that it names satisfy the rule of {name}.",
        *([f"Corrected by the issuer since: {_names(corrected)}."] if corrected else []),
        *([f"Ended since: {_names(ended)}."] if ended else []),
    ]


def _names(badges: list[Judged], *, reasons: bool = False) -> str:
    shown = [f"{each.name!r} ({each.reason})" if reasons else repr(each.name) for each in badges[:_SHOWN]]
    more = len(badges) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _criteria(document: Document) -> object:
    subject = document.get("credentialSubject")
    achievement = subject.get("achievement") if isinstance(subject, dict) else None
    criteria = achievement.get("criteria") if isinstance(achievement, dict) else None
    return criteria.get("id") if isinstance(criteria, dict) else None


def _host_of(did: str) -> str | None:
    """Return the host of a did:web, with its port, as it stands in addresses (did:web method, 3.1)."""
    if not did.startswith(_DID_WEB):
        return None
    return did.removeprefix(_DID_WEB).partition(":")[0].replace("%3A", ":").replace("%3a", ":")


def _netloc(address: str) -> str | None:
    try:
        place = urlsplit(address)
    except ValueError:
        return None
    return place.netloc if place.scheme in {"https", "http"} else None


def _finding(outcome: Outcome, code: str, message: str, about: Sequence[Judged] = ()) -> Finding:
    return Finding("stack", outcome, code, message, _CITATION, tuple(each.name for each in about))
