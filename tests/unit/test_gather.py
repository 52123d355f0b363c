"""What a verification fetches: in rounds, within a budget, and a newer copy of a badge."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from issuer.core.documents import Document
from issuer.core.securing import did
from issuer.core.verifying import report
from issuer.core.verifying.materials import Fetched, Obtained, Standing, Unfetched, Want
from issuer.core.verifying.opening import Opened
from issuer.core.verifying.report import Report
from issuer.services import gather
from issuer.services.gather import MAX_FETCHES, Budget, Means
from tests.support import badges, strangers

GUILD, OTHER = strangers.stranger("a guild"), strangers.stranger("another guild")
COPY = Want("credential", "https://guild.example/badges/1/newest")
SERVICE: Document = {"id": COPY.key, "type": "1EdTechCredentialRefresh"}
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
LATER = "2026-03-01T00:00:00Z"


def refreshable(**changes: object) -> Document:
    found = strangers.badge(GUILD, refreshService=SERVICE)
    return found | {"@context": [*found["@context"], EXTENSIONS]} | changes


OLD = GUILD.sign(refreshable())


@dataclass
class Internet:
    """What can be had, and what was asked for. Everything else does not answer."""

    there: dict[Want, Document | str] = field(default_factory=dict)
    asked: list[Want] = field(default_factory=list)

    def obtain(self, want: Want) -> Fetched:
        self.asked.append(want)
        if want.key.startswith("did:key:"):
            return Obtained(did.did_key_document(want.key), badges.NOW)
        if want in self.there:
            return Obtained(self.there[want], badges.NOW)
        return Unfetched("it did not answer")


def verified(internet: Internet, document: Document, standing: Standing | None = None) -> Report:
    means = Means(internet.obtain, report.report, lambda: badges.NOW)
    return gather.verified(means, Opened(document), standing=standing)


def newer(**changes: object) -> Document:
    return refreshable() | {"validFrom": LATER, "name": "Soldering, renewed"} | changes


class TestRefresh:
    def test_a_newer_copy_of_the_issuer_is_what_is_checked(self) -> None:
        found = verified(Internet({COPY: GUILD.sign(newer())}), OLD)

        assert found.refreshed
        assert found.result == "issuer_unrecognized"
        assert found.credential is not None
        assert found.credential["name"] == "Soldering, renewed"

    def test_a_newer_copy_renews_what_has_expired(self) -> None:
        ended = GUILD.sign(refreshable(validUntil="2026-02-01T00:00:00Z"))

        assert verified(Internet(), ended).result == "expired"
        assert verified(Internet({COPY: GUILD.sign(newer())}), ended).result == "issuer_unrecognized"

    def test_a_newer_copy_that_has_expired_is_believed(self) -> None:
        ended = GUILD.sign(newer(validUntil="2026-04-01T00:00:00Z"))

        assert verified(Internet({COPY: ended}), OLD).result == "expired"

    @pytest.mark.parametrize(
        "copy",
        [
            lambda: OTHER.sign(newer(issuer={"id": OTHER.did, "type": ["Profile"]})),
            lambda: OTHER.sign(newer()),
            lambda: GUILD.sign(newer()) | {"name": "Brain surgery"},
            newer,
            lambda: GUILD.sign(newer(id="urn:uuid:00000000-0000-4000-8000-000000000099")),
            lambda: GUILD.sign(newer(validFrom="2025-01-01T00:00:00Z")),
            lambda: OLD,
            lambda: {"error": "not found"},
            lambda: "<html>",
        ],
        ids=[
            "of another issuer",
            "signed by another",
            "tampered with",
            "unsigned",
            "of another badge",
            "older",
            "the same",
            "an answer of another kind",
            "a page",
        ],
    )
    def test_a_copy_that_is_none_changes_nothing(self, copy: Callable[[], Document | str]) -> None:
        found = verified(Internet({COPY: copy()}), OLD)

        assert not found.refreshed
        assert found.credential == OLD

    def test_a_copy_that_cannot_be_had_leaves_the_badge_as_it_is(self) -> None:
        internet = Internet()

        found = verified(internet, OLD)

        assert COPY in internet.asked
        assert not found.refreshed
        assert found.result == "issuer_unrecognized"

    def test_a_badge_whose_seal_is_broken_sends_nobody_anywhere(self) -> None:
        internet = Internet({COPY: GUILD.sign(newer())})

        assert verified(internet, OLD | {"name": "Another"}).result == "altered"
        assert COPY not in internet.asked

    def test_a_copy_that_offers_another_is_the_last(self) -> None:
        further = {"id": "https://guild.example/badges/1/newer-still", "type": "1EdTechCredentialRefresh"}
        internet = Internet({COPY: GUILD.sign(newer(refreshService=further))})

        assert verified(internet, OLD).refreshed
        assert [want.key for want in internet.asked if want.kind == "credential"] == [COPY.key]

    def test_our_own_records_need_no_newer_copy(self) -> None:
        internet = Internet({COPY: GUILD.sign(newer())})

        assert verified(internet, OLD, Standing(revoked=True)).result == "revoked"
        assert COPY not in internet.asked


class TestRounds:
    def test_the_key_of_a_list_is_asked_for_when_the_list_is_there(self) -> None:
        list_url = badges.ADDRESSES.status_list(1)
        theirs = badges.KEYS | {"id": "did:web:lists.example"}
        internet = Internet(
            {
                Want("controller", badges.ADDRESSES.did): badges.KEYS,
                Want("controller", "did:web:lists.example"): theirs,
                Want("list", list_url): badges.sign(
                    {name: each for name, each in badges.status_list().items() if name != "proof"},
                    method=f"did:web:lists.example#{badges.MULTIKEY}",
                ),
            }
        )

        found = verified(internet, badges.badge())

        assert internet.asked[-1] == Want("controller", "did:web:lists.example")
        assert found.result == "status_unknown"

    def test_nothing_is_asked_for_twice(self) -> None:
        internet = Internet({Want("controller", badges.ADDRESSES.did): badges.KEYS})

        found = verified(internet, badges.badge(suspendable=True))

        assert len(internet.asked) == len(set(internet.asked)) == 3
        assert found.result == "status_unknown"

    def test_every_source_is_named_with_its_time(self) -> None:
        internet = Internet(
            {
                Want("controller", badges.ADDRESSES.did): badges.KEYS,
                Want("list", badges.ADDRESSES.status_list(1)): badges.status_list(),
            }
        )

        found = verified(internet, badges.badge())

        assert {source.url: source.fetched_at for source in found.sources} == {
            badges.ADDRESSES.did: badges.NOW,
            badges.ADDRESSES.status_list(1): badges.NOW,
        }


class TestBudget:
    def test_a_badge_that_names_too_much_is_never_vouched_for(self) -> None:
        held = [strangers.badge(GUILD, number) for number in range(MAX_FETCHES + 3)]
        proof = {
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-rdfc-2022",
            "proofPurpose": "assertionMethod",
        }
        unchecked = [
            each | {"proof": proof | {"verificationMethod": f"did:web:no{number}.example#key"}}
            for number, each in enumerate(held)
        ]
        internet = Internet()

        found = verified(internet, GUILD.sign(strangers.transcript(GUILD, *unchecked)))

        outside = [want for want in internet.asked if not want.key.startswith("did:key:")]
        assert len(outside) == MAX_FETCHES
        assert found.result == "could_not_check"

    def test_a_key_that_needs_no_fetching_costs_nothing(self) -> None:
        budget = Budget.fresh()

        gather.gathered(Opened(OLD), Internet().obtain, budget)

        assert budget.left == MAX_FETCHES

    def test_a_budget_that_is_over_in_time_gives_nothing_more(self) -> None:
        assert Budget(left=5, ends=0.0).taken(3) == 0

    def test_what_is_over_budget_is_not_taken_for_an_answer(self) -> None:
        internet = Internet({Want("controller", badges.ADDRESSES.did): badges.KEYS})

        found = gather.gathered(Opened(badges.badge()), internet.obtain, Budget(left=1, ends=float("inf")))

        [missed] = [each for want, each in found.items() if want.kind == "list"]
        assert isinstance(missed, Unfetched)
