"""Every headline that a badge can get, and which one hides which."""

import itertools
from collections.abc import Callable
from datetime import timedelta

import pytest

from issuer.core.documents import Document
from issuer.core.securing import did, multibase
from issuer.core.verifying import findings, report
from issuer.core.verifying.findings import Finding, Outcome
from issuer.core.verifying.materials import Materials, Standing, Unfetched
from tests.support import badges

BADGE = badges.badge()
FRESH = badges.materials(BADGE)
LIST = badges.ADDRESSES.status_list(1)
HOLD_LIST = badges.ADDRESSES.status_list(2)
RESERVED = {"test", "superseded"}
"""Headlines that no check of the core gives yet."""


def unsigned(**changes: object) -> Document:
    return {**{name: value for name, value in BADGE.items() if name != "proof"}, **changes}


def resigned(**changes: object) -> Materials:
    return badges.changed(FRESH, document=badges.sign(unsigned(**changes)))


def poison() -> Document:
    names = [f"_:b{number}" for number in range(9)]
    related = [{"id": name, "type": ["Related"]} for name in names]
    achievements = [{"id": name, "type": ["Achievement"], "related": related} for name in names]
    return BADGE | {"credentialSubject": BADGE["credentialSubject"] | {"achievement": achievements}}


CASES: dict[str, Callable[[], Materials]] = {
    "not_a_badge": lambda: badges.changed(FRESH, document=badges.status_list()),
    "unsigned": lambda: badges.changed(FRESH, document=unsigned()),
    "unsupported": lambda: badges.changed(
        FRESH, document=BADGE | {"proof": BADGE["proof"] | {"cryptosuite": "bbs-2023"}}
    ),
    "too_complex": lambda: badges.changed(FRESH, document=BADGE | {"proof": [BADGE["proof"]] * 5}),
    "altered": lambda: badges.changed(FRESH, document=BADGE | {"name": "Another"}),
    "malformed": lambda: resigned(validUntil="2020-01-01T00:00:00Z"),
    "issuer_key_missing": lambda: badges.changed(
        FRESH, controllers={badges.ADDRESSES.did: did.did_document(badges.ADDRESSES.did, [])}
    ),
    "could_not_check": lambda: badges.changed(
        FRESH, controllers={badges.ADDRESSES.did: Unfetched("silence")}
    ),
    "revoked": lambda: badges.changed(FRESH, status_lists={LIST: badges.status_list(badges.INDEX)}),
    "suspended": lambda: badges.changed(FRESH, standing=Standing(suspended=True)),
    "not_yet_valid": lambda: resigned(validFrom="2030-01-01T00:00:00Z"),
    "expired": lambda: badges.changed(FRESH, now=badges.NOW + timedelta(days=9_000), standing=Standing()),
    "status_unknown": lambda: badges.changed(FRESH, status_lists={}),
    "issuer_unrecognized": lambda: badges.changed(FRESH, recognized_by=None),
    "valid": lambda: FRESH,
}


@pytest.mark.parametrize(("headline", "make"), CASES.items(), ids=CASES)
def test_a_headline_is_reached_and_a_report_is_whole(headline: str, make: Callable[[], Materials]) -> None:
    found = report.report(make())

    assert found.result == headline
    assert [check.id for check in found.checks] == [check.id for check in report.CHECKS]
    assert all(check.message.endswith(".") for check in found.checks)


def test_every_headline_is_tried_here() -> None:
    assert set(CASES) | RESERVED | {findings.UNREADABLE} == set(findings.HEADLINES)
    assert report.unreadable("it is no JSON", badges.NOW).result == "unreadable"


def test_a_poisoned_badge_never_ends_well() -> None:
    assert report.report(badges.changed(FRESH, document=poison())).result not in findings.TRUSTED


@pytest.mark.parametrize(("worse", "better"), [*itertools.pairwise(findings.HEADLINES)])
def test_a_worse_finding_hides_a_better_one(worse: str, better: str) -> None:
    found = [Finding("a", Outcome.FAILED, code, "…") for code in (better, worse)]

    assert findings.headline(found) == worse


def test_a_withdrawn_badge_that_expired_is_withdrawn() -> None:
    late = badges.changed(FRESH, now=badges.NOW + timedelta(days=9_000), standing=Standing(revoked=True))

    assert report.report(late).result == "revoked"


@pytest.mark.parametrize(
    ("moment", "headline"), [("2031-06-30T23:59:59+00:00", "valid"), ("2031-07-01T00:00:00+00:00", "expired")]
)
def test_the_last_second_of_a_badge_is_still_its_own(moment: str, headline: str) -> None:
    now = badges.NOW.fromisoformat(moment)

    assert report.report(badges.changed(FRESH, now=now, standing=Standing())).result == headline


SUSPENDABLE = badges.badge(suspendable=True)


@pytest.mark.parametrize(
    ("revocation", "suspension", "headline"),
    [
        ((), (), "valid"),
        ((badges.INDEX,), (), "revoked"),
        ((), (badges.INDEX,), "suspended"),
        ((badges.INDEX,), (badges.INDEX,), "revoked"),
        ((badges.INDEX - 1, badges.INDEX + 1), (0,), "valid"),
        ((), None, "status_unknown"),
        (None, (), "status_unknown"),
        (None, (badges.INDEX,), "suspended"),
        ((badges.INDEX,), None, "revoked"),
    ],
)
def test_two_lists_speak_together(
    revocation: tuple[int, ...] | None, suspension: tuple[int, ...] | None, headline: str
) -> None:
    lists: dict[str, Document | Unfetched] = {
        LIST: Unfetched("silence") if revocation is None else badges.status_list(*revocation),
        HOLD_LIST: Unfetched("silence")
        if suspension is None
        else badges.status_list(*suspension, number=2, purpose="suspension"),
    }

    assert report.report(badges.changed(FRESH, document=SUSPENDABLE, status_lists=lists)).result == headline


def relisted(**changes: object) -> Document:
    given = {name: value for name, value in badges.status_list().items() if name != "proof"}
    return badges.sign({**given, **changes})


LISTS = {
    "one that has run out": relisted(validUntil="2026-06-12T19:04:30Z"),
    "one that has not begun": relisted(validFrom="2027-01-01T00:00:00Z"),
    "one of another type": relisted(type=["VerifiableCredential"]),
    "one without an id": {name: value for name, value in badges.status_list().items() if name != "id"},
    "one with an empty proof": badges.status_list() | {"proof": []},
    "one with junk beside its proof": badges.status_list() | {"proof": [badges.status_list()["proof"], "x"]},
    "one by a stranger's key": badges.sign(
        {name: value for name, value in badges.status_list().items() if name != "proof"},
        method=f"did:key:{badges.MULTIKEY}#{badges.MULTIKEY}",
    ),
}


@pytest.mark.parametrize("published", LISTS.values(), ids=LISTS)
def test_a_list_that_must_not_be_believed_clears_nobody(published: Document) -> None:
    own = f"did:key:{badges.MULTIKEY}"
    controllers = {badges.ADDRESSES.did: badges.KEYS, own: did.did_key_document(own)}

    found = report.report(badges.changed(FRESH, status_lists={LIST: published}, controllers=controllers))

    assert found.result == "status_unknown"


def test_a_status_of_a_kind_that_we_do_not_know_is_unknown() -> None:
    entry = {"id": "https://a.example/s/1", "type": "1EdTechCredentialRefresh"}

    found = report.report(badges.changed(FRESH, document=unsigned(credentialStatus=entry) | {"proof": {}}))

    assert {check.id: check.code for check in found.checks}["status"] == "status_unsupported"


class TestSeals:
    def of(self, **changes: object) -> str:
        proof = BADGE["proof"] | changes
        return report.report(badges.changed(FRESH, document=BADGE | {"proof": proof})).result

    @pytest.mark.parametrize("purpose", ["authentication", "", None, ["assertionMethod"]])
    def test_a_seal_for_another_purpose_is_refused(self, purpose: object) -> None:
        assert self.of(proofPurpose=purpose) == "altered"

    def test_a_seal_that_has_run_out_is_refused(self) -> None:
        assert self.of(expires="2026-01-01T00:00:00Z") == "altered"

    def test_a_signature_over_other_bytes_is_refused(self) -> None:
        assert self.of(proofValue=multibase.encode(badges.KEY.sign(b"other"))) == "altered"

    @pytest.mark.parametrize("method", [None, 5, "", "#", badges.MULTIKEY, f"#{badges.MULTIKEY}", "urn:x#y"])
    def test_a_seal_that_names_no_key_of_the_issuer_is_not_trusted(self, method: object) -> None:
        assert self.of(verificationMethod=method) not in findings.TRUSTED

    def test_a_second_seal_by_a_stranger_counts_for_nothing_but_must_not_be_false(self) -> None:
        own = f"did:key:{badges.MULTIKEY}"
        second = badges.sign(unsigned(), method=f"{own}#{badges.MULTIKEY}")["proof"]
        controllers = {badges.ADDRESSES.did: badges.KEYS, own: did.did_key_document(own)}
        both = BADGE | {"proof": [BADGE["proof"], second]}

        false = second | {"proofValue": BADGE["proof"]["proofValue"]}

        assert report.report(badges.changed(FRESH, document=both, controllers=controllers)).result == "valid"
        for alone, result in (([second], "issuer_key_missing"), ([BADGE["proof"], false], "altered")):
            changed = badges.changed(FRESH, document=BADGE | {"proof": alone}, controllers=controllers)
            assert report.report(changed).result == result
