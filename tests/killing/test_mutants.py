"""The harness bites: it finds what is wrong with versions of the service that are wrong on purpose."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.killing import mutants
from tests.killing.mutants import MUTANTS, UNDER_LOAD, Change, Mutant, TextMoved

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant.name for mutant in MUTANTS])
def test_a_faulty_version_of_the_service_is_caught(tmp_path: Path, mutant: Mutant) -> None:
    assert mutant.found_by in mutants.faults(mutant, tmp_path)


def test_the_service_as_it_is_passes_the_trial_of_the_mutants(tmp_path: Path) -> None:
    unchanged = Mutant("none", "sqlite", UNDER_LOAD, (), "")

    assert mutants.faults(unchanged, tmp_path) == {}


def test_a_mutant_whose_text_has_moved_says_so(tmp_path: Path) -> None:
    outdated = replace(MUTANTS[0], changes=(Change("src/issuer/context.py", "not there", ""),))

    with pytest.raises(TextMoved, match=r"context\.py does not hold exactly once"):
        mutants.make(outdated, tmp_path)
