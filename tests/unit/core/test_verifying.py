"""What a stranger is told, and that no change whatsoever ends well."""

import copy
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from issuer.core import documents
from issuer.core.documents import Document
from issuer.core.securing import did, multibase, proofs
from issuer.core.status import bitstring
from issuer.core.verifying import findings, needs, report
from issuer.core.verifying.findings import Finding, Outcome
from issuer.core.verifying.materials import Standing, Unfetched, Want
from issuer.core.verifying.opening import Opened
from tests.support import badges

LIST = badges.ADDRESSES.status_list(1)


def at(document: Document, path: documents.Path) -> Any:  # noqa: ANN401 - any JSON value
    found: Any = document
    for part in path:
        found = found[part]
    return found


def mutations(badge: Document) -> Iterator[tuple[str, Document]]:
    """Yield every change of one leaf, one member, one item: named, with the changed badge."""
    for path, value in documents.walk(badge):
        if not path:
            continue
        place = documents.pointer(*path)
        for name, other in replacements(value):
            changed = copy.deepcopy(badge)
            at(changed, path[:-1])[path[-1]] = other
            yield f"{place} {name}", changed
        changed = copy.deepcopy(badge)
        del at(changed, path[:-1])[path[-1]]
        yield f"{place} removed", changed
    for path, value in documents.walk(badge):
        if isinstance(value, dict):
            for name in ("surprise", "https://www.w3.org/2018/credentials#validUntil", "@type", "@id", "id"):
                changed = copy.deepcopy(badge)
                if name not in at(changed, path):
                    at(changed, path)[name] = "https://evil.example/"
                    yield f"{documents.pointer(*path)} gained {name}", changed


def replacements(value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, str):
        yield "altered", value + "x"
        yield "another", "2099-01-01T00:00:00Z" if value[:2] == "20" else "https://evil.example/"
        yield "emptied", ""
        yield "listed", [value, "x"]
        yield "nulled", None
    elif isinstance(value, bool | int | float):
        yield "altered", (not value) if isinstance(value, bool) else value + 1
    elif isinstance(value, list):
        yield "doubled inside", [value]
        yield "emptied", []
    elif isinstance(value, dict):
        yield "emptied", {}
        yield "wrapped", {"@set": [value]}
        yield "graphed", {"@graph": [value]}


@pytest.mark.parametrize("suite", [proofs.EDDSA_RDFC, proofs.EDDSA_JCS])
def test_not_one_change_of_a_badge_is_taken_for_good(suite: str) -> None:
    badge = badges.badge(cryptosuite=suite)
    assert badges.result(badge) == "valid"

    fresh, trusted, count = badges.materials(badge), [], 0
    for name, changed in mutations(badge):
        count += 1
        same = changed == badge
        if not same and report.report(badges.changed(fresh, document=changed)).result in findings.TRUSTED:
            trusted.append(name)

    assert count > 400
    assert trusted == []


REWRITES = {
    "expiry under its full name": lambda b: rename(
        b, "validUntil", "https://www.w3.org/2018/credentials#validUntil"
    ),
    "status under its full name": lambda b: rename(
        b, "credentialStatus", "https://www.w3.org/2018/credentials#credentialStatus"
    ),
    "expiry in a set": lambda b: b | {"validUntil": {"@set": [b["validUntil"]]}},
    "expiry in nested arrays": lambda b: b | {"validUntil": [[b["validUntil"]]]},
    "status in nested arrays": lambda b: b | {"credentialStatus": [[b["credentialStatus"]]]},
    "status nested": lambda b: nest(b, "credentialStatus"),
    "expiry nested": lambda b: nest(b, "validUntil"),
    "expiry included": lambda b: (
        without(b, "validUntil") | {"@included": [{"id": b["id"], "validUntil": b["validUntil"]}]}
    ),
    "issuer reversed": lambda b: without(b, "issuer") | {"@reverse": {"issuer": b["issuer"]}},
    "all in a graph": lambda b: {"@context": b["@context"], "@graph": [without(b, "@context")]},
    "an inline context": lambda b: (
        b | {"@context": [*b["@context"], {"until": "https://www.w3.org/2018/credentials#validUntil"}]}
    ),
    "a vocabulary": lambda b: b | {"@context": [*b["@context"], {"@vocab": "https://evil.example/"}]},
    "an unknown context": lambda b: b | {"@context": [*b["@context"], "https://evil.example/context"]},
    "contexts swapped": lambda b: b | {"@context": b["@context"][::-1]},
    "an index": lambda b: b | {"issuer": b["issuer"] | {"@index": "x"}},
    "a language that ends a quad": lambda b: (
        b | {"name": {"@value": b["name"], "@language": 'en .\n<a:b> <a:b> "'}}
    ),
}


def rename(badge: Document, old: str, new: str) -> Document:
    return without(badge, old) | {new: badge[old]}


def nest(badge: Document, name: str) -> Document:
    return without(badge, name) | {"@nest": {name: badge[name]}}


def without(badge: Document, name: str) -> Document:
    return {key: value for key, value in badge.items() if key != name}


@pytest.mark.parametrize("rewrite", REWRITES.values(), ids=REWRITES)
def test_no_respelling_hides_expiry_or_withdrawal(rewrite: Any) -> None:  # noqa: ANN401 - a function of a badge
    assert badges.result(rewrite(badges.badge())) not in findings.TRUSTED


class TestHeadlines:
    def test_valid_needs_every_check_to_hold(self) -> None:
        assert badges.result(badges.badge()) == "valid"

    def test_an_unknown_issuer_is_said_to_be_unknown(self) -> None:
        assert badges.result(badges.badge(), recognized_by=None) == "issuer_unrecognized"

    def test_no_seal(self) -> None:
        assert badges.result(without(badges.badge(), "proof")) == "unsigned"
        assert badges.result(badges.badge() | {"proof": []}) == "unsigned"

    def test_another_kind_of_seal(self) -> None:
        badge = badges.badge()
        other = badge["proof"] | {"cryptosuite": "ecdsa-sd-2023"}
        assert badges.result(badge | {"proof": other}) == "unsupported"

    def test_no_badge(self) -> None:
        assert badges.result(badges.status_list()) == "not_a_badge"
        assert badges.result({}) == "not_a_badge"

    def test_dates(self) -> None:
        badge = badges.badge()
        assert badges.result(badge, now=badges.NOW + timedelta(days=3650)) == "expired"
        early = badges.sign(
            without(badge, "proof")
            | {"validFrom": "2030-01-01T00:00:00Z", "awardedDate": "2030-01-01T00:00:00Z"}
        )
        assert badges.result(early) == "not_yet_valid"

    def test_a_seal_from_the_future_is_refused(self) -> None:
        assert badges.result(badges.badge(), now=badges.NOW - timedelta(days=1)) not in findings.TRUSTED

    def test_withdrawn_and_held(self) -> None:
        badge = badges.badge(suspendable=True)
        revoked = {LIST: badges.status_list(badges.INDEX)}
        held = {
            LIST: badges.status_list(),
            badges.ADDRESSES.status_list(2): badges.status_list(badges.INDEX, number=2, purpose="suspension"),
        }
        assert badges.result(badge, status_lists=revoked) == "revoked"
        assert badges.result(badge, status_lists=held) == "suspended"

    def test_the_issuers_own_records_come_before_its_lists(self) -> None:
        badge = badges.badge()
        assert badges.result(badge, standing=Standing(revoked=True)) == "revoked"
        assert badges.result(badge, standing=Standing(suspended=True)) == "suspended"

    def test_keys_that_could_not_be_had(self) -> None:
        silent = {badges.ADDRESSES.did: Unfetched("it did not answer")}
        assert badges.result(badges.badge(), controllers=silent) == "could_not_check"
        assert badges.result(badges.badge(), controllers={}) == "could_not_check"

    def test_content_is_shown_only_under_a_whole_seal(self) -> None:
        good, bad = badges.badge(), badges.badge() | {"name": "Another"}
        assert report.report(badges.materials(good)).credential == good
        assert report.report(badges.materials(bad)).credential is None

    def test_nothing_found_is_never_valid(self) -> None:
        unknown = Finding("issuer", Outcome.UNKNOWN, "something", "…")
        assert findings.headline([]) != "valid"
        assert findings.headline([unknown]) == "could_not_check"


class TestKeys:
    def listed(self, **changes: object) -> dict[str, Document]:
        method = {**badges.KEYS["verificationMethod"][0], **changes}
        return {badges.ADDRESSES.did: badges.KEYS | {"verificationMethod": [method]}}

    def test_a_key_that_is_not_for_assertions_is_not_the_issuers_word(self) -> None:
        controllers = {badges.ADDRESSES.did: badges.KEYS | {"assertionMethod": []}}
        assert badges.result(badges.badge(), controllers=controllers) == "issuer_key_missing"

    def test_a_key_that_another_controls_is_refused(self) -> None:
        assert (
            badges.result(badges.badge(), controllers=self.listed(controller="did:web:evil.example"))
            == "issuer_key_missing"
        )

    def test_a_revoked_key_is_refused_whatever_the_seal_says_of_its_time(self) -> None:
        controllers = self.listed(revoked="2026-12-01T00:00:00Z")
        assert badges.result(badges.badge(), controllers=controllers) == "issuer_key_missing"

    def test_a_key_is_good_until_it_expires(self) -> None:
        assert (
            badges.result(badges.badge(), controllers=self.listed(expires="2027-01-01T00:00:00Z")) == "valid"
        )
        assert (
            badges.result(badges.badge(), controllers=self.listed(expires="2026-01-01T00:00:00Z"))
            == "issuer_key_missing"
        )

    def test_a_document_of_another_did_is_not_believed(self) -> None:
        controllers = {badges.ADDRESSES.did: badges.KEYS | {"id": "did:web:evil.example"}}
        assert badges.result(badges.badge(), controllers=controllers) == "issuer_key_missing"

    def test_a_strangers_key_does_not_speak_for_the_issuer(self) -> None:
        own = f"did:key:{badges.MULTIKEY}"
        unsigned = without(badges.badge(), "proof")
        forged = badges.sign(unsigned, method=f"{own}#{badges.MULTIKEY}")
        controllers = {own: did.did_key_document(own), badges.ADDRESSES.did: badges.KEYS}
        assert badges.result(forged, controllers=controllers) == "issuer_key_missing"

    def test_a_did_key_speaks_for_itself(self) -> None:
        own = f"did:key:{badges.MULTIKEY}"
        unsigned = without(badges.badge(), "proof")
        unsigned = without(unsigned, "credentialStatus") | {"issuer": unsigned["issuer"] | {"id": own}}
        signed = badges.sign(unsigned, method=f"{own}#{badges.MULTIKEY}")
        assert (
            badges.result(signed, controllers={own: did.did_key_document(own)}, recognized_by=None)
            == "issuer_unrecognized"
        )

    def test_every_proof_of_a_set_must_hold(self) -> None:
        badge = badges.badge()
        twice = badge | {
            "proof": [badge["proof"], badge["proof"] | {"proofValue": multibase.encode(bytes(64))}]
        }
        assert badges.result(badge | {"proof": [badge["proof"]]}) == "valid"
        assert badges.result(twice) == "altered"


STATUS_LISTS: dict[str, Document | Unfetched] = {
    "unreachable": Unfetched("it did not answer"),
    "unsigned": without(badges.status_list(), "proof"),
    "tampered": badges.status_list() | {"validFrom": "2020-01-01T00:00:00Z"},
    "for another purpose": badges.status_list(purpose="suspension"),
    "of another address": badges.status_list(number=7),
    "no list": badges.badge(),
    "of another issuer": badges.sign(
        without(badges.status_list(), "proof") | {"issuer": "did:web:evil.example"}
    ),
    "too short": badges.sign(
        without(badges.status_list(), "proof")
        | {
            "credentialSubject": badges.status_list()["credentialSubject"]
            | {"encodedList": bitstring.encode(bytes(1024))}
        }
    ),
    "garbage": badges.sign(
        without(badges.status_list(), "proof")
        | {"credentialSubject": badges.status_list()["credentialSubject"] | {"encodedList": "uAAAA"}}
    ),
}


@pytest.mark.parametrize("published", STATUS_LISTS.values(), ids=STATUS_LISTS)
def test_a_list_that_is_not_to_be_believed_is_never_not_withdrawn(published: Document | Unfetched) -> None:
    assert badges.result(badges.badge(), status_lists={LIST: published}) == "status_unknown"


@pytest.mark.parametrize("index", ["-1", "131072", "99999999999", "1e3", "٣", "01", ""])
def test_an_index_that_is_none_is_never_not_withdrawn(index: str) -> None:
    unsigned = without(badges.badge(), "proof")
    entry = unsigned["credentialStatus"] | {"statusListIndex": index}
    signed = badges.sign(unsigned | {"credentialStatus": entry})

    assert badges.result(signed) not in findings.TRUSTED


def test_needs_name_what_must_be_fetched_until_it_is_there() -> None:
    badge = Opened(badges.badge(suspendable=True))
    wanted = [
        Want("controller", badges.ADDRESSES.did),
        Want("list", LIST),
        Want("list", badges.ADDRESSES.status_list(2)),
    ]

    assert needs.missing(badge, {}) == wanted
    assert needs.missing(badge, dict.fromkeys(wanted, Unfetched("silence"))) == []
