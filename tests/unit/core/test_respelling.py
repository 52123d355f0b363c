"""What a holder can add to a badge or write in another way without breaking its seal."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer.core import documents
from issuer.core.documents import Document
from issuer.core.securing import contexts, proofs
from issuer.core.verifying import findings, report
from tests.support import badges

SUITES = pytest.mark.parametrize("suite", proofs.CRYPTOSUITES)
KEYWORDS = (
    "@context", "@type", "@id", "@graph", "@included", "@nest", "@reverse", "@index", "@language",
    "@base", "@set", "@list", "@value", "@vocab", "@import", "@unknown", "", "@", "_:b", "x:y",
    "https://www.w3.org/2018/credentials#validUntil", "cred:validUntil",
)  # fmt: skip


BADGE = badges.badge()
LIST = badges.ADDRESSES.status_list(1)
MATERIALS = badges.materials(BADGE)
PUBLISHED = badges.status_list()


def result(badge: Document) -> str:
    """Return the headline for a badge, with status lists that are made once."""
    return report.report(badges.changed(MATERIALS, document=badge)).result


def places(badge: Document) -> Iterator[documents.Path]:
    return (path for path, value in documents.walk(badge) if isinstance(value, dict))


def put(badge: Document, path: documents.Path, name: str, value: object) -> Document:
    changed = copy.deepcopy(badge)
    found: Any = changed
    for part in path:
        found = found[part]
    found[name] = value
    return changed


@SUITES
def test_no_keyword_added_anywhere_is_taken_for_good(suite: str) -> None:
    badge = badges.badge(cryptosuite=suite)

    trusted = [
        (path, name)
        for path in places(badge)
        for name in KEYWORDS
        if result(put(badge, path, name, "https://evil.example/")) in findings.TRUSTED
    ]

    assert trusted == []


def test_contexts_of_a_seal_that_nobody_signed_must_be_ones_that_we_hold() -> None:
    badge = badges.badge()
    unknown = badge["proof"] | {"@context": [contexts.CREDENTIALS_V2, "https://evil.example/context"]}
    known = badge["proof"] | {"@context": [contexts.CREDENTIALS_V2]}

    assert result(badge | {"proof": unknown}) == "unsupported"
    assert result(badge | {"proof": known}) == "valid"


@SUITES
@pytest.mark.parametrize("junk", ["text", 5, None, [], True])
def test_nothing_that_is_no_seal_stands_beside_a_seal(suite: str, junk: object) -> None:
    badge = badges.badge(cryptosuite=suite)

    for both in ([badge["proof"], junk], [junk, badge["proof"]]):
        assert result(badge | {"proof": both}) == "malformed"


@pytest.mark.parametrize(
    ("place", "name", "value"),
    [
        (("credentialSubject", "identifier", 0), "hashed", "true"),
        (("credentialSubject", "identifier", 1), "hashed", "false"),
        (("credentialSubject",), "creditsEarned", "7.5E0"),
    ],
)
def test_text_that_is_signed_like_a_number_or_a_boolean_is_refused(
    place: documents.Path, name: str, value: str
) -> None:
    badge = put(badges.badge(), place, name, value)

    proofs.verify(badge, badge["proof"], badges.KEY.public_key())
    assert result(badge) == "malformed"


def test_what_a_signature_over_meaning_leaves_open_is_known() -> None:
    badge = badges.badge()
    alike = {
        "the order of an array": badge | {"evidence": badge["evidence"][::-1]},
        "one value in an array": badge | {"name": [badge["name"]]},
        "a value twice": badge | {"name": [badge["name"], badge["name"]]},
        "a value as an object": badge | {"name": {"@value": badge["name"]}},
    }

    assert {name: result(other) for name, other in alike.items()} == dict.fromkeys(alike, "valid")
    for other in alike.values():
        del other["proof"]
        jcs = badges.badge(cryptosuite=proofs.EDDSA_JCS)["proof"]
        assert result(other | {"proof": jcs}) == "altered"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.floats(-1e9, 1e9) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*KEYWORDS, "id", "type", "proof", "validFrom"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@SUITES
@given(st.data())
@settings(max_examples=60, deadline=None)
def test_no_value_anywhere_breaks_a_report(suite: str, data: st.DataObject) -> None:
    badge = badges.badge(cryptosuite=suite)
    places = [path for path, _ in documents.walk(badge) if path]
    *above, last = data.draw(st.sampled_from(places))
    changed = copy.deepcopy(badge)
    found: Any = changed
    for part in above:
        found = found[part]
    found[last] = data.draw(JSON)

    assert result(changed) in findings.HEADLINES


@given(st.dictionaries(st.sampled_from(["id", "verificationMethod", "assertionMethod"]), JSON))
@settings(max_examples=40, deadline=None)
def test_no_document_of_a_strangers_keys_breaks_a_report_or_vouches(listed: Document) -> None:
    found = report.report(
        badges.changed(MATERIALS, document=BADGE, controllers={badges.ADDRESSES.did: listed})
    )

    assert found.result not in findings.TRUSTED


@given(st.dictionaries(st.sampled_from(["id", "type", "issuer", "credentialSubject", "proof"]), JSON))
@settings(max_examples=40, deadline=None)
def test_no_status_list_of_a_stranger_breaks_a_report_or_clears(published: Document) -> None:
    lists = {LIST: {**PUBLISHED, **published}}

    found = report.report(badges.changed(MATERIALS, document=BADGE, status_lists=lists))

    assert found.result == ("valid" if not published else "status_unknown")
