"""Canonical forms by plan: the general path's bytes, and the general path itself on any doubt."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.core.documents import Document
from issuer.core.securing import canonical, context_memory, contexts
from issuer.core.securing.plans import recent, shapes
from issuer.core.securing.plans.planner import OFTEN, Planner
from issuer.core.securing.plans.planner import planner as usual_planner
from issuer.core.securing.plans.shapes import NotCovered
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


def met(planner: Planner, document: Document) -> None:
    """Let a planner see a shape often enough for a plan."""
    for _ in range(3):
        planner.rdfc(document)


def test_a_shape_that_comes_back_is_compiled_once_and_filled_in_ever_after(planner: Planner) -> None:
    for number in range(20):
        document = {**UNSIGNED, "id": f"https://badges.example.org/b/{number}", "name": f"Badge {number}"}
        assert planner.rdfc(document) == canonical.rdfc(document)

    assert planner.counts == {"general": 2, "compiled": 1, "filled": 18}


@given(TEXT, TEXT, st.sampled_from(["https://a.example/1", "urn:uuid:1", UNSIGNED["id"], "relative", "a b"]))
@settings(max_examples=150, deadline=None)
def test_whatever_the_texts_are_the_answer_is_the_general_one(name: str, other: str, address: str) -> None:
    planner = Planner(contexts.in_force())
    met(planner, with_evidence({"id": "https://b.example/", "name": "a"}, {"name": "b"}))

    document = with_evidence({"id": address, "name": name}, {"name": other}) | {"name": other}

    ours, general = both(planner, document)
    assert ours == general


def test_parts_that_look_alike_are_left_to_the_general_path(planner: Planner) -> None:
    document = with_evidence({"name": "a"}, {"name": "b"})
    met(planner, document)

    alike = with_evidence({"name": "a"}, {"name": "a"})

    assert planner.rdfc(alike) == canonical.rdfc(alike)
    assert planner.counts["general"] == 3


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

    for _ in range(4):
        ours, general = both(planner, document)
        assert ours == general


def test_an_id_that_another_part_has_is_no_mere_text(planner: Planner) -> None:
    met(planner, with_evidence({"id": "https://a.example/1", "name": "a"}))
    issuer = UNSIGNED["issuer"]["id"]

    merged = with_evidence({"id": issuer, "name": "a"})

    for _ in range(3):
        assert planner.rdfc(merged) == canonical.rdfc(merged)
    assert planner.counts["compiled"] == 2


@pytest.mark.parametrize("space", "\u00a0\u1680\u2003\u2028\u3000\x85")
@pytest.mark.parametrize("scheme", ["https://a.example/", "urn:a", "mailto:a", "ftp://a.example/"])
def test_an_address_with_white_space_of_any_script_is_refused_by_both(
    planner: Planner, scheme: str, space: str
) -> None:
    met(planner, with_evidence({"id": "https://a.example/1", "name": "a"}))

    ours, general = both(planner, with_evidence({"id": f"{scheme}{space}x", "name": "a"}))

    assert ours == general
    assert ours[0] == "unsafe-document"


@pytest.mark.parametrize("scheme", ["", "ftp://x/", "urn:"])
def test_a_text_that_looks_like_a_mark_is_a_text(planner: Planner, scheme: str) -> None:
    met(planner, with_evidence({"id": "https://a.example/1", "name": "a"}))

    for number in (0, 1, 9999):
        for _ in range(3):
            document = with_evidence({"id": f"{scheme}urn:issuer-text:{number:04}.", "name": "a"})
            ours, general = both(planner, document)
            assert ours == general


def test_documents_that_look_alike_in_part_do_not_spoil_the_plan_for_others(planner: Planner) -> None:
    for _ in range(3):
        planner.rdfc(with_evidence({"name": "a"}, {"name": "a"}))

    for number in range(12):
        planner.rdfc(with_evidence({"name": "a"}, {"name": f"{number}"}))

    assert planner.counts["filled"] > 3


def test_plans_take_no_more_room_than_was_allowed() -> None:
    planner = Planner(contexts.in_force(), others=1_500_000)

    for round_ in range(4):
        for count in range(1, 13):
            document = with_evidence(*({"name": f"{round_} {number}"} for number in range(count)))
            assert planner.rdfc(document) == canonical.rdfc(document)

    assert planner.counts["compiled"] == 12
    assert planner.weight < 1_500_000


def test_numbers_in_a_strangers_shape_count_as_much_as_they_take() -> None:
    planner = Planner(contexts.in_force(), others=4_000_000)
    taken = 0
    for number in range(20):
        document = {**UNSIGNED, "evidence": [[number + each] * 10 for each in range(200)]}
        for _ in range(2):
            with suppress(Invalid):
                planner.rdfc(document)
        taken += recent.weight(shapes.read(document)[0])

    assert taken > 4_000_000
    assert planner.weight < 4_000_000


def test_plans_outlive_a_memory_of_contexts_that_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    known = contexts.ContextSet(contexts.in_force().documents)
    monkeypatch.setattr(context_memory, "REMEMBERED", 3)
    found = usual_planner(known)

    canonical.rdfc(UNSIGNED, known)

    assert usual_planner(known) is found


@pytest.mark.parametrize("blanks", [0, 1, 2])
def test_code_is_made_for_plans_with_however_few_blank_nodes(blanks: int) -> None:
    fixed: Document = {"id": "https://a.example/issuer", "type": ["Profile"], "name": "Issuer"}
    planner = Planner(contexts.in_force())

    for number in range(OFTEN + 5):
        evidence = [{"type": ["Evidence"], "name": f"{number} {each}"} for each in range(blanks)]
        document: Document = {
            "@context": UNSIGNED["@context"],
            "id": f"https://a.example/{number}",
            "type": ["VerifiableCredential"],
            "issuer": fixed,
            **({"evidence": evidence} if evidence else {}),
        }
        if number < 2:
            with pytest.raises(NotCovered):
                planner.plans(document, {id(fixed): "issuer"})
            continue
        plans, texts = planner.plans(document, {id(fixed): "issuer"})
        assert plans.canonical.fill(texts).encode() == canonical.rdfc(document)
        assert plans.canonical.is_generated == (plans.read is not None) == (plans.uses >= OFTEN)

    assert planner.counts["compiled"] == 1
