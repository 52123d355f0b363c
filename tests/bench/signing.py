"""How many badges one process signs, beside the bare cost of the signature and two hashes."""

import itertools
import statistics
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
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
from issuer.core.credentials import build, claims
from issuer.core.documents import Document
from issuer.core.intake.event import CompetencyApproved
from issuer.core.securing import canonical, contexts, enveloping, issuing, multibase, proofs
from issuer.core.securing.plans.planner import OFTEN, Planner, planner
from issuer.core.securing.plans.recent import ENOUGH
from issuer.core.securing.plans.shapes import Fixed, NotCovered
from issuer.core.securing.proofs import UnsecuredCredential
from issuer.core.status.entries import StatusEntry
from tests.bench import javascript
from tests.conformance import outside

_NOW = datetime(2026, 6, 12, 19, 4, tzinfo=UTC)
_CREATED = "2026-06-12T19:04:00Z"
_ADDRESSES = Addresses("https://badges.example.org", "alder", owns_origin=True)
_SEED = sha256(b"bench").digest()
_KEY = Ed25519PrivateKey.from_private_bytes(_SEED)
_MULTIKEY = multibase.multikey(_KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
_METHOD = _ADDRESSES.verification_method(_MULTIKEY)
SLICE_SECONDS = 0.4
ROUNDS = 7


PEERS = {"digital_bazaar_per_s": "Digital Bazaar", "dcc_per_s": "Digital Credentials Consortium"}


def measure(rounds: int = ROUNDS) -> dict[str, float]:
    """Return badges per CPU second, medians of interleaved rounds: by each path, checked, and the limits.

    The peers in JavaScript are left out where they are not installed.
    """
    with javascript.asked("issue.mjs", _world()) as ask:
        runners = _runners()
        slices: dict[str, Callable[[], float]] = {name: partial(rate, run) for name, run in runners.items()}
        slices["compiling_per_s"] = _compiling_rate
        if ask is not None:
            slices |= {name: partial(ask, peer) for name, peer in PEERS.items()}
        rates = _race(slices, rounds)
    compiled = rates["compiled_per_s"]
    return {
        **rates,
        "ratio_to_limit": compiled / rates["limit_per_s"],
        "ratio_to_plain": compiled / rates["plain_per_s"],
        "general_to_plain": rates["general_per_s"] / rates["plain_per_s"],
        "compiling_to_plain": rates["compiling_per_s"] / rates["plain_per_s"],
        "jcs_to_limit": rates["jcs_per_s"] / rates["jcs_limit_per_s"],
        "jwt_to_limit": rates["jwt_per_s"] / rates["jwt_limit_per_s"],
        **{f"ratio_to_{name[:-6]}": compiled / rates[name] for name in PEERS if name in rates},
        "badge_bytes": float(len(_signed(_sealed(), _badges()[0]).encode())),
        "canonical_bytes": float(len(canonical.rdfc(_badges()[0]))),
    }


@dataclass(frozen=True)
class Sealed:
    """What badges are signed with: proof options, and the names of the parts that they share."""

    proof: Document
    fixed: Fixed


def _runners() -> dict[str, Callable[[], object]]:
    """Return what is measured. Each runs on one badge after another, as they come in service."""
    made = itertools.cycle(_badges())
    sealed, sorted_ = _sealed(), _sealed(proofs.EDDSA_JCS)
    listed = {_METHOD: _MULTIKEY}
    head, body = _options(sealed.proof), canonical.rdfc(_badges()[0])
    jcs_head, jcs_body = canonical.jcs(sorted_.proof), canonical.jcs(_badges()[0])
    token = enveloping.vc_jwt_input(claims.payload(_badges()[0]), _METHOD)

    def signed_by(canonicalise: Callable[[Document], bytes]) -> str:
        document = next(made)
        options = {**sealed.proof, "@context": document["@context"]}
        hashes = sha256(canonicalise(options)).digest() + sha256(canonicalise(document)).digest()
        return documents.text(proofs.attach(document, sealed.proof, _KEY.sign(hashes)))

    def checked() -> None:
        document = next(made)
        prepared = issuing.prepare(document, sealed.proof, sealed.fixed)
        text = prepared.secured(_KEY.sign(prepared.signing_input))
        issuing.check(prepared, text, document, sealed.proof, listed)

    def token_of() -> str:
        signing = enveloping.vc_jwt_input(claims.payload(next(made)), _METHOD)
        return enveloping.compact(signing, _KEY.sign(signing))

    for each in (sealed, sorted_):
        for _ in range(OFTEN + 5):
            _signed(each, next(made))
    return {
        "limit_per_s": lambda: _KEY.sign(sha256(head).digest() + sha256(body).digest()),
        "plain_per_s": lambda: signed_by(_plain),
        "general_per_s": lambda: signed_by(canonical.rdfc),
        "shape_per_s": lambda: signed_by(planner(contexts.in_force()).rdfc),
        "uncoded_per_s": _without_code(sealed),
        "compiled_per_s": lambda: _signed(sealed, next(made)),
        "compiled_checked_per_s": checked,
        "jcs_limit_per_s": lambda: _KEY.sign(sha256(jcs_head).digest() + sha256(jcs_body).digest()),
        "jcs_per_s": lambda: _signed(sorted_, next(made)),
        "jwt_limit_per_s": lambda: _KEY.sign(token),
        "jwt_per_s": token_of,
    }


def _without_code(sealed: Sealed) -> Callable[[], str]:
    """Return signing by a plan of an achievement for which no code is made: by forms, all texts walked to."""
    planner, document = Planner(contexts.in_force()), _badges()[0]
    for _ in range(ENOUGH):
        with suppress(NotCovered):
            planner.filled(document, sealed.fixed)
    planner.plans(document, sealed.fixed)[0].uses = -(10**9)
    head = sha256(_options(sealed.proof)).digest()
    beginning = documents.text(sealed.proof)[:-1]

    def signed() -> str:
        body, text = planner.filled(document, sealed.fixed)
        signature = multibase.encode(_KEY.sign(head + sha256(body.encode()).digest()))
        return f'{text[:-1]},"proof":{beginning},"proofValue":"{signature}"}}}}'

    return signed


def _compiling_rate() -> float:
    """Return the rate of issuing the very badge for which a plan is compiled: its shape was met before."""
    sealed, document = _sealed(), _badges()[0]
    seconds, count, until = 0.0, 0, time.perf_counter() + SLICE_SECONDS
    while time.perf_counter() < until:
        planner = Planner(contexts.in_force())
        for _ in range(ENOUGH):
            with suppress(NotCovered):
                planner.filled(document, sealed.fixed)
        started = time.process_time()
        body, text = planner.filled(document, sealed.fixed)
        signature = _KEY.sign(sha256(text.encode()).digest() + sha256(body.encode()).digest())
        proofs.attach(document, sealed.proof, signature)
        seconds += time.process_time() - started
        count += 1
    return count / seconds


def _signed(sealed: Sealed, document: UnsecuredCredential) -> str:
    """Return the signed text of a badge, by its plan."""
    prepared = issuing.prepare(document, sealed.proof, sealed.fixed)
    return prepared.secured(_KEY.sign(prepared.signing_input))


def _sealed(cryptosuite: str = proofs.EDDSA_RDFC) -> Sealed:
    given = _GIVEN
    proof = proofs.options(build.build(given), method=_METHOD, created=_CREATED, cryptosuite=cryptosuite)
    return Sealed(proof, {id(given.issuer): "profile", id(given.achievement): "version"})


def _badges() -> list[UnsecuredCredential]:
    """Return badges that differ in the salts of their holders, as long as a real one is."""
    return [build.build(replace(_GIVEN, salt=f"q7Xv2mP{number}")) for number in range(8)]


def _options(proof: Document) -> bytes:
    return canonical.rdfc({**proof, "@context": _badges()[0]["@context"]})


def _world() -> Document:
    """Return what the peers sign: the same badge, with the same key."""
    return {
        "documents": outside.world({}),
        "credential": _badges()[0],
        "seed": _SEED.hex(),
        "method": _METHOD,
        "controller": _ADDRESSES.did,
        "seconds": SLICE_SECONDS,
    }


def _plain(document: Document) -> bytes:
    """Return the canonical form as PyLD gives it, by itself, with the contexts at hand."""
    chosen = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": _loader}
    return str(jsonld.normalize(document, chosen)).encode()


def _loader(url: str, options: object) -> Document:
    return contexts.in_force().load(url, options) | {"tag": "dynamic"}


def _race(slices: dict[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """Return each one's median rate per CPU second; every round gives each of them a slice."""
    found: dict[str, list[float]] = {name: [] for name in slices}
    for _ in range(rounds):
        for name, rated in slices.items():
            found[name].append(rated())
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
_GIVEN = _ingredients()
