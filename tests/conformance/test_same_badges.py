"""The same badges before this service and two others: every difference is written down and explained."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from issuer.core.documents import Document
from issuer.core.verifying import findings, report
from issuer.core.verifying.materials import Materials
from tests.conformance import outside
from tests.support import badges, strangers

pytestmark = pytest.mark.conformance

DIFFERENCES = Path(__file__).parents[2] / "docs" / "verifying-differences.md"
GUILD, OTHER = strangers.stranger("a guild"), strangers.stranger("another guild")
SITE, SITE_KEY = "did:web:guild.example", "did:web:guild.example#key-1"
SITE_AT = "https://guild.example/.well-known/did.json"
CREATED, PAST, FUTURE = "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z", "2099-01-01T00:00:00Z"
PLAIN = strangers.badge(GUILD, validFrom="2024-01-01T00:00:00Z")
HOSTED = PLAIN | {"issuer": PLAIN["issuer"] | {"id": SITE}}


def sealed(document: Document, by: strangers.Stranger = GUILD, **changes: object) -> Document:
    return by.sign(document, **{"created": CREATED, **changes})


GOOD = sealed(PLAIN)
METHOD: str = GOOD["proof"]["verificationMethod"]
METHOD_OF_SITE: Document = {
    "id": SITE_KEY,
    "type": "Multikey",
    "controller": SITE,
    "publicKeyMultibase": GUILD.multikey,
}


def site(method: Document = METHOD_OF_SITE, purpose: str = "assertionMethod") -> Document:
    return {
        "@context": ["https://www.w3.org/ns/cid/v1"],
        "id": SITE,
        "verificationMethod": [method],
        purpose: [SITE_KEY],
    }


def without(document: Document, name: str) -> Document:
    return {member: value for member, value in document.items() if member != name}


def two_proofs(other: Document) -> Document:
    return GOOD | {"proof": [GOOD["proof"], other["proof"]]}


def ended_under_another_name() -> Document:
    signed = sealed(PLAIN | {"validUntil": PAST})
    moment = {"@type": "http://www.w3.org/2001/XMLSchema#dateTime", "@value": PAST}
    return without(signed, "validUntil") | {"https://www.w3.org/2018/credentials#validUntil": moment}


def without_description() -> Document:
    achievement = without(strangers.achievement(), "description")
    return sealed(PLAIN | {"credentialSubject": PLAIN["credentialSubject"] | {"achievement": achievement}})


DIGITAL_BAZAAR, OPENBADGESLIB = frozenset({"Digital Bazaar"}), frozenset({"openbadgeslib"})
NOBODY: frozenset[str] = frozenset()
BOTH = DIGITAL_BAZAAR | OPENBADGESLIB


@dataclass(frozen=True)
class Case:
    """A badge, how we answer, who of the others accepts it, and what the site of its issuer publishes."""

    badge: Callable[[], Document]
    ours: str
    accepted_by: frozenset[str] = NOBODY
    site: Document | None = None

    @property
    def differs(self) -> bool:
        """Return whether somebody answers otherwise than we do."""
        return self.accepted_by != (BOTH if self.ours in findings.TRUSTED else NOBODY)


GOOD_ONE = "issuer_unrecognized"
CASES = {
    "whole": Case(lambda: GOOD, GOOD_ONE, BOTH),
    "under did:web": Case(lambda: sealed(HOSTED, verificationMethod=SITE_KEY), GOOD_ONE, BOTH, site()),
    "name changed": Case(lambda: GOOD | {"name": "Brain surgery"}, "altered"),
    "end added": Case(lambda: GOOD | {"validUntil": FUTURE}, "altered"),
    "created changed": Case(lambda: GOOD | {"proof": GOOD["proof"] | {"created": PAST}}, "altered"),
    "seal of another badge": Case(
        lambda: GOOD | {"proof": sealed(PLAIN | {"name": "Brain surgery"})["proof"]}, "altered"
    ),
    "expired": Case(lambda: sealed(PLAIN | {"validUntil": PAST}), "expired"),
    "not yet valid": Case(lambda: sealed(PLAIN | {"validFrom": FUTURE}), "not_yet_valid"),
    "another's key under the issuer's name": Case(
        lambda: sealed(PLAIN, OTHER, verificationMethod=METHOD), "altered"
    ),
    "another's key": Case(lambda: sealed(PLAIN, OTHER), "issuer_key_missing"),
    "another purpose": Case(lambda: sealed(PLAIN, proofPurpose="authentication"), "altered"),
    "key not for vouching": Case(
        lambda: sealed(HOSTED, verificationMethod=SITE_KEY),
        "issuer_key_missing",
        OPENBADGESLIB,
        site(purpose="authentication"),
    ),
    "unsigned": Case(lambda: PLAIN, "unsigned"),
    "undefined member": Case(lambda: GOOD | {"surprise": "x"}, "malformed"),
    "ends before it begins": Case(
        lambda: sealed(PLAIN | {"validUntil": "2023-01-01T00:00:00Z"}), "malformed"
    ),
    "seal from the future": Case(lambda: sealed(PLAIN, created=FUTURE), "altered", BOTH),
    "seal has run out": Case(lambda: sealed(PLAIN, expires=PAST), "altered", DIGITAL_BAZAAR),
    "no achievement description": Case(without_description, "malformed", BOTH),
    "no id": Case(lambda: sealed(without(PLAIN, "id")), "malformed", DIGITAL_BAZAAR),
    "a member by its full address": Case(
        lambda: GOOD | {"https://schema.org/name": "Soldering"}, "malformed", DIGITAL_BAZAAR
    ),
    "expired, end under its full address": Case(ended_under_another_name, "malformed", DIGITAL_BAZAAR),
    "forged second proof of the issuer": Case(
        lambda: two_proofs(sealed(PLAIN | {"name": "Brain surgery"})), "altered", DIGITAL_BAZAAR
    ),
    "forged second proof of somebody else": Case(
        lambda: two_proofs(sealed(PLAIN | {"name": "Brain surgery"}, OTHER)), "altered", DIGITAL_BAZAAR
    ),
    "revoked key": Case(
        lambda: sealed(HOSTED, verificationMethod=SITE_KEY),
        "issuer_key_missing",
        OPENBADGESLIB,
        site(METHOD_OF_SITE | {"revoked": PAST}),
    ),
    "eddsa-jcs-2022": Case(lambda: sealed(PLAIN, cryptosuite="eddsa-jcs-2022"), GOOD_ONE, DIGITAL_BAZAAR),
    "whole second proof of somebody else": Case(
        lambda: two_proofs(sealed(PLAIN, OTHER)), GOOD_ONE, DIGITAL_BAZAAR
    ),
}
NAMED = pytest.mark.parametrize("name", list(CASES))


def documents(case: Case) -> dict[str, Document]:
    return {GUILD.did: GUILD.keys, OTHER.did: OTHER.keys} | ({SITE_AT: case.site} if case.site else {})


@NAMED
def test_our_answer_is_the_one_written_down(name: str) -> None:
    case = CASES[name]
    controllers = {each["id"]: each for each in documents(case).values()}
    found = report.report(
        Materials(
            document=case.badge(),
            now=datetime.now(UTC),  # noqa: TID251 - other software knows no other time
            library=badges.library(controllers, {}),
        )
    )

    assert found.result == case.ours


@NAMED
def test_the_answer_of_openbadgeslib_is_the_one_written_down(name: str) -> None:
    verdict = outside.openbadgeslib(CASES[name].badge(), documents(CASES[name]))

    assert verdict.verified is (CASES[name].accepted_by >= OPENBADGESLIB), verdict.errors


def test_the_answers_of_digital_bazaar_are_those_written_down() -> None:
    outside.require_javascript()
    found: dict[str, bool] = {}
    for published in [None, *(case.site for case in CASES.values() if case.site)]:
        of = {name: case for name, case in CASES.items() if case.site == published}
        known = documents(next(iter(of.values())))
        verdicts = outside.judged_by_digital_bazaar([case.badge() for case in of.values()], known)
        found |= {name: verdict.verified for name, verdict in zip(of, verdicts, strict=True)}

    assert found == {name: case.accepted_by >= DIGITAL_BAZAAR for name, case in CASES.items()}


def test_every_difference_is_explained_and_none_else() -> None:
    cells = [
        [cell.strip() for cell in line.strip("|\n").split("|")]
        for line in DIFFERENCES.read_text("utf-8").splitlines()
        if "accepts" in line or "refuses" in line
    ]
    written = {row[0]: row[1:4] for row in cells if len(row) > 4}
    word = {True: "accepts", False: "refuses"}

    assert written == {
        name: [
            f"`{case.ours}`",
            *(word[each <= case.accepted_by] for each in (DIGITAL_BAZAAR, OPENBADGESLIB)),
        ]
        for name, case in CASES.items()
        if case.differs
    }
