"""Names as their holders want them shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.core import naming


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Rosa Delgado", "R. D."),
        ("Rosa Maximiliana Delgado-Featherstonehaugh", "R. M. D."),
        ("María de la Cruz y Ñáñez", "M. C. Ñ."),
        ("  Sam   Whitehorse ", "S. W."),
        ("“Kiki” O'Neill (2nd)", "K. O. N."),
        ("李 明", "李. 明."),
        ("ß", "S."),
        ("de la", "D. L."),
        ("1234", "\N{EN DASH}"),
        ("", "\N{EN DASH}"),
    ],
)
def test_initials_are_the_first_letters_of_what_matters(name: str, expected: str) -> None:
    assert naming.initials(name) == expected


@given(st.text(max_size=200))
def test_initials_hold_at_most_a_letter_of_each_word(name: str) -> None:
    found = naming.initials(name)

    assert found
    assert len(found.split()) <= max(len(name.split()), 1)
    assert all(len(part) <= 2 for part in found.split())


def test_a_name_is_whole_unless_initials_are_asked_for() -> None:
    assert naming.shown("Rosa Delgado", "full") == "Rosa Delgado"
    assert naming.shown("Rosa Delgado", "initials") == "R. D."


def test_only_a_name_in_clear_is_a_name() -> None:
    named = {"identityType": "name", "hashed": False, "identityHash": "Rosa"}
    hidden = {**named, "hashed": True}

    assert naming.name_in({"identifier": [hidden, named]}) == "Rosa"
    assert naming.name_in({"identifier": [hidden]}) is None
    assert naming.name_in({}) is None
