"""Which credentials are the same one, and which of them counts."""

import pytest

from issuer.core.credentials import equality
from issuer.core.documents import Document
from tests.support import reference

BADGE: Document = {
    "id": "https://guild.example/a b",
    "issuer": {"id": "https://guild.example/"},
    "validFrom": "2026-01-01T00:00:00Z",
}


def example(name: str) -> equality.Identity:
    return equality.identity(
        reference.load("openbadges-3.0", "examples", f"equality-and-comparison{name}.json")
    )


def test_the_standards_own_examples_are_one_credential_whose_newer_copy_counts() -> None:
    first, second, third = example("-1"), example("-2"), example("-3")

    assert first.digest == second.digest == third.digest
    assert second.issued > first.issued
    assert third.issued == first.issued


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "https://guild.example/a%20b"},
        {"id": " https://guild.example/%61%20b\n"},
        {"issuer": "https://guild.example/"},
        {"issuer": {"id": "https://guild%2Eexample/"}},
        {"validFrom": "2026-02-01T00:00:00Z"},
        {"name": "Another name"},
    ],
    ids=str,
)
def test_percent_encoding_white_space_and_all_else_make_no_other(changes: Document) -> None:
    assert equality.identity({**BADGE, **changes}).digest == equality.identity(BADGE).digest


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "https://guild.example/a B"},
        {"id": "https://guild.example/a  b"},
        {"issuer": "https://guild.example"},
        {"id": "b", "issuer": "a\nhttps://guild.example/"},
    ],
    ids=str,
)
def test_another_id_or_issuer_makes_another(changes: Document) -> None:
    assert equality.identity({**BADGE, **changes}).digest != equality.identity(BADGE).digest


def test_what_belongs_to_the_issuers_id_is_never_taken_for_a_part_of_the_other() -> None:
    one, other = {**BADGE, "issuer": "a\nb", "id": "c"}, {**BADGE, "issuer": "a", "id": "b\nc"}

    assert equality.identity(one).digest != equality.identity(other).digest


def test_an_older_data_model_has_its_own_name_for_the_date() -> None:
    older = {name: value for name, value in BADGE.items() if name != "validFrom"}

    assert equality.identity({**older, "issuanceDate": BADGE["validFrom"]}) == equality.identity(BADGE)


@pytest.mark.parametrize("name", ["id", "issuer", "validFrom"])
@pytest.mark.parametrize("value", [None, 7, [], {}])
def test_what_cannot_be_told_from_others_is_refused(name: str, value: object) -> None:
    with pytest.raises(equality.Incomparable):
        equality.identity({**BADGE, name: value})
