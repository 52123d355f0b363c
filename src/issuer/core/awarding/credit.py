"""Professional-learning credit, as definitions offer it and events report it."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator

from issuer.core import documents
from issuer.core.awarding import credit_types
from issuer.core.fields import Amount, Line, Strict


class Credit(Strict):
    """Credit of one type: a unit that states count, or a programme's own (`ext:…`)."""

    type: Annotated[Line, AfterValidator(credit_types.canonical)]
    amount: Amount
    jurisdiction: Line | None = None
    category: Line | None = None
    basis: Line | None = None
    """The rule or decision that the amount rests on."""


def clock_hours(credit: Iterable[Credit]) -> float | None:
    """Return the clock hours, the one unit that Open Badges' single number can stand for.

    Hours that several states are told of are the same hours: they count once, as the state has them that has
    most.
    """
    hours: dict[str | None, float] = {}
    for each in credit:
        if each.type == credit_types.CLOCK_HOUR:
            hours[each.jurisdiction] = hours.get(each.jurisdiction, 0) + each.amount
    if not hours:
        return None
    anywhere = hours.pop(None, 0)
    return documents.number(anywhere + max(hours.values(), default=0))
