"""What is signed by plan is what is signed without one, byte for byte."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import copy
from dataclasses import replace
from typing import Any, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from issuer.core import documents
from issuer.core.credentials import build
from issuer.core.documents import Document
from issuer.core.securing import canonical, contexts, issuing, proofs
from issuer.core.securing.plans import generated, planner, reader
from issuer.core.securing.plans.plan import Plan
from issuer.core.securing.plans.planner import Planner
from issuer.core.securing.plans.plans import Plans
from issuer.core.securing.plans.shapes import NotCovered
from issuer.core.securing.plans.text import TextPlan
from issuer.core.securing.proofs import UnsecuredCredential
from issuer.telemetry import Metrics
from tests.support import badges, strangers

Place: TypeAlias = Any
"""A part of a document, or the name or number under which it has one."""

Change: TypeAlias = Callable[[Place, Place], object]

GIVEN = badges.ingredients(badges.FULL)
FIXED = {id(GIVEN.issuer): "profile", id(GIVEN.achievement): "version"}


def both(given: build.Ingredients, cryptosuite: str = proofs.EDDSA_RDFC) -> tuple[str, str]:
    document = build.build(given)
    proof = proofs.options(document, method=badges.METHOD, created=badges.CREATED, cryptosuite=cryptosuite)
    prepared = issuing.prepare(document, proof, FIXED)
    signature = badges.KEY.sign(proofs.signing_input(document, proof))
    plain = documents.text(proofs.attach(document, proof, signature))
    return prepared.secured(badges.KEY.sign(prepared.signing_input)), plain


@pytest.mark.parametrize("cryptosuite", proofs.CRYPTOSUITES)
def test_a_badge_is_the_same_however_often_its_plan_was_used(cryptosuite: str) -> None:
    for number in range(planner.OFTEN + 5):
        by_plan, plain = both(replace(GIVEN, salt=f"salt-{number}"), cryptosuite)
        assert by_plan == plain


@pytest.mark.parametrize("cryptosuite", proofs.CRYPTOSUITES)
@given(narrative=st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=60))
@settings(max_examples=100, deadline=None)
def test_no_text_can_change_what_a_plan_says_around_it(cryptosuite: str, narrative: str) -> None:
    event = GIVEN.event.model_copy(update={"narrative": narrative})

    by_plan, plain = both(replace(GIVEN, event=event), cryptosuite)

    assert by_plan == plain


def test_an_id_that_an_unread_part_has_is_left_to_the_general_path() -> None:
    by_plan, plain = both(replace(GIVEN, credential_id=GIVEN.achievement["id"]))

    assert by_plan == plain


def in_use() -> Planner:
    """Return a planner that has made code for badges like `GIVEN`."""
    found = Planner(contexts.in_force())
    for number in range(planner.OFTEN + 3):
        with suppress(NotCovered):
            found.filled(build.build(replace(GIVEN, salt=f"again-{number}")), FIXED)
    return found


def test_the_plans_of_what_we_issue_become_code() -> None:
    plans, _ = in_use().plans(build.build(GIVEN), FIXED)

    assert plans.read is not None
    assert plans.canonical.is_generated


def parts(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the way to every part of a document that is not fixed."""
    if id(value) in FIXED:
        return
    yield path
    if isinstance(value, dict | list):
        for name, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from parts(item, (*path, name))


def changed(path: tuple[str | int, ...], how: Change) -> Document:
    """Return a badge in which one member, or item, was changed in place."""
    document = build.build(GIVEN)
    place: Place = document
    for name in path[:-1]:
        if id(place[name]) not in FIXED:
            place[name] = copy(place[name])
        place = place[name]
    how(place, path[-1])
    return document


def doubled(place: Place, name: Place) -> None:
    if isinstance(place, list):
        place.append(place[name])
    else:
        place[f"{name}2"] = place[name]


def moved_to_the_end(place: Place, name: Place) -> None:
    if isinstance(place, list):
        place.append(place.pop(name))
    else:
        place[name] = place.pop(name)


def becoming(value: Place) -> Change:
    return lambda place, name: place.__setitem__(name, value)


VALUES: tuple[Place, ...] = (
    "another",
    'with a "quote"',
    "a\u2028b",
    "urn:x",
    "",
    1,
    1.0,
    True,
    None,
    [],
    {},
    ["x"],
)
CHANGES: dict[str, Change] = {
    "missing": lambda place, name: place.pop(name),
    "doubled": doubled,
    "moved": moved_to_the_end,
    **{repr(value): becoming(value) for value in VALUES},
}


@pytest.mark.parametrize("how", CHANGES.values(), ids=CHANGES)
def test_a_document_that_differs_in_one_place_is_never_taken_for_another(
    how: Change,
) -> None:
    used = in_use()

    for path in list(parts(build.build(GIVEN)))[1:]:
        document = changed(path, how)
        with suppress(NotCovered):
            canonical_form, text = used.filled(document, FIXED)
            assert text == documents.text(document)
            assert canonical_form == canonical.rdfc(document).decode()
    assert used.counts["filled"] > planner.OFTEN


def test_a_plan_that_turns_out_wrong_is_stopped_and_the_general_path_answers() -> None:
    used, document = in_use(), build.build(GIVEN)
    plans, _ = used.plans(document, FIXED)
    plans.text = TextPlan(documents.text, build.build(replace(GIVEN, salt="another")), FIXED, set(range(400)))

    with pytest.raises(NotCovered):
        used.filled(document, FIXED, sampled=True)

    assert used.counts["mismatch"] == 1
    with pytest.raises(NotCovered):
        used.filled(document, FIXED)


def test_no_plan_is_made_in_the_place_of_one_that_was_stopped() -> None:
    used, document = Planner(contexts.in_force(), ours=300_000), build.build(GIVEN)
    for _ in range(3):
        with suppress(NotCovered):
            used.filled(document, FIXED)
    plans, _ = used.plans(document, FIXED)
    plans.text = TextPlan(documents.text, build.build(replace(GIVEN, salt="another")), FIXED, set(range(400)))
    with suppress(NotCovered):
        used.filled(document, FIXED, sampled=True)
    for number in range(8):  # others push it out
        evidence = [{"type": ["Evidence"], "name": f"{each}"} for each in range(number + 4)]
        for _ in range(3):
            with suppress(NotCovered):
                used.filled(build.build(GIVEN) | {"evidence": evidence}, FIXED)
    compiled = used.counts["compiled"]

    for _ in range(20):
        with pytest.raises(NotCovered):
            used.filled(document, FIXED)

    assert used.counts["compiled"] == compiled


@pytest.fixture
def in_service() -> Iterator[Planner]:
    """Yield a planner that issues in this process, in the place of the usual one."""
    known = contexts.in_force()
    usual = planner.planner(known)
    known.kept[Planner] = used = in_use()
    yield used
    known.kept[Planner] = usual


def test_a_badge_whose_plan_is_wrong_goes_out_as_it_should(in_service: Planner) -> None:
    plans, _ = in_service.plans(build.build(GIVEN), FIXED)
    plans.canonical = Plan([("<urn:s>", "<urn:p>", '"o"', "")], [None] * 400)
    document = build.build(GIVEN)
    proof = proofs.options(document, method=badges.METHOD, created=badges.CREATED)

    prepared = issuing.prepare(document, proof, FIXED, sampled=True)

    assert prepared.signing_input == proofs.signing_input(document, proof)
    assert in_service.counts["mismatch"] == 1


def test_what_became_of_plans_is_counted_once_for_the_operator(in_service: Planner) -> None:
    metrics, results = Metrics(), {"filled": 7, "general": 5, "compiled": 3, "mismatch": 1}
    in_service.counts.clear()
    in_service.counts.update(results)

    with capture_logs() as logged:
        shown = [metrics.exposition().decode() for _ in range(2)]

    for name, count in results.items():
        assert all(f'issuer_plans_total{{result="{name}"}} {count}.0' in text for text in shown)
    assert logged == [{"event": "plan_is_wrong", "log_level": "error", "count": 1}]


def test_a_sampled_badge_is_filled_in_where_the_general_path_agrees() -> None:
    used = in_use()

    assert used.filled(build.build(GIVEN), FIXED, sampled=True)[1] == documents.text(build.build(GIVEN))
    assert used.counts["mismatch"] == 0


def test_no_code_is_made_for_a_document_without_fixed_parts() -> None:
    used = Planner(contexts.in_force())
    for number in range(planner.OFTEN + 5):
        with suppress(NotCovered):
            used.filled(build.build(replace(GIVEN, salt=f"again-{number}")))

    plans, _ = used.plans(build.build(GIVEN), {})
    assert plans.read is None
    assert not plans.canonical.is_generated


def signed() -> tuple[issuing.Prepared, str, UnsecuredCredential, Document]:
    document = build.build(GIVEN)
    proof = proofs.options(document, method=badges.METHOD, created=badges.CREATED)
    prepared = issuing.prepare(document, proof, FIXED)
    return prepared, prepared.secured(badges.KEY.sign(prepared.signing_input)), document, proof


LISTED = {badges.METHOD: badges.MULTIKEY}


class TestBeforePublishing:
    def test_what_was_meant_and_signed_is_let_through(self) -> None:
        issuing.check(*signed(), LISTED)

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ('"name":"Feed', '"name":"Food'),
            ('"type":["Profile"]', '"type":"Profile"'),
            ('"proofPurpose":"assertionMethod"', '"proofPurpose":"authentication"'),
            ("{", '{"more":1,'),
        ],
    )
    def test_a_text_that_says_something_else_is_refused(self, before: str, after: str) -> None:
        prepared, text, document, proof = signed()
        assert before in text

        with pytest.raises(proofs.InvalidProof, match="not the badge that was meant"):
            issuing.check(prepared, text.replace(before, after, 1), document, proof, LISTED)

    def test_a_signature_by_another_key_is_refused(self) -> None:
        prepared, _, document, proof = signed()
        text = prepared.secured(strangers.stranger("else").key.sign(prepared.signing_input))

        with pytest.raises(proofs.InvalidProof, match="does not hold"):
            issuing.check(prepared, text, document, proof, LISTED)

    def test_a_signature_over_other_bytes_is_refused(self) -> None:
        prepared, _, document, proof = signed()
        text = prepared.secured(badges.KEY.sign(prepared.signing_input[::-1]))

        with pytest.raises(proofs.InvalidProof, match="does not hold"):
            issuing.check(prepared, text, document, proof, LISTED)

    def test_a_key_that_nobody_can_look_up_is_refused(self) -> None:
        with pytest.raises(proofs.InvalidProof, match="not listed"):
            issuing.check(*signed(), {})


def test_code_that_writes_something_else_is_seen_before_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    written = generated.writer
    monkeypatch.setattr(generated, "writer", lambda *given: lambda values: written(*given)(values) + " ")

    assert_never_wrong()


def test_code_that_reads_something_else_is_seen_before_it_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    made = reader.reader

    def spoiled(document: Document, *given: Place) -> reader.Read:
        read = made(document, *given)
        return lambda *asked: [text.replace(" ", "  ") for text in read(*asked) or []]

    monkeypatch.setattr(planner, "reader", spoiled)

    assert_never_wrong()


def test_code_that_is_wrong_never_fills_in_what_another_thread_is_at(monkeypatch: pytest.MonkeyPatch) -> None:
    written = generated.writer
    monkeypatch.setattr(generated, "writer", lambda *given: lambda values: written(*given)(values) + " ")
    used = Planner(contexts.in_force())
    plans, texts = used_up_to_code(used)

    with pytest.raises(NotCovered):
        used.filled(build.build(GIVEN), FIXED)

    assert used.counts["mismatch"] == 1
    assert plans.fill(texts)[0] == canonical.rdfc(build.build(GIVEN)).decode()


def test_the_form_of_the_other_cryptosuite_is_compared_before_code_is_used() -> None:
    used = Planner(contexts.in_force())
    plans, _ = used_up_to_code(used)
    plans.sorted = TextPlan(documents.text, build.build(GIVEN), FIXED, set(range(400)))

    with pytest.raises(NotCovered):
        used.filled(build.build(GIVEN), FIXED, jcs=True)

    assert used.counts["mismatch"] == 1


def used_up_to_code(used: Planner) -> tuple[Plans, list[str]]:
    """Return plans for which code is made at the next use, and the texts of `GIVEN` for them."""
    for _ in range(planner.OFTEN):
        with suppress(NotCovered):
            used.plans(build.build(GIVEN), FIXED)
    plans, texts = used.plans(build.build(GIVEN), FIXED)
    assert plans.uses == planner.OFTEN - 1
    return plans, texts


def test_plans_that_are_stopped_stop_all_that_were_compiled_for_the_same_documents() -> None:
    used = Planner(contexts.in_force(), ours=300_000)
    for _ in range(planner.OFTEN + 3):
        with suppress(NotCovered):
            used.plans(build.build(GIVEN), FIXED)
    at_hand, _ = used.plans(build.build(GIVEN), FIXED)
    for number in range(8):  # others push it out of one memory, and it stays in the other
        evidence = [{"type": ["Evidence"], "name": f"{each}"} for each in range(number + 4)]
        for _ in range(3):
            with suppress(NotCovered):
                used.filled(build.build(GIVEN) | {"evidence": evidence}, FIXED)
    longer = build.build(replace(GIVEN, credential_id=f"{GIVEN.credential_id}{'1' * 10}"))
    for _ in range(20):
        with suppress(NotCovered):
            used.filled(longer, FIXED)
    again, _ = used.plans(longer, FIXED)
    assert again is not at_hand
    assert used.plans(build.build(GIVEN), FIXED)[0] is at_hand

    used.distrust(again)

    for document in (longer, build.build(GIVEN)):
        with pytest.raises(NotCovered):
            used.filled(document, FIXED)


def assert_never_wrong() -> None:
    used = Planner(contexts.in_force())
    for number in range(planner.OFTEN + 10):
        document = build.build(replace(GIVEN, salt=f"again-{number}"))
        with suppress(NotCovered):
            assert used.filled(document, FIXED) == (
                canonical.rdfc(document).decode(),
                documents.text(document),
            )
    assert used.counts["mismatch"] == 1


def test_a_badge_that_does_not_verify_stops_its_plans() -> None:
    known = contexts.in_force()
    proof = proofs.options(build.build(GIVEN), method=badges.METHOD, created=badges.CREATED)
    fixed = {id(GIVEN.issuer): "profile", id(GIVEN.achievement): "version that is distrusted"}
    for number in range(5):
        issuing.prepare(build.build(replace(GIVEN, salt=f"again-{number}")), proof, fixed)

    issuing.prepare(build.build(GIVEN), proof, fixed).distrust()

    with pytest.raises(NotCovered):
        planner.planner(known).filled(build.build(GIVEN), fixed)
