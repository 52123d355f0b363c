"""A crash at each named point, on both databases: nothing is lost, nothing is doubled."""

from pathlib import Path

import pytest

from tests.killing import points
from tests.killing.points import POINTS, Point
from tests.killing.stage import stage

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("point", POINTS, ids=[point.label for point in POINTS])
def test_a_crash_at_a_named_point_loses_nothing_and_doubles_nothing(
    tmp_path: Path, database_url: str, point: Point
) -> None:
    with stage(tmp_path, database_url, workers=0) as found:
        found.fleet.start()
        points.crash(found, point)

        found.verdict().insist()
