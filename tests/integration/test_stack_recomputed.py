"""Stacks of a real issuer, worked out again: by the issuer from its records, by a stranger over HTTP."""

import json
from pathlib import Path

import httpx
import pytest

from issuer.core.documents import Document
from issuer.core.intake.correction import Correction
from issuer.core.verifying.findings import Finding, Outcome
from issuer.core.verifying.report import Report
from issuer.db.tables import Credential
from issuer.services import verify
from issuer.services.after_award import reissue
from tests.integration.test_cli import run
from tests.integration.test_stacks import STACK, earn, offer, stacks, withdraw
from tests.support import server
from tests.support.asking import check
from tests.support.world import World

RULE = {"all": ["MC-FEEDBACK", {"any": 1, "of": ["MC-PEER", "MC-SELF"]}]}


@pytest.fixture
def world(alder: World) -> World:
    for code in ("MC-FEEDBACK", "MC-PEER", "MC-SELF", STACK):
        alder.publish(code, name=f"Badge {code}")
    return alder


def stacked(world: World) -> tuple[Credential, list[Credential]]:
    """Return a stack and the badges that it was awarded for."""
    offer(world, RULE)
    used = [earn(world, "MC-FEEDBACK"), earn(world, "MC-PEER")]
    [stack] = stacks(world)
    return stack, used


def last(found: Report) -> Finding:
    assert found.checks[-1].id == "stack"
    return found.checks[-1]


def test_a_stack_of_our_own_is_worked_out_again_from_our_records(world: World) -> None:
    stack, _ = stacked(world)

    found = world.verify(str(stack.secured))

    assert found.result == "valid"
    assert (last(found).outcome, last(found).code) == (Outcome.PASSED, "stack_recomputed")


def test_a_badge_that_was_withdrawn_since_is_named_and_the_result_stays(world: World) -> None:
    stack, used = stacked(world)
    withdraw(world, used[1])

    found = world.verify(str(stack.secured))

    assert found.result == "valid"
    assert (last(found).outcome, last(found).code) == (Outcome.FAILED, "stack_component_withdrawn")
    assert last(found).message.endswith("taken back since: 'Badge MC-PEER'.")


def test_a_badge_that_was_corrected_since_still_counts(world: World) -> None:
    stack, used = stacked(world)
    correction = Correction.model_validate({"recipient": {"name": "Maria R. Rivera"}})
    reissue.reissue(world.context, world.client, used[0].public_id, correction, request_id="req_correct")

    found = last(world.verify(str(stack.secured)))

    assert found.code == "stack_recomputed"
    assert "Corrected by the issuer since: 'Badge MC-FEEDBACK'." in found.message


def test_a_private_badge_in_it_leaves_the_check_open(world: World) -> None:
    offer(world, RULE)
    earn(world, "MC-FEEDBACK", visibility="private")
    earn(world, "MC-PEER")
    [stack] = stacks(world)

    assert last(world.verify(str(stack.secured))).code == "stack_not_checked"


def test_the_api_and_the_page_say_it_too(http: httpx.Client, world: World) -> None:
    stack, used = stacked(world)
    withdraw(world, used[0])

    report = http.post("/v1/verify", content=str(stack.secured)).json()
    again = http.get(f"/b/{stack.public_id}/verification").json()
    pages = [
        http.post(f"/verify?lang={lang}", files={"file": str(stack.secured).encode()}).text
        for lang in ("en", "es")
    ]

    assert check(report, "stack")["code"] == check(again, "stack")["code"] == "stack_component_withdrawn"
    assert "A badge that it was awarded for was taken back" in pages[0]
    assert "Se retiró una de las insignias por las que se otorgó" in pages[1]
    assert all("Badge MC-FEEDBACK" in page for page in pages)


@pytest.mark.parametrize("by", ["address", "file"])
def test_a_stranger_with_a_copy_of_the_command_works_it_out(alder: World, tmp_path: Path, by: str) -> None:
    with server.local(alder) as (world, _):
        for code in ("MC-FEEDBACK", "MC-PEER", "MC-SELF", STACK):
            world.publish(code, name=f"Badge {code}")
        stack, used = stacked(world)
        document = json.loads(str(stack.secured))
        (tmp_path / "stack.json").write_text(str(stack.secured))
        source = f"{document['id']}.json" if by == "address" else "stack.json"

        before = stranger(tmp_path, source)
        withdraw(world, used[1])
        world.clock.move(minutes=10)
        after = stranger(tmp_path, source)

    assert before["result"] == after["result"] == "issuer_unrecognized"
    assert check(before, "stack")["code"] == "stack_recomputed"
    assert check(after, "stack")["code"] == "stack_component_withdrawn"
    assert "Badge MC-PEER" in check(after, "stack")["message"]


def stranger(folder: Path, source: str) -> Document:
    """Return what `issuer verify` says where there is neither a database nor a setting."""
    found: Document = json.loads(run("verify", "--json", source, folder=folder))
    return found


def test_without_a_network_the_check_stays_open(world: World, tmp_path: Path) -> None:
    stack, _ = stacked(world)
    (tmp_path / "stack.json").write_text(str(stack.secured))

    output = run("verify", "--json", "--offline", "stack.json", folder=tmp_path, code=2)

    assert {each["id"] for each in json.loads(output)["checks"]}.isdisjoint({"stack"})


def test_an_address_of_ours_that_has_no_such_rule_is_not_asked_over_http(world: World) -> None:
    stack, _ = stacked(world)
    with world.context.database.write.begin() as session:
        session.merge(stack).visibility = "listed"

    found = verify.verify_url(world.context, f"https://badges.example.org/b/{stack.public_id}")

    assert last(found).code == "stack_recomputed"


def test_its_page_says_what_it_was_built_from_and_how_each_stands_now(
    http: httpx.Client, world: World
) -> None:
    stack, used = stacked(world)
    address, html = f"/b/{stack.public_id}", {"accept": "text/html"}

    before = http.get(address, headers=html).text
    withdraw(world, used[1])
    after = http.get(address, headers=html).text

    assert "Built from" in before
    assert "Evidence submitted" not in before
    assert "<strong" not in before.partition("Built from")[2].partition("</ul>")[0]
    assert "Withdrawn</strong>" in after.partition("Built from")[2].partition("</ul>")[0]


def test_the_page_of_a_badge_that_was_corrected_says_when(http: httpx.Client, world: World) -> None:
    award = earn(world, "MC-FEEDBACK")
    correction = Correction.model_validate({"recipient": {"name": "Maria R. Rivera"}})
    reissue.reissue(world.context, world.client, award.public_id, correction, request_id="req_correct")

    page = http.get(f"/b/{award.public_id}", headers={"accept": "text/html"}).text

    assert "Corrected" in page
