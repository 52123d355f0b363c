"""What is remembered of a shape says the same as looking at everything, whatever is made of a credential."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.core import documents
from issuer.core.credentials import rules_of
from issuer.core.documents import Document
from issuer.core.securing.plans import shapes
from issuer.core.securing.plans.shapes import NotCovered
from issuer.core.verifying import form, report, structure
from issuer.errors import Fault
from tests.support import badges, reference, strangers
from tests.unit.core.test_credentials import BROKEN

_GUILD = strangers.stranger("a guild")
_FIXTURES = ("openbadges-3.0", "validator-fixtures")
BADGE = badges.badge()
ENDORSED = strangers.badge(
    _GUILD, endorsement=[_GUILD.sign(strangers.endorsement(_GUILD, "https://guild.example/soldering"))]
)
FIRST_MODEL = {
    **{name: value for name, value in strangers.badge(_GUILD).items() if name != "validFrom"},
    "@context": ["https://www.w3.org/2018/credentials/v1", strangers.OPEN_BADGES],
    "issuanceDate": "2026-01-01T00:00:00Z",
}
CREDENTIALS: tuple[Document, ...] = (
    BADGE,
    badges.badge(badges.MINIMAL),
    badges.badge(suspendable=True),
    _GUILD.sign(ENDORSED),
    FIRST_MODEL,
    _GUILD.sign(strangers.endorsement(_GUILD, "https://guild.example/soldering")),
    _GUILD.sign(strangers.transcript(_GUILD, strangers.badge(_GUILD))),
)
NAMES = (
    *("id", "type", "name", "description", "identifier", "issuanceDate", "validUntil", "validFrom", "proof"),
    *(
        "hashed",
        "creditsEarned",
        "evidence",
        "x:y",
        "@id",
        "@value",
        "@context",
        "@graph",
        "https://w.example/",
    ),
    *("credentialStatus", "statusListIndex", "result", "achievement", "endorsement", "", "narrative"),
)
VALUES: st.SearchStrategy[object] = st.sampled_from(
    [
        *(None, [], {}, "", "x", "2026-02-30T00:00:00Z", "2026-01-01T00:00:00Z", "urn:x:1", 0, 7, 1.5, True),
        *([[]], ["x"], [{}], [None], {"id": "urn:x:1"}, {"type": ["Result"]}, {"@value": "x"}, ["Profile"]),
        *([{"type": "Evidence"}], {"a:b": 1}, {"x": {"y": [[1]]}}, "https://www.w3.org/ns/credentials/v2"),
    ]
)


@st.composite
def mutated(draw: st.DrawFn) -> Document:
    """Return a credential with up to three things in it changed, added, taken away or moved."""
    document = copy.deepcopy(draw(st.sampled_from(CREDENTIALS)))
    for _ in range(draw(st.integers(0, 3))):
        nodes: list[Any] = [value for value in documents.values(document) if isinstance(value, dict | list)]
        _change(draw, draw(st.sampled_from(nodes)))
    return document


def _change(draw: st.DrawFn, node: Any) -> None:  # noqa: ANN401 - JSON as it comes
    if isinstance(node, list):
        node.insert(draw(st.integers(0, len(node))), copy.deepcopy(draw(VALUES)))
    elif node and draw(st.booleans()):
        name = draw(st.sampled_from(sorted(node)))
        value = node.pop(name)
        if draw(st.booleans()):
            node[draw(st.sampled_from(NAMES)) if draw(st.booleans()) else name] = value
    else:
        node[draw(st.sampled_from(NAMES)) if draw(st.booleans()) else "name"] = copy.deepcopy(draw(VALUES))


def faults_again(document: Document) -> list[list[Fault]]:
    """Return the faults as they are found when a shape is new, met again, and remembered."""
    return [structure.faults(document, structure.known(document)) for _ in range(4)]


@settings(max_examples=1_500, deadline=None)
@given(mutated())
def test_the_remembered_way_finds_what_the_plain_way_finds(document: Document) -> None:
    plain = structure.faults(document, None)

    assert faults_again(document) == [plain] * 4


@settings(max_examples=300, deadline=None)
@given(mutated())
def test_a_report_is_the_same_whatever_is_remembered(document: Document) -> None:
    materials = badges.materials(document)

    found = [report.report(materials) for _ in range(4)]

    assert found == found[:1] * 4


@settings(max_examples=1_000, deadline=None)
@given(mutated())
def test_the_rules_that_a_shape_decides_read_no_text(document: Document) -> None:
    try:
        shapes.read(document)
    except NotCovered:
        return
    blank = shapes.replaced(document, lambda _place, _text: "")

    for rule in rules_of.rules_for(document):
        if rule.name in structure.DECIDED_BY_SHAPE:
            assert list(rule.look(document)) == list(rule.look(blank))
    assert form.respelled(document) == form.respelled(blank)


@pytest.mark.parametrize("breaking", BROKEN.values(), ids=BROKEN)
def test_what_breaks_a_rule_is_found_after_many_that_broke_none(breaking: Any) -> None:  # noqa: ANN401 - a function
    for _ in range(4):
        assert structure.faults(BADGE, structure.known(BADGE)) == []
    broken = copy.deepcopy(BADGE)
    breaking(broken)

    assert faults_again(broken) == [structure.faults(broken, None)] * 4


@pytest.mark.parametrize(
    "file", [name for name in reference.names(*_FIXTURES) if name.endswith(".json")] or [""]
)
def test_fixtures_of_others_are_found_as_faulty_as_they_are(file: str) -> None:
    document = reference.load(*_FIXTURES, file)

    if isinstance(document, dict):
        assert faults_again(document) == [structure.faults(document, None)] * 4


def test_every_rule_that_a_shape_decides_is_a_rule() -> None:
    named = {
        rule.name
        for kinds in (rules_of.FIRST_MODEL, rules_of.SECOND_MODEL)
        for each in kinds.values()
        for rule in each
    }

    assert named - structure.DECIDED_BY_SHAPE == {"id", "dates", "dates-1.1", "status"}
    assert named >= structure.DECIDED_BY_SHAPE
