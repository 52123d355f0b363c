"""Explain what a message of a platform would come to: which rule is meant, and why. Nothing is kept."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from issuer.context import Context
from issuer.core.documents import Document
from issuer.core.intake import parse
from issuer.core.intake.dialects.all import DIALECTS
from issuer.core.intake.observation import Ignored, Observation
from issuer.db import sources
from issuer.db.source_tables import Source
from issuer.errors import IssuerError
from issuer.services import trying
from issuer.services.issue import Sender, Sent
from issuer.services.sources import judging, looking_up
from issuer.services.sources.judging import Judged

Came: TypeAlias = Literal[
    "ignored", "dead_letter", "would_issue", "already_processed", "already_awarded", "would_ask", "let_pass"
]


@dataclass(frozen=True)
class Step:
    """What one rule makes of what a message says, or why none does. `rule` is its number in the mapping."""

    came: Came
    why: str
    rule: int | None = None
    achievement: str | None = None
    code: str | None = None
    event: Document | None = None
    credential: Document | None = None


@dataclass(frozen=True)
class Explained:
    """What a message says of one thing, None where that is ignored, and what each rule makes of it."""

    observation: Observation | None
    steps: tuple[Step, ...]


def explain(context: Context, tenant_id: str, name: str, document: object) -> list[Explained]:
    """Return what each part of a message would come to.

    People are looked up as in earnest, and not kept. Raises `UnknownSource`, `PeopleUnavailable`, and what
    the dialect raises.
    """
    with context.database.read() as session:
        source = sources.by_name(session, tenant_id, name)
    readings = DIALECTS[source.dialect](document, context.clock())  # type: ignore[index]
    observations = [each for each in readings if isinstance(each, Observation)]
    looked = looking_up.found(context, source, observations, keep=False)
    if looked.failure is not None:
        raise looked.failure
    found = []
    for reading in readings:
        if isinstance(reading, Ignored):
            found.append(Explained(None, (Step("ignored", reading.reason),)))
            continue
        steps = [_step(context, source, each) for each in judging.judged(looked.means, reading)]
        passed = (Step("let_pass", "no rule is about it, and the mapping ignores others"),)
        found.append(Explained(reading, tuple(steps) or passed))
    return found


def _step(context: Context, source: Source, judged: Judged) -> Step:
    rule = judged.verdict.number if judged.verdict else None
    achievement = judged.verdict.rule.achievement if judged.verdict else None
    why = judged.verdict.why if judged.verdict else ""
    if judged.missed is not None:
        return Step("dead_letter", judged.missed.reason, rule, achievement, judged.missed.code)
    if judged.event is None:
        return Step(
            "would_ask", f"{why}: somebody is asked if there is a badge from before", rule, achievement
        )
    try:
        tried = trying.trial(context, _sent(source, judged.event))
    except IssuerError as error:
        return Step("dead_letter", error.detail, rule, achievement, error.code, judged.event)
    return Step(tried.would, why, rule, achievement, None, judged.event, tried.document)


def _sent(source: Source, event: Document) -> Sent:
    sender = Sender(f"source:{source.id}", source.tenant_id, "req_explain")
    return Sent(sender, parse.received(event, {}))
