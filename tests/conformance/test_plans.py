"""Twenty thousand documents by every path and by PyLD alone, a fifth of them elsewhere: the same bytes."""

import json
import random
from collections.abc import Callable

import pyoxigraph
import pytest
from pyld import canon

from issuer.core import documents
from issuer.core.documents import Document
from issuer.core.securing import canonical, contexts
from issuer.core.securing.plans.planner import Planner
from issuer.core.securing.plans.shapes import NotCovered
from issuer.errors import Invalid
from tests.support import badges

pytestmark = [pytest.mark.conformance, pytest.mark.slow]

PARTS, EACH, SHAPES = 20, 1_000, 8
ASKED_ELSEWHERE = 5
"""One document in five is put before the other implementation too: it reads every context each time."""

WHOLE = 100
"""One in a hundred goes the general path in one go as well: otherwise its first half is PyLD's too."""

PLANES = [(0x20, 0x7E), (0xA0, 0x2FF), (0x4E00, 0x9FFF), (0xE000, 0xFFFD), (0x10000, 0x1FFFF)]
IN_IRIS = [(0x61, 0x7A), (0xA0, 0xA0), (0xC0, 0x2FF), (0x2000, 0x200A), (0x4E00, 0x9FFF), (0x10000, 0x1FFFD)]
"""Of what no IRI may hold (RFC 3987, 2.2), the other implementation drops the statement without a word."""

PIECES = [
    'a "quoted" word', "two\nlines", "tab\tand\\slash", "%s %d %%", "{0} {name}", " _:b0 ", "_:c14n1",
    "<https://a.example/>", "é", "教育", "\U0001f393", "\uff21", "\ufeff", "\u202eright", "^^<x> .\n", "@en",
    "", " ", "z" * 300, "Zebra", "alpha", "10", "9", "!", "~", "urn:issuer-text:0001.",
]  # fmt: skip
HOSTS = [
    "https://a.example/",
    "https://b.example/",
    "urn:uuid:",
    "did:web:c.example:",
    "mailto:",
    "https://é.example/",
]
BASE: Document = {name: value for name, value in badges.badge(badges.FULL).items() if name != "proof"}


def text(chance: random.Random) -> str:
    if chance.random() < 0.3:
        return chance.choice(PIECES)
    return "".join(chr(chance.randint(*chance.choice(PLANES))) for _ in range(chance.randint(1, 30)))


def iri(chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.05:
        return chance.choice(HOSTS) + "1"
    odd = chr(chance.randint(*chance.choice(IN_IRIS))) if kind < 0.1 else ""
    return f"{chance.choice(HOSTS)}{chance.getrandbits(40):x}{odd}"


def document(shape: random.Random, chance: random.Random) -> Document:
    """Return a badge of a shape, with texts that chance decides and that are sometimes the same."""
    found: Document = json.loads(json.dumps(BASE))
    subject = found["credentialSubject"]
    achievement = subject["achievement"]
    found["id"], found["name"] = iri(chance), text(chance)
    subject["narrative"] = text(chance)
    if shape.random() < 0.3:
        subject["id"] = iri(chance)
    achievement["tag"] = [text(chance) for _ in range(shape.randint(1, 4))]
    achievement["name"] = chance.choice([found["name"], text(chance)])
    achievement["alignment"] = [alignment(chance) for _ in range(shape.randint(1, 3))]
    found["evidence"] = [evidence(shape, chance) for _ in range(shape.randint(0, 4))]
    place = achievement["resultDescription"][0]["id"]
    subject["result"] = [
        {"type": ["Result"], "resultDescription": place, "value": text(chance)}
        for _ in range(shape.randint(0, 4))
    ]
    subject["creditsEarned"] = shape.choice([1, 1.5, 15])
    shuffled = sorted(found.items(), key=lambda _item: shape.random())
    return {name: value for name, value in shuffled if value != []}


def alignment(chance: random.Random) -> Document:
    names = {"targetName": text(chance), "targetCode": text(chance)}
    return {"type": ["Alignment"], "targetUrl": iri(chance), **names}


def evidence(shape: random.Random, chance: random.Random) -> Document:
    given: Document = {"type": ["Evidence"], "name": text(chance)}
    if shape.random() < 0.5:
        given["id"] = iri(chance)
    if shape.random() < 0.5:
        given["description"] = text(chance)
    return given


def general(given: Document) -> tuple[bytes | str, bytes | str]:
    """Return the canonical form of a document by the general path, and by PyLD whatever its blank nodes are.

    Both begin with the same RDF, which takes longer to make than all that follows.
    """
    try:
        dataset = canonical.dataset(given)
        by_pyld = canon.URDNA2015().main(dataset, {"format": "application/n-quads"})
        return canonical.canonize_dataset(dataset).encode(), str(by_pyld).encode()
    except Invalid as error:
        return error.code, error.code


def answer(canonicalise: Callable[[Document], bytes], given: Document) -> bytes | str:
    try:
        return canonicalise(given)
    except Invalid as error:
        return error.code


def issued(planner: Planner, given: Document) -> tuple[bytes | None, bool]:
    """Return the canonical form of what we issue, issuer and criteria known by name; whether code read it."""
    parts = [given["issuer"], given["credentialSubject"]["achievement"]["criteria"]]
    fixed = {id(part): json.dumps(part) for part in parts}
    try:
        plans, (form, text) = planner.planned(given, fixed)
    except (NotCovered, Invalid):
        return None, False
    assert text == documents.text(given)
    return form.encode(), plans.read is not None


def elsewhere(given: Document) -> list[str]:
    """Return the lines of another implementation, which has to be given the contexts themselves."""
    inlined = {
        **given,
        "@context": [contexts.in_force().documents[url]["@context"] for url in given["@context"]],
    }
    quads = pyoxigraph.parse(json.dumps(inlined).encode(), format=pyoxigraph.RdfFormat.JSON_LD)
    dataset = pyoxigraph.Dataset(quads)
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(f"{quad} ." for quad in dataset)


@pytest.mark.parametrize("part", range(PARTS))
def test_a_plan_gives_what_the_general_path_and_another_implementation_give(part: int) -> None:
    chance, read_by_code = random.Random(part), 0
    planner, ours = Planner(contexts.in_force()), Planner(contexts.in_force())
    for number in range(EACH):
        given = document(random.Random(chance.randrange(SHAPES)), chance)
        form, by_pyld = general(given)

        assert form == by_pyld == answer(planner.rdfc, given), given
        if number % WHOLE == 0:
            assert answer(canonical.rdfc, given) == form, given
        by_ours, by_code = issued(ours, given)
        assert by_ours in {None, form}, given
        read_by_code += by_code
        if number % ASKED_ELSEWHERE == 0 and isinstance(form, bytes):
            assert sorted(form.decode().splitlines()) == elsewhere(given), given
    for each in (planner, ours):
        assert each.counts["mismatch"] == 0
        assert each.counts["filled"] - each.counts["compiled"] > EACH / 2
    assert read_by_code > EACH / 2
