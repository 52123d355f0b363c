"""What a pathway may not name: badges that cannot be awarded, levels that there are not, itself."""

from collections.abc import Iterator, Mapping

from sqlalchemy.orm import Session

from issuer.core import documents
from issuer.core.awarding import pathway, stack_rule
from issuer.core.awarding.stack_faults import Path
from issuer.core.fields import InvalidFields
from issuer.db import pathways
from issuer.errors import Fault
from issuer.services import pathway_offers
from issuer.services.pathway_offers import Component


def check(session: Session, tenant_id: str, code: str, stack: pathway.Pathway) -> None:
    """Raise `InvalidFields` that points at each badge, or level, that a pathway may not name.

    What it says of badges can change until it is published: it is checked then again.
    """
    known = pathway_offers.components(session, tenant_id, pathway_offers.named(stack))
    faults = [*_of_badges(stack, known), *_of_cycles(session, tenant_id, code, stack)]
    if faults:
        places = ", ".join(dict.fromkeys(fault.pointer for fault in faults[:3]))
        raise InvalidFields(f"not accepted: {places}", faults)


def _of_badges(stack: pathway.Pathway, known: Mapping[str, Component]) -> Iterator[Fault]:
    for place, badge in stack_rule.places(stack.definition.requires, ("requires",)):
        fault = _of_code(badge.code, place, known)
        if fault is not None:
            yield fault
        elif badge.min_level is not None and badge.min_level not in known[badge.code].levels:
            there = ", ".join(known[badge.code].levels) or "none"
            yield _fault((*place[:-1], "minLevel"), f"{badge.code} has no such level: it has {there}")
    brought = stack.definition.achievement
    fault = _of_code(brought, ("achievement",), known) if brought else None
    if fault is not None:
        yield fault


def _of_code(code: str, place: Path, known: Mapping[str, Component]) -> Fault | None:
    if code not in known:
        return _fault(place, f"no achievement {code!r} is published: publish it first")
    if known[code].retired:
        return _fault(place, f"the achievement {code!r} is retired: publish it again, or name another")
    return None


def _of_cycles(session: Session, tenant_id: str, code: str, stack: pathway.Pathway) -> Iterator[Fault]:
    """Yield the badges that cannot be had without the one that this pathway brings."""
    brought = stack.definition.achievement
    if brought is None:
        return
    needs = _needs(session, tenant_id, code)
    for place, badge in stack_rule.places(stack.definition.requires, ("requires",)):
        if brought in _reached(badge.code, needs):
            yield _fault(place, f"{badge.code} leads back to {brought}, which this pathway itself brings")


def _needs(session: Session, tenant_id: str, code: str) -> dict[str, set[str]]:
    """Return what every badge that another pathway brings is made of."""
    others = [each for each in pathways.offered(session, tenant_id) if each[0].code != code]
    found: dict[str, set[str]] = {}
    for offer in pathway_offers.offers(session, tenant_id, ((row, version) for row, version in others)):
        brought = offer.stack.definition.achievement
        if brought is not None:
            found.setdefault(brought, set()).update(stack_rule.codes(offer.rule))
    return found


def _reached(start: str, needs: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        code = waiting.pop()
        if code not in found:
            found.add(code)
            waiting.extend(needs.get(code, ()))
    return found


def _fault(place: Path, detail: str) -> Fault:
    return Fault(documents.pointer(*place), detail)
