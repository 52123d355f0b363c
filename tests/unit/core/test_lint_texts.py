"""Of a document whose shape was linted before, the rules about texts decide as all rules would."""

import copy
from collections.abc import Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.core import documents
from issuer.core.credentials import build, lint
from issuer.core.documents import Document
from issuer.core.securing.plans import shapes
from issuer.core.securing.plans.shapes import NotCovered
from issuer.core.securing.proofs import UnsecuredCredential
from tests.support import badges

BADGES = [
    build.build(badges.ingredients(event, suspendable=suspendable))
    for event in (badges.FULL, badges.MINIMAL)
    for suspendable in (True, False)
]
MOMENTS = ["no moment", "2026-06-12T19:03:50Z", "2031-06-30T23:59:59Z", "2099-01-01T00:00:00Z"]
WORDS = ["", "x", "-1", "007", "revocation", "suspension", "name", "emailAddress", "Plan"]
TEXTS = st.sampled_from(MOMENTS + WORDS) | st.text(max_size=20)


def refusal(look: Callable[[], object]) -> object:
    try:
        look()
    except lint.LintFailed as error:
        return error.detail, error.faults
    return None


def places(document: Document) -> list[documents.Path]:
    """Return where the texts are that an event decides: outside of what issuer and achievement are."""
    fixed = (("issuer",), ("credentialSubject", "achievement"))
    return [
        path
        for path, value in documents.walk(document)
        if isinstance(value, str) and path[:1] != fixed[0] and path[:2] != fixed[1]
    ]


def put(document: Document, path: documents.Path, text: str) -> None:
    inner: object = document
    for name in path[:-1]:
        inner = inner[name]  # type: ignore[index]
    inner[path[-1]] = text  # type: ignore[index]


@given(st.data())
def test_texts_break_the_rules_about_texts_alone(data: st.DataObject) -> None:
    document = copy.deepcopy(data.draw(st.sampled_from(BADGES)))
    shape = shapes.read(document)[0]
    for path in data.draw(st.lists(st.sampled_from(sorted(places(document), key=repr)), max_size=4)):
        put(document, path, data.draw(TEXTS))
    try:
        same = shapes.read(document)[0] == shape
    except NotCovered:
        same = False

    credential = UnsecuredCredential(document)
    whole = refusal(lambda: lint.lint(credential, badges.NOW))
    of_texts = refusal(lambda: lint.lint_texts(credential, badges.NOW))

    assert whole == of_texts or not same


@pytest.mark.parametrize("number", range(len(BADGES)))
def test_twins_and_a_start_in_the_future_are_texts(number: int) -> None:
    document: Document = copy.deepcopy(BADGES[number])
    document["evidence"] = [{"type": ["Evidence"], "name": name} for name in ("Plan", "Film")]
    lint.lint_texts(UnsecuredCredential(document), badges.NOW)
    twins = copy.deepcopy(document)
    twins["evidence"][1]["name"] = "Plan"

    with pytest.raises(lint.LintFailed, match="no-twins"):
        lint.lint_texts(UnsecuredCredential(twins), badges.NOW)
    with pytest.raises(lint.LintFailed, match="future"):
        lint.lint_texts(UnsecuredCredential(document), badges.NOW - timedelta(days=1000))
