"""A stack worked out again by somebody who has only what its issuer publishes, and what strangers try."""

import json
from dataclasses import dataclass, field
from hashlib import sha256

import pytest

from issuer.core.credentials import related
from issuer.core.documents import Document
from issuer.core.securing import did, proofs
from issuer.core.verifying import report, stack
from issuer.core.verifying.findings import Finding, Outcome
from issuer.core.verifying.materials import Fetched, Obtained, Unfetched, Want
from issuer.core.verifying.opening import Opened
from issuer.core.verifying.report import Report
from issuer.services import gather, recompute
from issuer.services.gather import MAX_FETCHES, Means
from tests.support import badges, strangers

GUILD = "did:web:guild.example"
HOST = "https://guild.example"
KEY = strangers.stranger("a guild")
PATHWAY = f"{HOST}/i/guild/p/MAKER/v1"
RULE: Document = {
    "id": PATHWAY,
    "type": "Pathway",
    "issuer": GUILD,
    "code": "MAKER",
    "version": 1,
    "name": "Maker",
    "description": "Makes things.",
    "requires": {"all": ["SOLDER", {"any": 1, "of": ["WELD", "CUT"]}]},
}
LEARNER = {"id": "did:example:learner", "type": ["AchievementSubject"]}


@dataclass
class Internet:
    """What guild.example publishes, by address, and what was asked for."""

    texts: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def obtain(self, want: Want) -> Fetched:
        self.asked.append(want.key)
        if want == Want("controller", GUILD):
            return Obtained(did.did_document(GUILD, [KEY.multikey]), badges.NOW)
        if want.kind == "controller" and want.key.startswith("did:key:"):
            return Obtained(did.did_key_document(want.key), badges.NOW)
        if want.kind == "resource" and want.key in self.texts:
            return Obtained(self.texts[want.key], badges.NOW)
        return Unfetched("it did not answer")


def signed(document: Document) -> Document:
    """Return a document with the guild's proof, under its did:web."""
    document = document | {"issuer": {"id": GUILD, "type": ["Profile"], "name": "A Makers' Guild"}}
    method = f"{GUILD}#{KEY.multikey}"
    proof = proofs.options(document, method=method, created=badges.CREATED, cryptosuite=proofs.EDDSA_RDFC)
    return proofs.attach(document, proof, KEY.key.sign(proofs.signing_input(document, proof)))


def badge(code: str, number: int, **changes: object) -> Document:
    subject = LEARNER | {
        "achievement": strangers.achievement(id=f"{HOST}/i/guild/a/{code}", name=code.title())
    }
    given = strangers.badge(KEY, number, id=f"{HOST}/b/{number}", credentialSubject=subject)
    return signed(given | changes)


def published(*documents: Document) -> Internet:
    return Internet({f"{HOST}/b/{at}.json": json.dumps(each) for at, each in enumerate(documents, 1)})


def made_of(
    internet: Internet, *, rule: Document | None = None, more: list[Document] | None = None
) -> Document:
    """Return a stack of all that is published, whose rule is published with it."""
    text = json.dumps(rule or RULE)
    entries = [related.of_text(f"{PATHWAY}.json", text, related.RULE)]
    entries += [related.of_text(at, each, related.CREDENTIAL) for at, each in internet.texts.items()]
    internet.texts[f"{PATHWAY}.json"] = text
    subject = LEARNER | {
        "achievement": strangers.achievement(
            id=f"{HOST}/i/guild/a/MAKER", name="Maker", criteria={"id": PATHWAY, "narrative": "The rule."}
        )
    }
    return signed(
        strangers.badge(
            KEY, 99, id=f"{HOST}/b/99", credentialSubject=subject, validFrom="2026-02-01T00:00:00Z"
        )
        | {"relatedResource": [*related.documents(entries), *(more or [])]}
    )


def verified(internet: Internet, document: Document) -> Report:
    means = Means(internet.obtain, report.report, lambda: badges.NOW)
    return recompute.with_stack(means, gather.verified(means, Opened(document)))


def outcome(internet: Internet, document: Document) -> Finding:
    found = verified(internet, document)
    assert found.result == "issuer_unrecognized"
    assert found.checks[-1].id == "stack"
    return found.checks[-1]


class TestWorkedOutAgain:
    def test_a_stack_passes_when_its_badges_satisfy_its_rule(self) -> None:
        internet = published(badge("SOLDER", 1), badge("CUT", 2))

        found = outcome(internet, made_of(internet))

        assert (found.outcome, found.code) == (Outcome.PASSED, "stack_recomputed")
        assert found.message == "Worked out again: the 2 badges that it names satisfy the rule of 'Maker'."

    def test_a_badge_too_few_fails_and_says_how_many_of_how_many(self) -> None:
        internet = published(badge("SOLDER", 1))

        found = outcome(internet, made_of(internet))

        assert (found.outcome, found.code) == (Outcome.FAILED, "stack_not_satisfied")
        assert "1 of 2" in found.message

    def test_a_badge_that_is_no_stack_has_no_such_check(self) -> None:
        found = verified(Internet(), badge("SOLDER", 1))

        assert "stack" not in {check.id for check in found.checks}

    def test_nothing_is_asked_for_a_stack_whose_own_seal_does_not_hold(self) -> None:
        internet = published(badge("SOLDER", 1), badge("CUT", 2))

        found = verified(internet, made_of(internet) | {"name": "Master maker"})

        assert found.result == "altered"
        assert internet.asked == [GUILD]

    def test_a_level_that_the_rule_asks_for_has_to_be_reached(self) -> None:
        rubric = {
            "id": "urn:a:quality",
            "type": ["ResultDescription"],
            "name": "Quality",
            "resultType": "RubricCriterionLevel",
            "rubricCriterionLevel": [
                {"id": f"urn:a:{name}", "type": ["RubricCriterionLevel"], "name": name}
                for name in ("low", "high")
            ],
        }

        def scored(level: str) -> Document:
            achieved = strangers.achievement(id=f"{HOST}/i/guild/a/SOLDER", resultDescription=[rubric])
            result = {
                "type": ["Result"],
                "resultDescription": "urn:a:quality",
                "achievedLevel": f"urn:a:{level}",
            }
            return LEARNER | {"achievement": achieved, "result": [result]}

        rule = RULE | {"requires": {"all": [{"badge": "SOLDER", "minLevel": "high"}]}}
        codes = []
        for level in ("low", "high"):
            internet = published(badge("SOLDER", 1, credentialSubject=scored(level)))
            codes.append(outcome(internet, made_of(internet, rule=rule)).code)

        assert codes == ["stack_not_satisfied", "stack_recomputed"]

    def test_a_badge_that_ended_after_the_award_still_counts_and_one_that_ended_before_does_not(self) -> None:
        told = []
        for end in ("2026-02-02T00:00:00Z", "2026-01-20T00:00:00Z"):
            internet = published(badge("SOLDER", 1), badge("CUT", 2, validUntil=end))
            told.append(outcome(internet, made_of(internet)))

        assert [each.code for each in told] == ["stack_recomputed", "stack_not_satisfied"]
        assert told[0].message.endswith("Ended since: 'Cut'.")
        assert "'Cut' (it had ended before)" in told[1].message

    def test_of_a_badge_that_was_corrected_the_newer_file_counts_and_the_answer_says_so(self) -> None:
        internet = published(badge("SOLDER", 1), badge("CUT", 2))
        document = made_of(internet)

        internet.texts[f"{HOST}/b/2.json"] = json.dumps(badge("CUT", 2, name="Cutting"))

        found = outcome(internet, document)
        assert found.code == "stack_recomputed"
        assert found.message.endswith("Corrected by the issuer since: 'Cut'.")


class TestWhatStrangersTry:
    @pytest.mark.parametrize(
        ("changed", "reason"),
        [
            (badge("WELD", 7), "its file is another than the one named"),
            ({**badge("CUT", 2), "name": "Altered"}, "it does not verify"),
            (strangers.stranger("another").sign(strangers.badge(KEY, 2)), "it does not verify"),
            (
                strangers.stranger("another").sign(strangers.badge(strangers.stranger("another"), 2)),
                "it is another issuer's",
            ),
        ],
    )
    def test_another_file_at_the_address_of_a_badge_does_not_count(
        self, changed: Document, reason: str
    ) -> None:
        internet = published(badge("SOLDER", 1), badge("CUT", 2))
        document = made_of(internet)

        internet.texts[f"{HOST}/b/2.json"] = json.dumps(changed)

        found = outcome(internet, document)
        assert (found.outcome, found.code) == (Outcome.FAILED, "stack_not_satisfied")
        assert reason in found.message or "1 of 2" in found.message

    def test_another_persons_badge_does_not_count(self) -> None:
        other = LEARNER | {
            "id": "did:example:somebody-else",
            "achievement": strangers.achievement(id=f"{HOST}/i/guild/a/CUT", name="Cut"),
        }
        internet = published(badge("SOLDER", 1), badge("CUT", 2, credentialSubject=other))

        found = outcome(internet, made_of(internet))

        assert "'Cut' (it is another person's)" in found.message

    def test_another_rule_at_its_address_is_noticed(self) -> None:
        internet = published(badge("SOLDER", 1))
        document = made_of(internet)

        internet.texts[f"{PATHWAY}.json"] = json.dumps(RULE | {"requires": {"all": ["SOLDER"]}})

        assert outcome(internet, document).code == "stack_rule_changed"

    @pytest.mark.parametrize("rule", ["nonsense", "[]", '{"requires": 1}', "[" * 10_000, "\ud83d"])
    def test_a_rule_that_cannot_be_read_is_not_checked(self, rule: str) -> None:
        internet = published(badge("SOLDER", 1))
        raw = rule.encode(errors="replace").decode()
        document = made_of(internet)
        internet.texts[f"{PATHWAY}.json"] = raw
        document["relatedResource"][0] = related.documents(
            [related.of_text(f"{PATHWAY}.json", raw, related.RULE)]
        )[0]

        found = outcome(internet, signed({k: v for k, v in document.items() if k != "proof"}))

        assert (found.outcome, found.code) == (Outcome.UNKNOWN, "stack_not_checked")

    def test_more_badges_than_any_stack_needs_are_not_fetched(self) -> None:
        internet = published(badge("SOLDER", 1))
        many = [
            related.Related(f"{HOST}/b/x{n}.json", sha256(b"").digest(), related.CREDENTIAL)
            for n in range(60)
        ]

        found = outcome(internet, made_of(internet, more=related.documents(many)))

        assert found.code == "stack_not_checked"
        assert "more than 50 badges" in found.message
        assert internet.asked == [GUILD]

    @pytest.mark.parametrize(
        "address",
        [
            "https://victim.example/b/1.json",
            "http://127.0.0.1:5432/",
            "https://guild.example@victim.example/b/1.json",
            "https://guild.example:8443/b/1.json",
            "file:///etc/passwd",
            "urn:uuid:00000000-0000-4000-8000-000000000001",
            "https://[guild.example/",
        ],
    )
    def test_nobody_but_the_issuers_own_host_is_asked(self, address: str) -> None:
        internet = published(badge("SOLDER", 1))
        entry = related.documents([related.Related(address, sha256(b"").digest(), related.CREDENTIAL)])

        found = verified(internet, made_of(internet, more=entry))

        assert found.checks[-1].code != "stack_recomputed"
        assert internet.asked == [GUILD]

    def test_a_stack_that_names_itself_does_not_count_and_is_not_followed(self) -> None:
        internet = published(badge("SOLDER", 1))
        first = made_of(internet)
        internet.texts[f"{HOST}/b/99.json"] = json.dumps(first)
        internet.texts.pop(f"{PATHWAY}.json")

        found = outcome(internet, made_of(internet))

        assert "'Maker' (it is the stack itself)" in found.message

    def test_its_badges_share_what_may_be_fetched_for_them(self) -> None:
        lists = [
            {
                "id": f"{HOST}/status/{n}#7",
                "type": "BitstringStatusListEntry",
                "statusPurpose": "revocation",
                "statusListIndex": "7",
                "statusListCredential": f"{HOST}/status/{n}",
            }
            for n in range(30)
        ]
        internet = published(*(badge("SOLDER", n, credentialStatus=lists[n - 1]) for n in range(1, 31)))
        document = made_of(internet)

        assert outcome(internet, document).code == "stack_not_checked"
        asked = [each for each in internet.asked if "/status/" in each]
        assert len(asked) < MAX_FETCHES


def test_what_counts_as_a_stack_is_found_in_any_document_at_all() -> None:
    for document in ({}, {"relatedResource": 1}, {"relatedResource": [1, {"id": "None.json"}]}):
        stack.claim_of(document)
    assert stack.claim_of({"credentialSubject": {"achievement": {"criteria": {"id": "a"}}}}) is None
