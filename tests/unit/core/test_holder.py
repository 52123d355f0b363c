"""Whether a badge is a certain person's: against published hashes, and in every spelling that is fair."""

from hashlib import md5, sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.core.credentials import subject
from issuer.core.documents import Document
from issuer.core.verifying import holder, report
from issuer.core.verifying.findings import Outcome
from issuer.core.verifying.holder import Claimed
from tests.support import badges, reference

EMAIL, NAME = "emailAddress", "name"
PUBLISHED = {
    "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399": ("a@example.com", "Kosher"),
    "sha256$658625b25ab3d75d613ca97d9a5a77f70e2192feca5557f4ad09a4d4f121f5fc": (
        "jjefferson18@example.com",
        "FleurDeSel",
    ),
}
"""Open Badges 3.0: the data model and the implementation guide, and whose hashes they are."""


def plain(value: str, kind: str = EMAIL) -> Document:
    return {"type": "IdentityObject", "identityHash": value, "identityType": kind, "hashed": False}


def hashed(value: str, salt: str | None = "q7Xv2mPz", kind: str = EMAIL) -> Document:
    digest = sha256((value + (salt or "")).encode()).hexdigest()
    found = plain(f"sha256${digest}", kind) | {"hashed": True}
    return found if salt is None else found | {"salt": salt}


def answer(value: str, *identities: object, kind: str = EMAIL, own: object = None) -> str:
    """Return what is answered to a badge with these identities."""
    awarded: Document = {"type": "AchievementSubject", "identifier": list(identities)}
    return asked(value, awarded | ({"id": own} if own is not None else {}), kind)


def asked(value: str, awarded: object, kind: str = EMAIL) -> str:
    document = {"credentialSubject": awarded}
    return holder.check_holder(document, Claimed(kind, value), seal_holds=True).code


class TestPublished:
    @pytest.mark.parametrize("published", PUBLISHED)
    def test_a_hash_of_the_standard_is_its_persons_and_nobody_elses(self, published: str) -> None:
        email, salt = PUBLISHED[published]
        identity = plain(published) | {"hashed": True, "salt": salt}

        assert answer(email, identity) == "match"
        assert answer(f"x{email}", identity) == "no_match"
        assert answer(email, identity | {"salt": "Pepper"}) == "no_match"

    def test_every_hash_of_the_reference_folder_is_its_identifiers(self) -> None:
        vectors = reference.load("derived", "identityhash-and-bitstring.json")["identityHash"]

        for vector in vectors:
            identity = {**vector, "type": "IdentityObject", "identityType": EMAIL}
            assert answer(vector["identifier"], identity) == "match"
            assert answer("b@example.com", identity) == "no_match"

    def test_the_plain_addresses_of_the_standards_full_example_are_found(self) -> None:
        awarded = reference.load("openbadges-3.0", "examples", "fullOpenBadge.json")["credentialSubject"]

        assert asked("student@1edtech.edu", awarded) == "match"
        assert asked("somebody@gmail.com", awarded) == "match"
        assert asked("nobody@gmail.com", awarded) == "no_match"


class TestHashed:
    @pytest.mark.parametrize("given", ["a@b.example", " a@b.example\n", "A@B.example", " A@B.EXAMPLE "])
    def test_space_and_case_of_the_question_do_not_matter(self, given: str) -> None:
        assert answer(given, hashed("a@b.example")) == "match"

    def test_an_issuer_that_hashed_capitals_is_found_by_them(self) -> None:
        assert answer("Rosa@Alder.example", hashed("Rosa@Alder.example")) == "match"

    def test_md5_is_compared_for_badges_that_have_it(self) -> None:
        digest = md5(b"a@b.exampleKosher", usedforsecurity=False).hexdigest()
        identity = plain(f"md5${digest}") | {"hashed": True, "salt": "Kosher"}

        assert answer("a@b.example", identity) == "match"
        assert answer("c@b.example", identity) == "no_match"

    @pytest.mark.parametrize("salt", ["", None])
    def test_no_salt_is_an_empty_one(self, salt: str | None) -> None:
        assert answer("a@b.example", hashed("a@b.example", salt)) == "match"

    def test_a_digest_in_capitals_is_the_same_digest(self) -> None:
        found = hashed("a@b.example")
        algorithm, _, digest = found["identityHash"].partition("$")

        assert answer("a@b.example", found | {"identityHash": f"{algorithm}${digest.upper()}"}) == "match"

    @pytest.mark.parametrize(
        "changes",
        [
            {"identityHash": "sha1$" + "0" * 40},
            {"identityHash": "sha256$"},
            {"identityHash": "sha256$xyz"},
            {"identityHash": "a@b.example"},
            {"identityHash": None},
            {"identityHash": ["sha256$" + "0" * 64]},
            {"salt": 5},
            {"salt": None},
            {"salt": ["q7Xv2mPz"]},
            {"identityType": "name"},
            {"identityType": ["emailAddress"]},
        ],
    )
    def test_what_cannot_be_compared_is_not_called_a_mismatch(self, changes: Document) -> None:
        assert answer("a@b.example", hashed("a@b.example") | changes) == "no_identifier"

    def test_half_of_a_surrogate_pair_is_nobodys_address(self) -> None:
        assert answer("a\udcff@b.example", hashed("a@b.example"), plain("a?@b.example")) == "no_match"

    def test_a_hash_that_is_given_as_the_question_is_not_the_answer(self) -> None:
        found = hashed("a@b.example")

        assert answer(found["identityHash"], found) == "no_match"


class TestPlain:
    @pytest.mark.parametrize("given", ["Zoë  Example", "zoë example", "ZOË EXAMPLE", " Zoe\u0308 Example "])
    def test_a_name_is_found_however_it_is_spaced_cased_or_composed(self, given: str) -> None:
        assert answer(given, plain("Zoë Example", NAME), kind=NAME) == "match"

    @pytest.mark.parametrize("given", ["Zoe Example", "Zoë", "Example Zoë", ""])
    def test_another_name_is_another(self, given: str) -> None:
        assert answer(given, plain("Zoë Example", NAME), kind=NAME) == "no_match"

    def test_text_that_says_hashed_is_not_hashed(self) -> None:
        assert answer("a@b.example", plain("a@b.example") | {"hashed": "true"}) == "match"

    def test_the_subjects_own_address_counts(self) -> None:
        assert answer("a@b.example", own="mailto:a@b.example") == "match"
        assert answer("c@b.example", own="mailto:a@b.example") == "no_match"
        assert answer("a@b.example", own="did:key:z6Mk") == "no_identifier"

    def test_the_subjects_own_id_is_asked_as_it_is(self) -> None:
        assert answer("did:key:z6Mk", kind="id", own="did:key:z6Mk") == "match"
        assert answer("did:key:z6MK", kind="id", own="did:key:z6Mk") == "no_match"
        assert answer("did:key:z6Mk", kind="id") == "no_identifier"


class TestSeveral:
    def test_one_of_several_is_enough(self) -> None:
        both = hashed("old@b.example"), hashed("new@b.example", "other")

        assert answer("old@b.example", *both) == answer("new@b.example", *both) == "match"
        assert answer("a@b.example", *both) == "no_match"

    def test_an_identifier_alone_needs_no_array(self) -> None:
        assert asked("a@b.example", {"identifier": plain("a@b.example")}) == "match"

    @pytest.mark.parametrize("awarded", [None, [], "x", {}, {"identifier": "a@b.example"}, {"identifier": 1}])
    def test_a_badge_of_nobody_is_nobodys(self, awarded: object) -> None:
        assert asked("a@b.example", awarded) == "no_identifier"


class TestReports:
    def test_a_badge_of_ours_is_its_holders(self) -> None:
        materials = badges.materials(badges.badge())
        codes = [
            report.report(materials, Claimed(kind, value)).checks[-1].code
            for kind, value in ((EMAIL, "TEACHER@alder.example"), (NAME, "zoë example"), (EMAIL, "x@y.z"))
        ]

        assert codes == ["match", "match", "no_match"]

    def test_the_answer_changes_nothing_about_the_badge(self) -> None:
        materials = badges.materials(badges.badge())

        found = report.report(materials, Claimed(EMAIL, "x@y.example"))

        assert found.result == "valid"
        assert (found.checks[-1].id, found.checks[-1].outcome) == ("holder", Outcome.FAILED)
        assert found.checks[-1].citation.startswith("Open Badges 3.0")

    def test_nothing_is_compared_where_the_seal_is_broken(self) -> None:
        changed = badges.badge() | {"name": "Another"}

        found = report.report(badges.materials(changed), Claimed(EMAIL, "teacher@alder.example"))

        assert found.result == "altered"
        assert (found.checks[-1].outcome, found.checks[-1].code) == (Outcome.SKIPPED, "not_compared")

    def test_no_answer_repeats_the_question(self) -> None:
        found = report.report(badges.materials(badges.badge()), Claimed(EMAIL, "private@elsewhere.example"))

        assert "private" not in str(found.checks)


@given(st.text(max_size=30), st.text(max_size=10))
def test_what_this_service_hashes_it_finds_again(value: str, salt: str) -> None:
    identity = plain(subject.identity_hash(value, salt)) | {"hashed": True, "salt": salt}

    assert answer(value, identity) == "match"


@given(
    st.text(st.characters(), max_size=30),
    st.dictionaries(
        st.sampled_from(["identityHash", "identityType", "hashed", "salt", "type"]),
        st.none() | st.booleans() | st.integers() | st.text(max_size=40) | st.lists(st.text(), max_size=2),
    ),
)
def test_no_identity_of_a_stranger_breaks_the_comparison(value: str, changes: Document) -> None:
    assert answer(value, hashed("a@b.example") | changes, value, None, own=value) in {
        "match",
        "no_match",
        "no_identifier",
    }
