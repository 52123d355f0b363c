"""An event's results, held against the rubric of the achievement."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from issuer.core import documents
from issuer.core.awarding import achievement
from issuer.core.awarding.definition import Definition, ResultDescription
from issuer.core.documents import Document
from issuer.errors import Fault, Invalid


class InvalidResults(Invalid):
    """The results do not fit the rubric of the achievement."""

    code = "invalid-results"


class BelowRequiredLevel(Invalid):
    """A result is below what the achievement requires, so nothing is issued."""

    code = "below-required-level"


@dataclass(frozen=True)
class ReportedResult:
    """What an assessor found for one criterion: a level of the rubric, a value, or a status."""

    criterion: str
    level: str | None = None
    value: str | None = None
    status: str | None = None


def check_results(definition: Definition, results: Sequence[ReportedResult]) -> None:
    """Raise `InvalidResults` or `BelowRequiredLevel`, pointing at each result that is at fault.

    A criterion for which no result was sent is not held against anybody: the approval stands for it.
    """
    known = {description.id: description for description in definition.result_description}
    faults = [
        Fault(documents.pointer("assessment", "results", index, member), detail)
        for index, result in enumerate(results)
        for member, detail in _misfits(result, known, results[:index])
    ]
    if faults:
        raise InvalidResults("the results do not fit the achievement's rubric", faults)
    low = [
        Fault(documents.pointer("assessment", "results", index), detail)
        for index, result in enumerate(results)
        for detail in _shortfalls(result, known[result.criterion])
    ]
    if low:
        raise BelowRequiredLevel("a result is below the required level: nothing was issued", low)


def result_documents(place: str, results: Sequence[ReportedResult]) -> list[Document]:
    """Return Open Badges 3.0 Results; `place` is the address of the achievement's version."""
    return [_result(place, result) for result in results]


def _result(place: str, result: ReportedResult) -> Document:
    document: Document = {
        "type": ["Result"],
        "resultDescription": achievement.criterion_id(place, result.criterion),
    }
    if result.level is not None:
        document["achievedLevel"] = achievement.level_id(place, result.criterion, result.level)
    if result.value is not None:
        document["value"] = result.value
    if result.status is not None:
        document["status"] = result.status
    return document


def _misfits(
    result: ReportedResult, known: dict[str, ResultDescription], earlier: Sequence[ReportedResult]
) -> Iterator[tuple[str, str]]:
    description = known.get(result.criterion)
    if description is None:
        yield "criterion", f"no such criterion; there is {', '.join(known) or 'none'}"
        return
    if any(other.criterion == result.criterion for other in earlier):
        yield "criterion", "this criterion has a result already"
    levels = [level.id for level in description.rubric_criterion_level]
    if result.level is not None and result.level not in levels:
        yield "level", f"no such level; there is {', '.join(levels) or 'none'}"
    if result.value is not None and description.allowed_value:
        if result.value not in description.allowed_value:
            yield "value", f"not allowed; allowed is {', '.join(description.allowed_value)}"
    elif result.value is not None and not _within(result.value, description):
        yield "value", "it is not a number within valueMin and valueMax"


def _shortfalls(result: ReportedResult, description: ResultDescription) -> Iterator[str]:
    levels = [level.id for level in description.rubric_criterion_level]
    needed = description.required_level
    if needed and result.level and levels.index(result.level) < levels.index(needed):
        yield f"{result.level} is below {needed}"
    if description.required_value is not None and result.value is not None:
        if description.allowed_value:
            order = description.allowed_value  # low to high, as the standard orders them
            short = order.index(result.value) < order.index(description.required_value)
        else:
            short = _number(result.value) < _number(description.required_value)
        if short:
            yield f"{result.value} is below {description.required_value}"
    if result.status == "Failed":
        yield "the result says Failed"


def _within(value: str, description: ResultDescription) -> bool:
    bounds = (description.value_min, description.value_max, description.required_value)
    if not any(bounds):
        return True
    number = _number(value)
    low = number if description.value_min is None else _number(description.value_min)
    high = number if description.value_max is None else _number(description.value_max)
    return low <= number <= high


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan
