"""An event, held against what the definition asks beside the rubric: its evidence, its credit, its dates."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from issuer.core import documents
from issuer.core.awarding import educator_ids
from issuer.core.awarding.definition import Definition
from issuer.core.awarding.programme import EvidenceKind
from issuer.core.intake.event import CompetencyApproved, EvidenceItem
from issuer.errors import Fault, Invalid


class InvalidEvidence(Invalid):
    """The evidence is not what the achievement asks for, so nothing is issued."""

    code = "invalid-evidence"


class ActivityDatesMissing(Invalid):
    """The achievement brings credit, and the event does not say when the work was done."""

    code = "activity-dates-missing"


@dataclass(frozen=True)
class Caution:
    """Something that an event lacks, though its badge is issued: what, where (RFC 6901), in words."""

    code: str
    detail: str
    pointer: str


def completed(definition: Definition, event: CompetencyApproved) -> CompetencyApproved:
    """Return the event with what its definition says where it says nothing: the credit.

    Without the assessor, where the definition shows none.
    """
    changed: dict[str, object] = {}
    if definition.credit and not event.credit:
        changed["credit"] = list(definition.credit)
    if definition.show_assessor == "nobody" and event.assessment and event.assessment.assessor:
        changed["assessment"] = event.assessment.model_copy(update={"assessor": None})
    return event.model_copy(update=changed) if changed else event


def check(definition: Definition, event: CompetencyApproved) -> tuple[Caution, ...]:
    """Return what a completed event lacks that its definition only warns of.

    Raises `ActivityDatesMissing`, and `InvalidEvidence` where the definition requires its evidence, or where
    evidence that holds students' data would get a public address.
    """
    activity = event.activity
    if event.credit and not (activity and activity.start_date and activity.end_date):
        faults = [Fault(f"/activity/{name}", "credit needs it") for name in ("startDate", "endDate")]
        raise ActivityDatesMissing("the achievement brings credit: say when the work was done", faults)
    odd = tuple(_odd_identifiers(event))
    if not definition.evidence:
        return odd
    _check_private(definition.evidence, event.evidence)
    lacking = tuple(_lacking(definition.evidence, event.evidence))
    if lacking and definition.evidence_policy == "require":
        faults = [Fault(each.pointer, each.detail) for each in lacking]
        raise InvalidEvidence("the evidence is not what the achievement asks for: nothing was issued", faults)
    return (*odd, *lacking)


def _odd_identifiers(event: CompetencyApproved) -> Iterator[Caution]:
    for place, each in enumerate(event.recipient.identifiers):
        if not educator_ids.is_known(each.type):
            detail = f"the format of {each.type} is not known here: it was kept as it is"
            yield Caution("educator-id-unknown", detail, documents.pointer("recipient", "identifiers", place))


def _check_private(asked: Sequence[EvidenceKind], sent: Sequence[EvidenceItem]) -> None:
    private = {each.kind for each in asked if each.contains_student_data}
    faults = [
        Fault(_at(place, "visibility"), "students may be seen in it: send it with the visibility issuer")
        for place, item in enumerate(sent)
        if item.kind in private and item.visibility == "public"
    ]
    if faults:
        raise InvalidEvidence("evidence that holds students' data cannot be public", faults)


def _lacking(asked: Sequence[EvidenceKind], sent: Sequence[EvidenceItem]) -> Iterator[Caution]:
    kinds = {each.kind: each for each in asked}
    for kind in asked:
        there = sum(item.count for item in sent if item.kind == kind.kind)
        if not there:
            yield Caution("evidence-missing", f"there is none of the kind {kind.kind}", "/evidence")
        elif there < kind.count:
            yield Caution("evidence-count", f"{kind.kind}: {there} of {kind.count}", "/evidence")
    for place, item in enumerate(sent):
        yield from _unfit(item, kinds, place)


def _unfit(item: EvidenceItem, kinds: dict[str, EvidenceKind], place: int) -> Iterator[Caution]:
    if item.kind not in kinds:
        detail = f"the achievement asks for {', '.join(kinds)}"
        yield Caution("evidence-kind-unknown", detail, _at(place, "kind"))
        return
    words = kinds[item.kind].words
    if words and item.words is not None and not words[0] <= item.words <= words[1]:
        detail = f"it has {item.words} words; asked are {words[0]} to {words[1]}"
        yield Caution("evidence-words", detail, _at(place, "words"))


def _at(place: int, member: str) -> str:
    return documents.pointer("evidence", place, member)
