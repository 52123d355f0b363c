"""What the API answers about sources, and what it takes."""

import json
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from sqlalchemy.orm import Session

from issuer.context import Context
from issuer.core import fields
from issuer.core.intake.dialects.all import Name
from issuer.core.intake.observation import Outcome
from issuer.db import dead_letters, sources
from issuer.db.source_tables import DeadLetter, Source
from issuer.services.sources.explaining import Came, Explained, Step
from issuer.services.sources.people_calls import PeopleCall
from issuer.web.answers import Answer

RequestId = Annotated[str, Field(alias="request_id")]
SourceName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
PeopleUrl = Annotated[str, Field(max_length=2_000)]
PeopleToken = Annotated[str, Field(pattern=r"^[!-~]{1,4000}$")]
LetterIds = Annotated[
    list[Annotated[str, Field(pattern="^[0-9a-f-]{36}$")]], Field(min_length=1, max_length=1_000)
]


class NewSource(fields.Strict):
    """A platform to come: its name here, and the dialect that it speaks.

    `keysUrl` is where it publishes the keys that it signs with, `account` whose messages there are taken.
    `peopleUrl` is where it is asked who an id is, with `{id}` in it, and `peopleToken` the bearer token for
    that.
    """

    name: SourceName
    dialect: Name
    keys_url: fields.WebUrl | None = None
    account: fields.Line | None = None
    people_url: PeopleUrl | None = None
    people_token: PeopleToken | None = None

    @property
    def call(self) -> PeopleCall | None:
        """How people are looked up, or None where they are not."""
        return PeopleCall(self.people_url, self.people_token) if self.people_url else None

    @model_validator(mode="after")
    def _keys_go_with_an_account(self) -> Self:
        if (self.keys_url is None) != (self.account is None):
            raise ValueError("keysUrl and account go together: a platform signs for all of its customers")
        if self.people_token is not None and self.people_url is None:
            raise ValueError("a peopleToken goes with the peopleUrl that it is for")
        return self


class SourceChange(fields.Strict):
    """What is to become of a source. What is left out stays as it is.

    A `peopleUrl` of null: people are looked up no more. Another one takes the place of the token too.
    """

    disabled: bool | None = None
    people_url: PeopleUrl | None = None
    people_token: PeopleToken | None = None

    @property
    def changes_call(self) -> bool:
        """Whether it is said how people are looked up."""
        return "people_url" in self.model_fields_set

    @property
    def call(self) -> PeopleCall | None:
        """How people are to be looked up, or None where they are to be no more."""
        return PeopleCall(self.people_url, self.people_token) if self.people_url else None

    @model_validator(mode="after")
    def _a_token_goes_with_its_address(self) -> Self:
        if self.people_token is not None and self.people_url is None:
            raise ValueError("a peopleToken goes with the peopleUrl that it is for")
        return self


class SourceReplay(fields.Strict):
    """Which dead letters are taken again: all that wait, where none are named."""

    ids: LetterIds | None = None


class SourceDiscard(fields.Strict):
    """Which dead letters are let go."""

    ids: LetterIds


class SourceShown(Answer):
    """A source, which version of its mapping counts, and how many people and dead letters it has."""

    name: str
    dialect: str
    inbox_url: str
    keys_url: str | None
    account: str | None
    people_url: str | None
    mapping: int | None
    people: int
    dead_letters: int
    created_at: datetime
    disabled_at: datetime | None


class SourceDetailOut(Answer):
    """A source."""

    source: SourceShown
    request_id: RequestId


class SourcesOut(Answer):
    """All sources of an issuer."""

    sources: list[SourceShown]
    request_id: RequestId


class SourceSecretOut(Answer):
    """A source with its secret, which is shown this once."""

    source: SourceShown
    secret: str
    request_id: RequestId


class MappingOut(Answer):
    """One version of what a source's competencies mean."""

    version: int
    created_at: datetime
    mapping: dict[str, object]
    request_id: RequestId


class DirectoryOut(Answer):
    """How many people a source's directory has now."""

    people: int
    request_id: RequestId


class StepOut(Answer):
    """What one rule makes of what a message says, or why none does."""

    result: Came
    why: str
    rule: int | None = None
    achievement: str | None = None
    code: str | None = None
    event: dict[str, object] | None = None
    credential: dict[str, object] | None = None


class ReadingOut(Answer):
    """One thing that a message says. What is ignored has its step alone."""

    competency: str | None = None
    learner: str | None = None
    achieved_at: datetime | None = None
    outcome: Outcome | None = None
    scaled: float | None = None
    grade: int | None = None
    steps: list[StepOut]


class ExplainedOut(Answer):
    """What a message would come to."""

    readings: list[ReadingOut]
    request_id: RequestId


class DeadLetterOut(Answer):
    """What came to nothing: the observation, or the message as it came where it could not be read."""

    id: str
    code: str
    reason: str
    competency: str | None
    received_at: datetime
    request_id: str
    content: dict[str, object] | str


class DeadLettersOut(Answer):
    """A page of dead letters, the oldest first."""

    dead_letters: list[DeadLetterOut]
    next: str | None = None
    request_id: RequestId


class SourceReplayedOut(Answer):
    """What became of dead letters that were taken again, and how many wait still."""

    tried: int
    issued: int
    known: int
    asked: int
    ignored: int
    left: int
    request_id: RequestId


class DiscardedOut(Answer):
    """How many dead letters were let go."""

    discarded: int
    request_id: RequestId


State = Literal["open", "replayed", "discarded"]


def shown(context: Context, session: Session, source: Source) -> SourceShown:
    """Return what is told of a source."""
    newest = sources.mapping(session, source.tenant_id, source.id)
    return SourceShown(
        name=source.name,
        dialect=source.dialect,
        inbox_url=f"{context.settings.public_url}/v1/inbox/{source.id}",
        keys_url=source.keys_url,
        account=source.account,
        people_url=source.people_url,
        mapping=newest.number if newest else None,
        people=sources.count_people(session, source.tenant_id, source.id),
        dead_letters=dead_letters.count_open(session, source.tenant_id, source.id),
        created_at=source.created_at,
        disabled_at=source.disabled_at,
    )


def explained(found: list[Explained], request_id: str) -> ExplainedOut:
    """Return what a message would come to."""
    return ExplainedOut(readings=[_reading(each) for each in found], request_id=request_id)


def letter(row: DeadLetter) -> DeadLetterOut:
    """Return what is told of a dead letter."""
    return DeadLetterOut(
        id=row.id,
        code=row.code,
        reason=row.reason,
        competency=row.competency,
        received_at=row.received_at,
        request_id=row.request_id,
        content=json.loads(row.content) if row.is_read else row.content,
    )


def _reading(found: Explained) -> ReadingOut:
    steps = [_step(each) for each in found.steps]
    said = found.observation
    if said is None:
        return ReadingOut(steps=steps)
    return ReadingOut(
        competency=said.competency,
        learner=said.learner.id,
        achieved_at=said.achieved_at,
        outcome=said.outcome,
        scaled=said.scaled,
        grade=said.grade,
        steps=steps,
    )


def _step(step: Step) -> StepOut:
    return StepOut(
        result=step.came,
        why=step.why,
        rule=step.rule,
        achievement=step.achievement,
        code=step.code,
        event=step.event,
        credential=step.credential,
    )
