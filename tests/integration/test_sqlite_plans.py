"""Nothing that an empty database makes SQLite believe may have it read a whole tenant later."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event

from issuer.core.intake import parse
from issuer.services import issue, revoke, standing
from tests.support.world import World

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LARGE = ("credential", "event", "recipient", "recipient_identifier", "outbox", "stack_component")
"""Tables with a row for each badge, person or change."""


@contextmanager
def plans_of(engine: Engine) -> Iterator[list[tuple[str, str]]]:
    """Yield a list that fills with each statement and one step of its plan."""
    found: list[tuple[str, str]] = []

    @event.listens_for(engine, "before_cursor_execute")
    def note(connection: object, cursor: object, statement: str, parameters: object, *_rest: object) -> None:
        del connection
        if statement.lstrip().startswith(("SELECT", "UPDATE", "DELETE", "WITH")):
            given = parameters[0] if isinstance(parameters, list) else parameters
            steps = cursor.execute(f"EXPLAIN QUERY PLAN {statement}", given).fetchall()  # type: ignore[attr-defined]
            found.extend((statement, step[3]) for step in steps)

    yield found
    event.remove(engine, "before_cursor_execute", note)


def whole_reads(plans: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return those steps that look at all rows of a table, or at all of a tenant."""
    return [
        (statement, step)
        for statement, step in plans
        if step.split()[1] in LARGE and (step.startswith("SCAN") or step.endswith("(tenant_id=?)"))
    ]


def sent(world: World, number: int) -> issue.Sent:
    person = {"email": f"teacher{number}@alder.example", "name": f"Teacher {number}"}
    document = world.event(id=f"event-{number}", recipient=person)
    return issue.Sent(
        issue.Sender(world.client.id, world.tenant.id, "req_plans"), parse.received(document, {})
    )


@pytest.mark.parametrize("count", [1, 50])
def test_issuing_and_withdrawing_look_for_no_row_by_its_tenant_alone(alder: World, count: int) -> None:
    alder.publish()
    order = revoke.Order("revoke", "issued_in_error", None, alder.client, "req_plans")

    with plans_of(alder.context.database.engine) as plans:
        answers = issue.issue_all(alder.context, [sent(alder, number) for number in range(count)])
        ids = [answer.award[0].public_id for answer in answers if isinstance(answer, issue.Issued)]
        revoke.change_all(alder.context, order, ids)
        standing.public_badge(alder.context, ids[0], alder.context.settings.public_url)

    assert len(ids) == count
    assert len(plans) > 10
    assert whole_reads(plans) == []
