"""How many badges one process verifies, beside Digital Bazaar's verifier and the bare signature.

Two things are measured, from the bytes of a badge: its proof alone, with a key at hand, and the whole report.
A shape is seen when badges of it came before, and unseen when each badge is written in another order.
"""

import itertools
import json
import random
import statistics
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import sha256

from issuer.core import documents
from issuer.core.documents import Document
from issuer.core.securing import canonical, did, keys, multibase, proofs
from issuer.core.verifying import opening, report
from issuer.core.verifying.materials import Library, Materials
from tests.bench import javascript, signing
from tests.conformance import outside
from tests.support import badges, strangers

ROUNDS = 7
SITE = "did:web:guild.example"
_SITE_AT = "https://guild.example/.well-known/did.json"
_GUILD = strangers.stranger("a guild")
TRUSTED = {"valid", "issuer_unrecognized"}
_MADE = 8
"""How many badges of a shape are verified in turn, so that none is remembered from the last time alone."""

_MEASURED = {
    "proof_seen": "proof",
    "proof_unseen": "unseen proof",
    "report_seen": "report",
    "report_unseen": "unseen report",
}


@dataclass(frozen=True)
class Badge:
    """The signed text of a badge, and what was fetched for it."""

    text: str
    library: Library


def measure(rounds: int = ROUNDS) -> dict[str, dict[str, float]]:
    """Return badges per CPU second for each kind of badge, medians of interleaved rounds.

    What the peer, Digital Bazaar's verifier in node, does is left out where that is not installed.
    """
    kinds = {name: _several(name) for name in samples()}
    found: dict[str, list[float]] = {}
    with javascript.asked("bench.mjs", _world()) as ask:
        slices = dict(_slices(kinds, ask))
        for number in range(rounds + 1):
            for name, run in slices.items():
                rate = run()
                if number:  # the first round warms everybody up
                    found.setdefault(name, []).append(rate)
    rates = {name: statistics.median(each) for name, each in found.items()}
    return {name: _row(name, made[0], rates) for name, made in kinds.items()}


def samples(number: int = 0) -> dict[str, Badge]:
    """Return one badge of each kind, with the same content: ours has a status entry, the others have none.

    Badges of other numbers are of the same shapes, for other people.
    """
    ours = _numbered({name: value for name, value in badges.badge().items() if name != "proof"}, number)
    plain = {name: value for name, value in ours.items() if name != "credentialStatus"}
    by_key = _GUILD.sign(plain | {"issuer": plain["issuer"] | {"id": _GUILD.did}})
    method = f"{SITE}#{_GUILD.multikey}"
    by_site = _GUILD.sign(plain | {"issuer": plain["issuer"] | {"id": SITE}}, verificationMethod=method)
    lists = {url: each for url, each in badges.LISTS.items() if url == badges.ADDRESSES.status_list(1)}
    return {
        "own": Badge(
            documents.text(badges.sign(ours)), badges.library({badges.ADDRESSES.did: badges.KEYS}, lists)
        ),
        "did:key": Badge(documents.text(by_key), badges.library({_GUILD.did: _GUILD.keys}, {})),
        "did:web": Badge(documents.text(by_site), badges.library({SITE: _site()}, {})),
    }


def verify(badge: Badge) -> None:
    """Verify a badge from its text, with everything there that would have been fetched."""
    opened = opening.opened_text(badge.text)
    found = report.report(Materials(document=opened.document, now=badges.NOW, library=badge.library))
    if found.result not in TRUSTED:
        raise AssertionError(f"the badge of the benchmark is {found.result}")


def verify_proof(badge: Badge) -> None:
    """Verify the proof of a badge alone, from its text, under the key that its method names."""
    document = documents.parse(badge.text.encode())
    proof = document["proof"]
    key = keys.public_key_of_multikey(proof["verificationMethod"].partition("#")[2])
    proofs.verify(document, proof, key)


def _numbered(document: Document, number: int) -> Document:
    subject = document["credentialSubject"]
    identifier = [each | {"salt": f"q7Xv2mP{number}"} for each in subject["identifier"]]
    evidence = [each | {"name": f"{each['name']} {number}"} for each in document["evidence"]]
    changed = {"id": document["id"][:-1] + str(number + 1), "evidence": evidence}
    return document | changed | {"credentialSubject": subject | {"identifier": identifier}}


def _several(name: str) -> list[Badge]:
    return [samples(number)[name] for number in range(_MADE)]


def _unseen(badge: Badge) -> Iterator[Badge]:
    """Yield a badge in one order of its members after another, all of them under the one seal."""
    chance = random.Random(badge.text)
    document = json.loads(badge.text)
    while True:
        ordered = _shuffled(document, chance)
        ordered["credentialSubject"] = _shuffled(document["credentialSubject"], chance)
        yield Badge(documents.text(ordered), badge.library)


def _shuffled(document: Document, chance: random.Random) -> Document:
    return {name: document[name] for name in chance.sample(list(document), len(document))}


def _site() -> Document:
    return did.did_document(SITE, [_GUILD.multikey])


def _slices(
    kinds: dict[str, list[Badge]], ask: Callable[[str], float] | None
) -> Iterator[tuple[str, Callable[[], float]]]:
    """Yield what each round has a slice of time for."""
    for name, made in kinds.items():
        seen, unseen = itertools.cycle(made), _unseen(made[0])
        yield f"{name}, bare", partial(signing.rate, _bare(made[0]))
        yield f"{name}, proof", partial(signing.rate, partial(_next, verify_proof, seen))
        yield f"{name}, report", partial(signing.rate, partial(_next, verify, seen))
        yield f"{name}, unseen proof", partial(signing.rate, partial(_next, verify_proof, unseen))
        yield f"{name}, unseen report", partial(signing.rate, partial(_next, verify, unseen))
        if ask is not None:
            yield f"{name}, peer", partial(ask, f"report {name}")
            yield f"{name}, peer's proof", partial(ask, f"proof {name}")


def _next(check: Callable[[Badge], None], those: Iterator[Badge]) -> None:
    check(next(those))


def _bare(badge: Badge) -> Callable[[], None]:
    """Return what no verifier can spare: one verification of Ed25519 and two hashes of canonical forms."""
    document = json.loads(badge.text)
    proof = document.pop("proof")
    signature = multibase.decode(proof.pop("proofValue"))
    body = canonical.rdfc(document)
    options = canonical.rdfc({**proof, "@context": document["@context"]})
    key = multibase.public_key(proof["verificationMethod"].partition("#")[2])
    return lambda: key.verify(signature, sha256(options).digest() + sha256(body).digest())


def _row(name: str, badge: Badge, rates: dict[str, float]) -> dict[str, float]:
    """Return a row of the table. `per_s`, `limit_per_s` and `of_peer` are other names that readers know."""
    bare, peer = rates[f"{name}, bare"], rates.get(f"{name}, peer")
    measured = {key: rates[f"{name}, {what}"] for key, what in _MEASURED.items()}
    row = {
        "bare_per_s": bare,
        **{f"{key}_per_s": rate for key, rate in measured.items()},
        **{f"{key}_of_limit": rate / bare for key, rate in measured.items()},
        "per_s": measured["report_seen"],
        "limit_per_s": bare,
        "of_limit": measured["report_seen"] / bare,
        "bytes": float(len(badge.text.encode())),
    }
    if peer is None:
        return row
    peers = {"report": peer, "proof": rates[f"{name}, peer's proof"]}
    return {
        **row,
        "peer_per_s": peer,
        "peer_proof_per_s": peers["proof"],
        "of_peer": measured["report_seen"] / peer,
        **{f"{key}_of_peer": rate / peers[key.partition("_")[0]] for key, rate in measured.items()},
    }


def _world() -> Document:
    """Return what the peer may look at: the same that we may."""
    own_site = f"https://{badges.ADDRESSES.did.removeprefix('did:web:')}/.well-known/did.json"
    return {
        "documents": outside.world(
            {_GUILD.did: _GUILD.keys, _SITE_AT: _site(), own_site: badges.KEYS, **badges.LISTS}
        ),
        "badges": {name: json.loads(badge.text) for name, badge in samples().items()},
        "now": badges.NOW.isoformat(),
        "seconds": signing.SLICE_SECONDS,
    }
