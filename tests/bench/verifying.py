"""How many badges one process verifies, beside Digital Bazaar's verifier and the bare signature."""

import json
import shutil
import statistics
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256

from issuer.core import documents
from issuer.core.documents import Document
from issuer.core.securing import canonical, did, multibase
from issuer.core.verifying import opening, report
from issuer.core.verifying.materials import Library, Materials
from tests.bench import signing
from tests.conformance import outside
from tests.support import badges, strangers

ROUNDS = 7
SITE = "did:web:guild.example"
_SITE_AT = "https://guild.example/.well-known/did.json"
_GUILD = strangers.stranger("a guild")
TRUSTED = {"valid", "issuer_unrecognized"}


@dataclass(frozen=True)
class Badge:
    """The signed text of a badge, and what was fetched for it."""

    text: str
    library: Library


def measure(rounds: int = ROUNDS) -> dict[str, dict[str, float]]:
    """Return badges per CPU second for each kind of badge, medians of interleaved rounds.

    `peer_per_s` is Digital Bazaar's verifier in node, left out where it is not installed.
    """
    kinds = samples()
    found: dict[str, list[float]] = {}
    with _peer(kinds) as ask:
        for number in range(rounds + 1):
            for name, run in _runners(kinds, ask):
                rate = run()
                if number:  # the first round warms everybody up
                    found.setdefault(name, []).append(rate)
    rates = {name: statistics.median(each) for name, each in found.items()}
    return {name: _row(name, badge, rates) for name, badge in kinds.items()}


def samples() -> dict[str, Badge]:
    """Return one badge of each kind, with the same content: ours has a status entry, the others have none."""
    ours = badges.badge()
    plain = {name: value for name, value in ours.items() if name not in {"proof", "credentialStatus"}}
    by_key = _GUILD.sign(plain | {"issuer": plain["issuer"] | {"id": _GUILD.did}})
    method = f"{SITE}#{_GUILD.multikey}"
    by_site = _GUILD.sign(plain | {"issuer": plain["issuer"] | {"id": SITE}}, verificationMethod=method)
    lists = {url: each for url, each in badges.LISTS.items() if url == badges.ADDRESSES.status_list(1)}
    return {
        "own": Badge(documents.text(ours), badges.library({badges.ADDRESSES.did: badges.KEYS}, lists)),
        "did:key": Badge(documents.text(by_key), badges.library({_GUILD.did: _GUILD.keys}, {})),
        "did:web": Badge(documents.text(by_site), badges.library({SITE: _site()}, {})),
    }


def verify(badge: Badge) -> None:
    """Verify a badge from its text, with everything there that would have been fetched."""
    opened = opening.opened_text(badge.text)
    found = report.report(Materials(document=opened.document, now=badges.NOW, library=badge.library))
    if found.result not in TRUSTED:
        raise AssertionError(f"the badge of the benchmark is {found.result}")


def _site() -> Document:
    return did.did_document(SITE, [_GUILD.multikey])


def _runners(
    kinds: dict[str, Badge], ask: Callable[[str], float] | None
) -> Iterator[tuple[str, Callable[[], float]]]:
    for name, badge in kinds.items():
        yield name, lambda badge=badge: signing.rate(lambda: verify(badge))  # type: ignore[misc]
        yield f"{name}, limit", lambda badge=badge: signing.rate(_limit(badge))  # type: ignore[misc]
        if ask is not None:
            yield f"{name}, peer", lambda name=name: ask(name)  # type: ignore[misc]


def _limit(badge: Badge) -> Callable[[], None]:
    """Return what no verifier can spare: one verification of Ed25519 and two hashes of canonical forms."""
    document = json.loads(badge.text)
    proof = document.pop("proof")
    signature = multibase.decode(proof.pop("proofValue"))
    body = canonical.rdfc(document)
    options = canonical.rdfc({**proof, "@context": document["@context"]})
    key = multibase.public_key(proof["verificationMethod"].partition("#")[2])
    return lambda: key.verify(signature, sha256(options).digest() + sha256(body).digest())


def _row(name: str, badge: Badge, rates: dict[str, float]) -> dict[str, float]:
    own, limit, peer = rates[name], rates[f"{name}, limit"], rates.get(f"{name}, peer")
    row = {
        "per_s": own,
        "limit_per_s": limit,
        "of_limit": own / limit,
        "bytes": float(len(badge.text.encode())),
    }
    return row if peer is None else {**row, "peer_per_s": peer, "of_peer": own / peer}


@contextmanager
def _peer(kinds: dict[str, Badge]) -> Iterator[Callable[[str], float] | None]:
    """Yield a function that has the peer verify a badge for one slice; None where there is no peer."""
    if shutil.which("node") is None or not (outside.FOLDER / "node_modules").is_dir():
        yield None
        return
    pipe = subprocess.PIPE
    with subprocess.Popen(
        ["node", "bench.mjs"], cwd=outside.FOLDER, stdin=pipe, stdout=pipe, text=True
    ) as node:
        if node.stdin is None or node.stdout is None:
            raise AssertionError("the peer has no pipes")
        answers, questions = node.stdout, node.stdin

        def ask(line: str) -> float:
            questions.write(f"{line}\n")
            questions.flush()
            return float(answers.readline())

        questions.write(json.dumps(_world(kinds)) + "\n")
        yield ask
        questions.close()


def _world(kinds: dict[str, Badge]) -> Document:
    """Return what the peer may look at: the same that we may."""
    own_site = f"https://{badges.ADDRESSES.did.removeprefix('did:web:')}/.well-known/did.json"
    return {
        "documents": outside.world(
            {_GUILD.did: _GUILD.keys, _SITE_AT: _site(), own_site: badges.KEYS, **badges.LISTS}
        ),
        "badges": {name: json.loads(badge.text) for name, badge in kinds.items()},
        "now": badges.NOW.isoformat(),
        "seconds": signing.SLICE_SECONDS,
    }
