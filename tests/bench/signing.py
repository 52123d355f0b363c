"""How many badges one process signs, beside the bare cost of the signature and two hashes."""

import itertools
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pyld import jsonld

from issuer.core import documents
from issuer.core.addresses import Addresses
from issuer.core.awarding.achievement import achievement_document
from issuer.core.awarding.decision import Award
from issuer.core.awarding.definition import Definition
from issuer.core.awarding.profile import ProfileFields, profile_document
from issuer.core.credentials import build
from issuer.core.documents import Document
from issuer.core.intake.event import CompetencyApproved
from issuer.core.securing import canonical, contexts, did, issuing, multibase, proofs
from issuer.core.securing.plans.planner import OFTEN, planner
from issuer.core.status.entries import StatusEntry
from issuer.core.verifying import report
from issuer.core.verifying.materials import Materials, Obtained, Want

_NOW = datetime(2026, 6, 12, 19, 4, tzinfo=UTC)
_CREATED = "2026-06-12T19:04:00Z"
_ADDRESSES = Addresses("https://badges.example.org", "alder", owns_origin=True)
SLICE_SECONDS = 0.4
ROUNDS = 7


def measure(rounds: int = ROUNDS) -> dict[str, float]:
    """Return badges per CPU second, medians of interleaved rounds: by each path, checked, and the limit."""
    key = Ed25519PrivateKey.from_private_bytes(sha256(b"bench").digest())
    public = multibase.multikey(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
    method = _ADDRESSES.verification_method(public)
    keys = did.did_document(_ADDRESSES.did, [public])
    listed = {Want("controller", _ADDRESSES.did): Obtained(keys, _NOW)}
    given = _ingredients()
    fixed = {id(given.issuer): "profile", id(given.achievement): "version"}
    made = itertools.cycle([build.build(replace(given, salt=f"q7Xv2mP{number}")) for number in range(8)])
    proof = proofs.options(build.build(given), method=method, created=_CREATED)
    options = {**proof, "@context": build.build(given)["@context"]}
    body, head = canonical.rdfc(build.build(given)), canonical.rdfc(options)

    def signed_by(canonicalise: Callable[[Document], bytes]) -> str:
        document = next(made)
        hashes = sha256(canonicalise(options)).digest() + sha256(canonicalise(document)).digest()
        return documents.text(proofs.attach(document, proof, key.sign(hashes)))

    def compiled() -> str:
        prepared = issuing.prepare(next(made), proof, fixed)
        return prepared.secured(key.sign(prepared.signing_input))

    def checked() -> None:
        signed = documents.parse(compiled().encode())
        found = report.report(Materials(document=signed, now=_NOW, library=listed))
        if found.credential is None:
            raise AssertionError("the badge of the benchmark does not verify")

    runners: dict[str, Callable[[], object]] = {
        "limit_per_s": lambda: key.sign(sha256(head).digest() + sha256(body).digest()),
        "plain_per_s": lambda: signed_by(_plain),
        "general_per_s": lambda: signed_by(canonical.rdfc),
        "shape_per_s": lambda: signed_by(planner(contexts.in_force()).rdfc),
        "compiled_per_s": compiled,
        "compiled_checked_per_s": checked,
    }
    for _ in range(OFTEN + 5):
        compiled()
    rates = _race(runners, rounds)
    return {
        **rates,
        "ratio_to_limit": rates["compiled_per_s"] / rates["limit_per_s"],
        "ratio_to_plain": rates["compiled_per_s"] / rates["plain_per_s"],
        "badge_bytes": float(len(compiled().encode())),
        "canonical_bytes": float(len(body)),
    }


def _plain(document: Document) -> bytes:
    """Return the canonical form as PyLD gives it, by itself, with the contexts at hand."""
    chosen = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": _loader}
    return str(jsonld.normalize(document, chosen)).encode()


def _loader(url: str, options: object) -> Document:
    return contexts.in_force().load(url, options) | {"tag": "dynamic"}


def _race(runners: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Return each runner's median rate per CPU second; every round gives each of them a slice."""
    found: dict[str, list[float]] = {name: [] for name in runners}
    for _ in range(rounds):
        for name, run in runners.items():
            found[name].append(rate(run))
    return {name: statistics.median(rates) for name, rates in found.items()}


def rate(run: Callable[[], object]) -> float:
    """Return how often a function runs in a second of this process's CPU time, measured over one slice."""
    run()
    count, started, until = 0, time.process_time(), time.perf_counter() + SLICE_SECONDS
    while time.perf_counter() < until:
        run()
        count += 1
    return count / (time.process_time() - started)


def _ingredients() -> build.Ingredients:
    """Return a badge as real ones are: three alignments, two criteria with results, two evidences."""
    definition = Definition.model_validate(_DEFINITION)
    event = CompetencyApproved.model_validate(_EVENT)
    profile = ProfileFields.model_validate(
        {
            "name": "Alder County School District",
            "url": "https://alder.example",
            "email": "badges@alder.example",
        }
    )
    return build.Ingredients(
        credential_id=_ADDRESSES.badge("7HqyV2cWmX4tKfRz9aBnPd"),
        issuer=profile_document(profile, _ADDRESSES.did),
        achievement=achievement_document(definition, _ADDRESSES, "MC-FEEDBACK", 1),
        place=_ADDRESSES.achievement_version("MC-FEEDBACK", 1),
        award=Award(datetime(2026, 6, 12, tzinfo=UTC), datetime(2031, 6, 30, tzinfo=UTC), 0),
        event=event,
        statuses=(StatusEntry(_ADDRESSES.status_list(3), 94567, "revocation"),),
        salt="q7Xv2m",
        show_name=True,
    )


_LEVELS = [{"id": name, "name": name.title()} for name in ("developing", "proficient", "distinguished")]
_DEFINITION = {
    "name": "Feedback that Moves Learning",
    "description": "Gives timely, specific feedback that students use to revise their work.",
    "criteria": {
        "narrative": 'Submit a *plan*, six "samples" and a reflection.\n\n1. Plan\n2. Teach\n3. Reflect'
    },
    "tag": ["feedback", "assessment", "writing"],
    "alignment": [
        {
            "targetName": name,
            "targetUrl": f"https://frameworks.example.org/items/{name.lower()}",
            "targetFramework": "A framework of teaching",
            "targetCode": name[:3],
        }
        for name in ("Assessment", "Instruction", "Reflection")
    ],
    "resultDescription": [
        {
            "id": "feedback",
            "name": "Quality of feedback",
            "resultType": "RubricCriterionLevel",
            "requiredLevel": "proficient",
            "rubricCriterionLevel": _LEVELS,
        },
        {
            "id": "reflection",
            "name": "Written reflection",
            "resultType": "Result",
            "allowedValue": ["not yet", "meets", "exceeds"],
            "requiredValue": "meets",
        },
    ],
}
_EVENT = {
    "id": "bench",
    "type": "submission.approved",
    "achievement": "MC-FEEDBACK",
    "recipient": {"email": "teacher@alder.example", "name": "Example Teacher"},
    "activity": {"startDate": "2026-01-12", "endDate": "2026-06-05"},
    "assessment": {
        "results": [
            {"criterion": "feedback", "level": "proficient"},
            {"criterion": "reflection", "value": "meets"},
        ]
    },
    "evidence": [{"name": "Lesson plan", "genre": "document"}, {"name": "Six samples", "genre": "portfolio"}],
    "narrative": "Students revised after every round of feedback.",
}
