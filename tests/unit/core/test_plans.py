"""Canonical forms by plan: the general path's bytes, and the general path itself on any doubt."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.core.documents import Document
from issuer.core.securing import canonical, contexts
from issuer.core.securing.plans.planner import Planner
from issuer.errors import Invalid
from tests.support import badges

UNSIGNED: Document = {name: value for name, value in badges.badge(badges.FULL).items() if name != "proof"}
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=40)


@pytest.fixture
def planner() -> Planner:
    return Planner(contexts.in_force())


def with_evidence(*evidence: Document) -> Document:
    return {**UNSIGNED, "evidence": [{"type": ["Evidence"], **each} for each in evidence]}


def both(planner: Planner, document: Document) -> tuple[Any, Any]:
    answers: list[Any] = []
    for canonicalise in (planner.rdfc, canonical.rdfc):
        try:
            answers.append(canonicalise(document))
        except Invalid as error:
            answers.append((error.code, error.detail))
    return answers[0], answers[1]


def test_a_shape_is_compiled_once_and_filled_in_ever_after(planner: Planner) -> None:
    for number in range(20):
        document = {**UNSIGNED, "id": f"https://badges.example.org/b/{number}", "name": f"Badge {number}"}
        assert planner.rdfc(document) == canonical.rdfc(document)

    assert planner.counts == {"compiled": 1, "filled": 20}


@given(TEXT, TEXT, st.sampled_from(["https://a.example/1", "urn:uuid:1", UNSIGNED["id"], "relative", "a b"]))
@settings(max_examples=150, deadline=None)
def test_whatever_the_texts_are_the_answer_is_the_general_one(name: str, other: str, address: str) -> None:
    planner = Planner(contexts.in_force())
    planner.rdfc(with_evidence({"id": "https://b.example/", "name": "a"}, {"name": "b"}))

    document = with_evidence({"id": address, "name": name}, {"name": other}) | {"name": other}

    ours, general = both(planner, document)
    assert ours == general


def test_parts_that_look_alike_are_left_to_the_general_path(planner: Planner) -> None:
    document = with_evidence({"name": "a"}, {"name": "b"})
    planner.rdfc(document)

    alike = with_evidence({"name": "a"}, {"name": "a"})

    assert planner.rdfc(alike) == canonical.rdfc(alike)
    assert planner.counts["general"] == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"unknown": "member"},
        {"name": {"@value": "a", "@language": "en"}},
        {"@context": [*UNSIGNED["@context"], {"x": "https://x.example/"}]},
        {"@context": ["https://nobody.example/"]},
        {"id": ""},
        {"type": ["VerifiableCredential", "Unknown"]},
        {"evidence": [{"id": "urn:issuer-text:0003.", "type": ["Evidence"]}]},
        {"evidence": [{"type": ["Evidence"], "name": "n" * 10}] * 9},
        {"evidence": [{"type": ["Evidence"], "name": str(number)} for number in range(600)]},
        {"credentialSubject": {"id": UNSIGNED["id"], "type": ["AchievementSubject"]}},
        {"issuer": "https://badges.example.org/i/alder"},
        {"name": None},
        {"name": ["a", "b", "b"]},
        {"@graph": []},
    ],
)
def test_what_plans_do_not_cover_is_answered_as_ever_twice(planner: Planner, changed: Document) -> None:
    document = {**UNSIGNED, **changed}

    for _ in range(2):
        ours, general = both(planner, document)
        assert ours == general


def test_an_id_that_another_part_has_is_no_mere_text(planner: Planner) -> None:
    planner.rdfc(with_evidence({"id": "https://a.example/1", "name": "a"}))
    issuer = UNSIGNED["issuer"]["id"]

    merged = with_evidence({"id": issuer, "name": "a"})

    assert planner.rdfc(merged) == canonical.rdfc(merged)
    assert planner.counts["compiled"] == 2


def test_no_more_plans_are_kept_than_were_allowed() -> None:
    planner = Planner(contexts.in_force(), most=3)

    for round_ in range(2):
        for count in range(1, 6):
            document = with_evidence(*({"name": f"{round_} {number}"} for number in range(count)))
            assert planner.rdfc(document) == canonical.rdfc(document)

    assert planner.counts["compiled"] == 10
