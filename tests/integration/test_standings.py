"""How a badge stands is decided once in Python and once in SQL: here the two are held together."""

from datetime import datetime, timedelta
from itertools import product
from typing import get_args

import pytest
from sqlalchemy import select, update

from issuer.core.status.standing import IN_FORCE, Standing, Summary, standing_of, summarised, summary
from issuer.db import standings
from issuer.db.tables import Credential
from tests.support.world import NOW, World

DAY = timedelta(days=1)
FROM = (NOW - DAY, NOW, NOW + DAY)
UNTIL = (None, NOW - DAY, NOW, NOW + DAY)
WHEN = (None, NOW - DAY)
NEWER = (None, "7HqyV2cWmX4tKfRz9aBnPd")
NAMES = ("awarded_at", "valid_until", "suspended_at", "revoked_at", "replaced_by")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, "current"),
        ({"valid_until": NOW}, "current"),
        ({"valid_until": NOW - DAY}, "expired"),
        ({"valid_from": NOW + DAY}, "not_yet_valid"),
        ({"suspended_at": NOW, "valid_until": NOW - DAY}, "suspended"),
        ({"revoked_at": NOW, "suspended_at": NOW}, "revoked"),
        ({"revoked_at": NOW, "replaced_by": NEWER[1]}, "superseded"),
    ],
)
def test_a_decision_of_the_issuer_comes_before_any_date(
    changes: dict[str, datetime], expected: Standing
) -> None:
    untouched = dict.fromkeys(("valid_until", "suspended_at", "revoked_at", "replaced_by"))
    given = {"valid_from": NOW - DAY, **untouched, **changes}

    assert standing_of(NOW, **given) == expected  # type: ignore[arg-type]


def test_every_standing_has_one_name_in_the_api() -> None:
    named = [standing for name in get_args(Summary) for standing in summarised(name)]

    assert sorted(named) == sorted(get_args(Standing))


def test_a_query_decides_as_the_code_does_whatever_is_recorded(alder: World) -> None:
    row = alder.issue().award[0]
    in_force = [standings.in_force(NOW), *(standings.named(name, NOW) for name in get_args(Summary))]
    query = select(standings.expression(NOW), *in_force).where(Credential.id == row.id)

    for values in product(FROM, UNTIL, WHEN, WHEN, NEWER):
        recorded = dict(zip(NAMES, values, strict=True))
        with alder.context.database.write.begin() as session:
            session.execute(update(Credential).where(Credential.id == row.id).values(**recorded))
            found, stands, *names = session.execute(query).one()
        for name, value in recorded.items():
            setattr(row, name, value)
        expected = standings.standing(row, NOW)
        assert found == expected, recorded
        assert bool(stands) is (expected in IN_FORCE)
        assert [bool(each) for each in names] == [summary(expected) == each for each in get_args(Summary)]
