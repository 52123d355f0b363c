"""What an event says of an award that the signed badge cannot: its pages and its certificate do."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from math import isclose
from typing import Final

from issuer.core import documents
from issuer.core.awarding.credit_types import CEU, CLOCK_HOUR, CONTACT_HOUR
from issuer.core.documents import Document
from issuer.core.intake.correction import CorrectedRecipient
from issuer.core.intake.event import CompetencyApproved

HOURS_OF_A_CEU: Final = 10
_HOURS: Final = (CLOCK_HOUR, CONTACT_HOUR)
_OTHERWISE: Final = frozenset({"us-ak"})
"""Where a CEU is another number of hours."""


@dataclass(frozen=True)
class Credit:
    """An amount of one unit, and where and as what it is meant to count."""

    type: str
    amount: float
    jurisdiction: str | None = None
    category: str | None = None
    basis: str | None = None

    @property
    def place(self) -> str:
        """The jurisdiction as it compares with others: the empty text where none is named."""
        return (self.jurisdiction or "").casefold()


@dataclass(frozen=True)
class Evidence:
    """A piece of evidence whose address is not in the badge: its place there, from 0, and the address."""

    number: int
    url: str


@dataclass(frozen=True)
class Particulars:
    """How an award came about, and what exports to a state say besides: no page shows the latter.

    Of the assessor there is the role alone. `evidence` is what links that expire lead to. All of it goes when
    its person is erased.
    """

    credit: tuple[Credit, ...] = ()
    method: str | None = None
    assessor_role: str | None = None
    modality: str | None = None
    evidence: tuple[Evidence, ...] = ()
    given_name: str | None = None
    family_name: str | None = None
    employer: str | None = None
    employer_lea: str | None = None
    overall_level: str | None = None
    overall_points: float | None = None


_NONE: Final = Particulars()


def of(event: CompetencyApproved) -> Particulars:
    """Return what an event says that the badge made of it does not."""
    assessment, activity = event.assessment, event.activity
    assessor = assessment.assessor if assessment else None
    overall = assessment.overall if assessment else None
    employer = event.recipient.employer
    return Particulars(
        credit=tuple(Credit(**each.model_dump()) for each in event.credit),
        method=assessment.method if assessment else None,
        assessor_role=assessor.role if assessor else None,
        modality=activity.modality if activity else None,
        evidence=tuple(
            Evidence(number, item.url)
            for number, item in enumerate(event.evidence)
            if item.url is not None and item.visibility != "public"
        ),
        given_name=event.recipient.given_name,
        family_name=event.recipient.family_name,
        employer=employer.name if employer else None,
        employer_lea=employer.nces_lea_id if employer else None,
        overall_level=overall.level if overall else None,
        overall_points=documents.number(overall.points) if overall and overall.points is not None else None,
    )


def text(particulars: Particulars) -> str | None:
    """Return particulars as they are stored, None where there are none."""
    if particulars == _NONE:
        return None
    credit = [
        _present({**asdict(each), "amount": documents.number(each.amount)}) for each in particulars.credit
    ]
    kept = {**asdict(particulars), "credit": credit, "evidence": list(map(asdict, particulars.evidence))}
    return documents.text(_present(kept))


def read(stored: str | None) -> Particulars:
    """Return particulars from what is stored. Awards made before they were kept have none."""
    found: Document = json.loads(stored) if stored else {}
    credit = tuple(Credit(**each) for each in found.get("credit", []))
    evidence = tuple(Evidence(**each) for each in found.get("evidence", []))
    return Particulars(**{**found, "credit": credit, "evidence": evidence})


def renamed(stored: str | None, to: CorrectedRecipient) -> str | None:
    """Return particulars as they are stored, with the parts of a name that was corrected."""
    return text(replace(read(stored), given_name=to.given_name, family_name=to.family_name))


def hours_of_ceu(credit: Sequence[Credit]) -> str | None:
    """Return the hours ten of which are a CEU, where both units are there and agree wherever they meet.

    None where they do not: a certificate with two amounts that contradict its own formula is refused.
    """
    met = list(_met(credit))
    if not met or not all(isclose(hours, HOURS_OF_A_CEU * units) for _, hours, units in met):
        return None
    return None if any(each.place in _OTHERWISE for each in credit) else met[0][0]


def _met(credit: Sequence[Credit]) -> Iterator[tuple[str, float, float]]:
    """Yield hours and CEUs that count in the same place. What names no place may count in any."""
    totals: defaultdict[tuple[str, str], float] = defaultdict(float)
    for each in credit:
        totals[each.type, each.place] += each.amount
    for (kind, place), hours in totals.items():
        for (other, elsewhere), units in totals.items():
            if kind in _HOURS and other == CEU and (place == elsewhere or "" in (place, elsewhere)):
                yield kind, hours, units


def _present(document: Document) -> Document:
    return {name: value for name, value in document.items() if value is not None and value != []}
