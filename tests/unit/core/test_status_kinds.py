"""Every kind of status entry, and everything that can be wrong with the list that it points to."""

from typing import Any

import pytest

from issuer.core.documents import Document
from issuer.core.securing import did
from issuer.core.status import bitstring
from issuer.core.verifying import report
from issuer.core.verifying.findings import Finding, Outcome
from issuer.core.verifying.materials import Unfetched
from tests.support import badges

URL = badges.ADDRESSES.status_list(1)


def without_proof(**changes: object) -> Document:
    return {name: value for name, value in badges.badge().items() if name != "proof"} | changes


def status_of(badge: Document, **changes: object) -> Finding:
    found = report.report(badges.materials(badge, **changes))
    return next(check for check in found.checks if check.id == "status")


def relisted(**changes: Any) -> Document:  # noqa: ANN401 - any JSON value
    """Return the status list, changed and signed anew. Changes of `subject` go into its subject."""
    published = {name: value for name, value in badges.status_list().items() if name != "proof"}
    subject = published["credentialSubject"] | changes.pop("subject", {})
    return badges.sign(published | {"credentialSubject": subject} | changes)


OTHER = did.DID_KEY + badges.MULTIKEY
WRONG: dict[str, tuple[object, str]] = {
    "no answer": (Unfetched("silence"), "status_list_unreachable"),
    "no seal": (
        {name: value for name, value in badges.status_list().items() if name != "proof"},
        "status_list_unsigned",
    ),
    "a bit flipped after it was sealed": (
        badges.status_list() | {"credentialSubject": badges.status_list(1)["credentialSubject"]},
        "status_list_altered",
    ),
    "another issuer": (relisted(issuer="did:web:evil.example"), "status_list_wrong_issuer"),
    "another address": (relisted(id="https://badges.example.org/status/9"), "status_list_wrong_address"),
    "another purpose": (relisted(subject={"statusPurpose": "suspension"}), "status_list_wrong_purpose"),
    "too short": (
        relisted(subject={"encodedList": bitstring.encode(bytes(1_000))}),
        "status_list_too_short",
    ),
    "no list": (relisted(subject={"encodedList": 7}), "status_list_unreadable"),
    "no gzip": (relisted(subject={"encodedList": "uAAAA"}), "status_list_unreadable"),
    "no list at all": (badges.badge() | {"id": URL}, "status_list_unreadable"),
    "run out": (relisted(validUntil="2026-06-01T00:00:00Z"), "status_list_out_of_date"),
    "not begun": (relisted(validFrom="2027-06-01T00:00:00Z"), "status_list_out_of_date"),
    "a JWT that is none": ("eyJhbGciOiJub25lIn0.e30.", "status_list_unreadable"),
    "a key that nobody lists": (
        badges.sign(
            {name: value for name, value in badges.status_list().items() if name != "proof"},
            method=f"{OTHER}#{badges.MULTIKEY}",
        ),
        "status_list_unchecked",
    ),
}


@pytest.mark.parametrize(("published", "code"), WRONG.values(), ids=WRONG)
def test_each_fault_of_a_list_has_a_finding_of_its_own_and_is_never_good_news(
    published: object, code: str
) -> None:
    found = status_of(badges.badge(), status_lists={URL: published})

    assert (found.outcome, found.code) == (Outcome.UNKNOWN, code)
    assert badges.result(badges.badge(), status_lists={URL: published}) == "status_unknown"


def test_a_list_sealed_with_the_key_of_another_is_not_believed() -> None:
    published = {name: value for name, value in badges.status_list().items() if name != "proof"}
    sealed = badges.sign(published, method=f"{OTHER}#{badges.MULTIKEY}")
    keys = {badges.ADDRESSES.did: badges.KEYS, OTHER: did.did_key_document(OTHER)}

    found = status_of(badges.badge(), status_lists={URL: sealed}, controllers=keys)

    assert (found.outcome, found.code) == (Outcome.UNKNOWN, "status_list_wrong_key")


def entry(**changes: object) -> Document:
    found: Document = without_proof()["credentialStatus"]
    return found | changes


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"statusListIndex": "131072"}, "status_index_out_of_range"),
        ({"statusListIndex": "999999999999"}, "status_index_out_of_range"),
        ({"type": "SomethingElse2030"}, "status_unsupported"),
    ],
)
def test_an_entry_that_leads_nowhere_is_unknown(changes: dict[str, object], code: str) -> None:
    found = status_of(without_proof(credentialStatus=entry(**changes)))

    assert (found.outcome, found.code) == (Outcome.UNKNOWN, code)


def test_a_status_of_an_unknown_kind_is_unsupported_but_hides_nothing_worse() -> None:
    both = without_proof(credentialStatus=[entry(type="Other2030"), entry()])

    found = status_of(both, status_lists={URL: badges.status_list(badges.INDEX)})

    assert found.code == "revoked"


class TestMessages:
    def wide(self, value: int, purpose: str = "message") -> tuple[Document, Document]:
        """Return a badge with an entry of two bits at 10, and a list in which it holds a value."""
        spelled = [{"status": f"0x{number}", "message": f"stage {number}"} for number in range(4)]
        badge = without_proof(
            credentialStatus=entry(
                statusPurpose=purpose, statusListIndex="10", statusSize=2, statusMessage=spelled
            )
        )
        bits = bitstring.pack([20 + offset for offset in (0, 1) if value & (2 >> offset)], 262_144)
        return badge, relisted(subject={"statusPurpose": purpose, "encodedList": bitstring.encode(bits)})

    @pytest.mark.parametrize("value", range(4))
    def test_a_message_is_repeated_and_withdraws_nothing(self, value: int) -> None:
        badge, published = self.wide(value)

        found = status_of(badge, status_lists={URL: published})

        assert found.outcome is Outcome.SKIPPED
        assert f'"stage {value}"' in found.message

    def test_any_value_but_zero_of_a_wide_revocation_withdraws(self) -> None:
        for value, code in ((0, "in_force"), (1, "revoked"), (2, "revoked"), (3, "revoked")):
            badge, published = self.wide(value, "revocation")

            assert status_of(badge, status_lists={URL: published}).code == code

    def test_fewer_messages_than_values_are_malformed(self) -> None:
        badge, published = self.wide(1)
        del badge["credentialStatus"]["statusMessage"][0]

        assert status_of(badge, status_lists={URL: published}).code == "status_entry_malformed"


class TestStatusList2021:
    def badge(self) -> Document:
        return without_proof(credentialStatus=entry(type="StatusList2021Entry"))

    def published(self, *ones: int) -> Document:
        encoded = badges.status_list(*ones)["credentialSubject"]["encodedList"].removeprefix("u")
        return badges.sign(
            {
                "@context": [
                    "https://www.w3.org/2018/credentials/v1",
                    "https://w3id.org/vc/status-list/2021/v1",
                    "https://w3id.org/security/data-integrity/v2",
                ],
                "id": URL,
                "type": ["VerifiableCredential", "StatusList2021Credential"],
                "issuer": badges.ADDRESSES.did,
                "issuanceDate": "2026-06-01T00:00:00Z",
                "credentialSubject": {
                    "id": f"{URL}#list",
                    "type": "StatusList2021",
                    "statusPurpose": "revocation",
                    "encodedList": encoded,
                },
            }
        )

    def test_its_bits_are_read(self) -> None:
        assert status_of(self.badge(), status_lists={URL: self.published(3)}).code == "in_force"
        assert status_of(self.badge(), status_lists={URL: self.published(badges.INDEX)}).code == "revoked"

    def test_a_list_of_the_other_kind_is_not_taken_for_one(self) -> None:
        found = status_of(self.badge(), status_lists={URL: badges.status_list()})

        assert found.code == "status_list_unreadable"


class TestRevocationListOf1EdTech:
    LIST = "https://badges.example.org/revocations"

    def status(self, published: object) -> Finding:
        badge = without_proof(credentialStatus={"id": self.LIST, "type": "1EdTechRevocationList"})
        return status_of(badge, status_lists={self.LIST: published})

    @pytest.mark.parametrize("name", ["revokedCredential", "revokedCredentials"])
    def test_both_spellings_are_read(self, name: str) -> None:
        named = [{"id": badges.badge()["id"], "revocationReason": "error"}]

        assert self.status({"issuer": badges.ADDRESSES.did, name: named}).code == "revoked"
        assert self.status({"issuer": badges.ADDRESSES.did, name: [{"id": "x:y"}]}).code == "in_force"
        assert self.status({name: [named[0] | {"revoked": False}]}).code == "in_force"

    def test_a_list_without_a_list_or_of_another_issuer_is_unknown(self) -> None:
        assert self.status({"issuer": badges.ADDRESSES.did}).code == "status_list_unreadable"
        assert self.status({"issuer": "did:web:evil.example", "revokedCredential": []}).code == (
            "status_list_wrong_issuer"
        )
        assert self.status(Unfetched("silence")).code == "status_list_unreachable"
