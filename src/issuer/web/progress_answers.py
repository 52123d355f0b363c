"""What the API answers about somebody's progress."""

from typing import Annotated, Any, Final

from pydantic import Field

from issuer.core.addresses import Addresses
from issuer.core.awarding import stack_progress, stack_rule
from issuer.core.awarding.stack_progress import Part
from issuer.services.pathways import Standing
from issuer.web import pathway_view
from issuer.web.answers import Answer
from issuer.web.pages import rule_words, words
from issuer.web.pages.rule_words import Unit

_PLACES: Final = 10_000


class ProgressOut(Answer):
    """How far a person is with a pathway."""

    code: str
    version: int
    name: str
    url: str
    progress: Annotated[float, Field(description="From 0 to 1, rounded down: 1 when complete, never before")]
    complete: bool
    have: Annotated[int, Field(description="How many of its badges, parts or points there are")]
    need: int
    unit: Unit
    earned: Annotated[list[str], Field(description="The codes of the badges that count")]
    missing: Annotated[
        Any, Field(description="The rule that is left, in the rule language; null when complete")
    ]
    next: Annotated[list[str], Field(description="The codes of the badges that come next")]
    summary: Annotated[dict[str, str], Field(description="The same in words, by language")]


class ProgressesOut(Answer):
    """How far a person is with each pathway to which a badge of theirs counts, by code."""

    pathways: list[ProgressOut]
    request_id: Annotated[str, Field(alias="request_id")]


def progresses_out(found: list[Standing], addresses: Addresses, request_id: str) -> ProgressesOut:
    """Return the answer for everything that somebody is working on."""
    return ProgressesOut(pathways=[_progress_out(each, addresses) for each in found], request_id=request_id)


def _progress_out(standing: Standing, addresses: Addresses) -> ProgressOut:
    offer, part, left = standing.offer, standing.part, standing.left
    names = pathway_view.names_of(offer)
    following = stack_rule.codes(stack_progress.step(left)) if left else ()
    return ProgressOut(
        code=offer.code,
        version=offer.number,
        name=offer.stack.definition.name,
        url=addresses.pathway_version(offer.code, offer.number),
        progress=int(part.progress * _PLACES) / _PLACES,
        complete=part.satisfied,
        have=part.have,
        need=part.need,
        unit=rule_words.unit(part),
        earned=list(dict.fromkeys(_earned(part))),
        missing=stack_rule.document(left) if left else None,
        next=[code for code in following if code not in set(_earned(part))],
        summary={lang: rule_words.summary(lang, part, left, names).striptags() for lang in words.LANGUAGES},
    )


def _earned(part: Part) -> list[str]:
    if isinstance(part.rule, stack_rule.Badge):
        return [part.rule.code] if part.satisfied else []
    return [code for each in part.parts for code in _earned(each)]
