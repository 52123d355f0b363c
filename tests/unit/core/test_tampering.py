"""A proof breaks with each leaf that it is over, and lists and keys of others are bounded."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.core import documents
from issuer.core.awarding import rubric
from issuer.core.awarding.decision import Award, Declined, Held, decide
from issuer.core.awarding.definition import Definition
from issuer.core.awarding.rubric import InvalidResults, ReportedResult
from issuer.core.credentials import build, lint
from issuer.core.credentials.lint import OWN_RULES
from issuer.core.credentials.rules import RULES
from issuer.core.documents import Document
from issuer.core.securing import proofs
from issuer.core.securing.proofs import UnsecuredCredential
from issuer.core.status import permutation
from issuer.errors import Invalid
from tests.support import badges
from tests.unit.core.test_credentials import BROKEN


def leaves(document: Document) -> list[documents.Path]:
    return [path for path, value in documents.walk(document) if not isinstance(value, dict | list)]


@pytest.mark.parametrize("suite", proofs.CRYPTOSUITES)
def test_a_proof_breaks_with_every_leaf(suite: str) -> None:
    badge = badges.badge(suspendable=True, cryptosuite=suite)
    key = badges.KEY.public_key()

    whole = []
    for path in leaves(badge):
        changed = copy.deepcopy(badge)
        found: Any = changed
        for part in path[:-1]:
            found = found[part]
        value = found[path[-1]]
        found[path[-1]] = (not value) if isinstance(value, bool) else f"{value}x"
        try:
            proofs.verify(changed, changed["proof"], key)
        except Invalid:
            continue
        whole.append(path)

    assert whole == []


@given(st.binary(min_size=64, max_size=64))
@settings(max_examples=40, deadline=None)
def test_no_made_up_signature_holds(signature: bytes) -> None:
    badge = badges.badge()
    forged = proofs.attach(
        {name: value for name, value in badge.items() if name != "proof"},
        {name: value for name, value in badge["proof"].items() if name != "proofValue"},
        signature,
    )

    with pytest.raises(proofs.InvalidProof):
        proofs.verify(forged, badge["proof"] | dict(forged["proof"]), badges.KEY.public_key())  # type: ignore[call-overload]


@given(st.integers(1, 3_000), st.binary(min_size=32, max_size=32))
@settings(max_examples=25, deadline=None)
def test_a_permutation_of_any_length_under_any_key_gives_every_index_once(length: int, key: bytes) -> None:
    found = {permutation.permute(position, length=length, key=key) for position in range(length)}

    assert found == set(range(length))


@pytest.mark.parametrize("position", [-1, 8, 10**9])
def test_a_position_outside_the_list_is_refused(position: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        permutation.permute(position, length=8, key=bytes(32))


@pytest.mark.parametrize("value", ["inf", "Infinity", "1e999", "nan", "", "70 points"])
def test_a_result_that_is_no_finite_number_does_not_reach_a_required_value(value: str) -> None:
    definition = Definition.model_validate(
        {
            **badges.DEFINITION,
            "resultDescription": [
                {"id": "score", "name": "Score", "resultType": "RawScore", "requiredValue": "70"}
            ],
        }
    )

    with pytest.raises(InvalidResults):
        rubric.check_results(definition, [ReportedResult("score", value=value)])


CURRENT = Held("current", None, revoked=False)
ENDING_NOW = Held("ending", badges.NOW, revoked=False)
EXPIRED = Held("expired", badges.NOW.replace(year=2020), revoked=False)
WITHDRAWN = Held("withdrawn", None, revoked=True)
WITHDRAWN_EXPIRED = Held("both", badges.NOW.replace(year=2020), revoked=True)


@pytest.mark.parametrize(
    ("repeat", "held", "declined"),
    [
        ("never", [WITHDRAWN, WITHDRAWN_EXPIRED], None),
        ("never", [WITHDRAWN, EXPIRED], "expired"),
        ("after_expiry", [ENDING_NOW], "ending"),
        ("after_expiry", [WITHDRAWN, EXPIRED], None),
        ("after_expiry", [CURRENT, WITHDRAWN], "current"),
        ("always", [], None),
        ("always", [WITHDRAWN], None),
        ("always", [EXPIRED, CURRENT, WITHDRAWN], None),
    ],
)
def test_a_withdrawn_award_stands_in_nobodys_way_and_still_counts(
    repeat: str, held: list[Held], declined: str | None
) -> None:
    definition = Definition.model_validate({**badges.DEFINITION, "repeat": repeat})

    found = decide(definition, held, approved=badges.NOW, now=badges.NOW)

    assert found == (Declined(declined) if declined else Award(badges.NOW, None, len(held)))


EVERYTHING: Document = {
    **badges.FULL,
    "recipient": {
        "email": "Secret.Person@Alder.example",
        "name": "Zoë Example",
        "identifiers": [
            {"type": "ext:us-pa-ppid", "value": "7654321"},
            {"type": "ltiUserId", "value": "lti-secret"},
        ],
        "employer": {"name": "Quiet Employer", "ncesLeaId": "4200030"},
        "locale": "es-US",
    },
    "assessment": {"assessor": {"id": "asr-secret", "role": "quiet role", "organization": "A Board"}},
    "submission": {"id": "sub-secret"},
    "evidence": [{"name": "Plan", "url": "https://lms.example/private-evidence"}],
}


@pytest.mark.parametrize(
    "private",
    [
        "secret.person", "7654321", "lti-secret", "quiet employer", "4200030", "asr-secret", "quiet role",
        "sub-secret", "private-evidence", "us-pa-ppid",
    ],
)  # fmt: skip
def test_what_is_private_never_stands_in_a_badge(private: str) -> None:
    text = documents.text(badges.badge(EVERYTHING)).lower()

    assert private not in text


def test_every_rule_has_a_badge_that_breaks_it_and_none_that_we_build() -> None:
    good = build.build(badges.ingredients())
    broken = []
    for breaking in BROKEN.values():
        badge = copy.deepcopy(dict(good))
        breaking(badge)
        broken.append(badge)
    hashed_as_text = copy.deepcopy(dict(good))
    hashed_as_text["credentialSubject"]["identifier"][0]["hashed"] = "true"  # type: ignore[index]
    broken.append(hashed_as_text)

    idle = [rule.name for rule in (*RULES, *OWN_RULES) if not any(list(rule.look(each)) for each in broken)]
    noisy = [rule.name for rule in (*RULES, *OWN_RULES) if list(rule.look(good))]

    assert (idle, noisy) == ([], [])


def test_a_badge_from_the_future_is_not_signed() -> None:
    badge = {**build.build(badges.ingredients()), "validFrom": "2026-06-12T19:05:01Z"}

    with pytest.raises(lint.LintFailed, match="future"):
        lint.lint(UnsecuredCredential(badge), badges.NOW)
