"""`issuer issue --file` as an operator runs it: whole files, bad lines, Ctrl-C and kills."""

import json
import os
import random
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from issuer.cli import issue_lines
from issuer.cli.issue_lines import Mark, Reader
from issuer.core.documents import Document
from issuer.db.tables import Credential, Event
from issuer.services import finish
from tests.support import process
from tests.support.forking import Forked
from tests.support.world import World

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def write(path: Path, events: list[Document]) -> str:
    path.write_text("".join(json.dumps(event) + "\n" for event in events))
    return str(path)


def run(world: World, *arguments: str, code: int = 0, stdin: bytes = b"") -> str:
    """Run `issuer issue` and return what it printed: its answer, then what it said besides."""
    with process.running(world, "issue", *arguments) as found:
        answer, besides = found.communicate(stdin, timeout=200)
    printed = answer.decode() + besides.decode()
    assert found.returncode == code, printed
    assert "Traceback" not in printed
    return printed


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def stored(world: World) -> tuple[int, int]:
    """Return how many events and how many badges there are."""
    with world.context.database.read() as session:
        signed = select(func.count()).select_from(Credential).where(Credential.secured.is_not(None))
        return session.scalar(select(func.count()).select_from(Event)) or 0, session.scalar(signed) or 0


def test_every_event_of_a_file_gets_its_badge_and_the_results_say_which(alder: World, tmp_path: Path) -> None:
    events = [alder.event() for _ in range(7)]
    results = tmp_path / "results.ndjson"

    printed = run(
        alder, "--file", write(tmp_path / "events.ndjson", events), "--output", str(results), "--chunk", "3"
    )

    found = rows(results)
    assert "7 lines: 7 issued, 0 already there, 0 refused" in printed
    assert [row["line"] for row in found] == [*range(1, 8)]
    assert [row["id"] for row in found] == [event["id"] for event in events]
    assert all(row["url"].endswith("/b/" + row["award"]) for row in found)
    assert stored(alder) == (7, 7)
    assert not (tmp_path / "events.ndjson.progress").exists()


@on_sqlite
def test_a_file_that_is_sent_again_issues_nothing(alder: World, tmp_path: Path) -> None:
    place = write(tmp_path / "events.ndjson", [alder.event() for _ in range(3)])
    run(alder, "--file", place)

    assert "3 lines: 0 issued, 3 already there, 0 refused" in run(alder, "--file", place)
    assert stored(alder) == (3, 3)


@on_sqlite
def test_a_file_counts_as_sent_by_the_client_that_it_is_said_to_be_of(alder: World, tmp_path: Path) -> None:
    event = alder.event()
    alder.send(event)
    place = write(tmp_path / "events.ndjson", [event])

    printed = run(alder, "--file", place, "--client", "tests", "--tenant", "alder")

    assert "0 issued, 1 already there" in printed


@on_sqlite
def test_a_client_that_there_is_not_is_refused_before_anything_else(alder: World, tmp_path: Path) -> None:
    place = write(tmp_path / "events.ndjson", [alder.event()])

    assert "issuer client list" in run(alder, "--file", place, "--client", "nobody", code=2)
    assert stored(alder) == (0, 0)


@on_sqlite
def test_events_come_from_standard_input_too(alder: World) -> None:
    text = "".join(json.dumps(alder.event()) + "\n" for _ in range(3))

    assert "3 issued" in run(alder, "--file", "-", stdin=text.encode().rstrip(b"\n"))


@on_sqlite
def test_bad_lines_are_named_and_stop_nothing(alder: World, tmp_path: Path) -> None:
    place, results = tmp_path / "events.ndjson", tmp_path / "results.ndjson"
    good, unknown = alder.event(), alder.event(achievement="MC-FEEDBAK")
    lines = [
        b"{not json",
        json.dumps(good).encode(),
        b"",
        b'"' + b"x" * 600_000 + b'"',
        json.dumps(unknown).encode(),
        json.dumps(alder.event(recipient={})).encode(),
        b"\xff\xfe",
        json.dumps(alder.event()).encode(),
    ]
    place.write_bytes(b"\r\n".join(lines))

    printed = run(alder, "--file", str(place), "--output", str(results), code=1)

    found = {row["line"]: row for row in rows(results)}
    assert "8 lines: 2 issued, 0 already there, 5 refused" in printed
    assert found[1]["code"] == found[7]["code"] == "malformed-document"
    assert found[2]["outcome"] == found[8]["outcome"] == "issued"
    assert found[4]["code"] == "document-too-large"
    assert (found[5]["id"], found[5]["code"]) == (unknown["id"], "not-awardable")
    assert found[6]["faults"][0]["pointer"].startswith("/recipient")
    assert 3 not in found


@on_sqlite
def test_without_a_file_of_results_refusals_are_told_line_by_line(alder: World, tmp_path: Path) -> None:
    place = write(tmp_path / "events.ndjson", [alder.event(), alder.event(type="submission.rejected")])

    printed = run(alder, "--file", place, code=1)

    assert "line 2: unknown-event-type" in printed
    assert "/type" in printed


@on_sqlite
def test_a_dry_run_says_what_would_be_refused_and_issues_nothing(alder: World, tmp_path: Path) -> None:
    place = write(tmp_path / "events.ndjson", [alder.event(), alder.event(achievement="MC-OTHER"), {}])

    printed = run(alder, "--file", place, "--dry-run", code=1)

    assert "3 lines: 2 would be refused" in printed
    assert "line 2: not-awardable" in printed
    assert stored(alder) == (0, 0)
    assert not (tmp_path / "events.ndjson.progress").exists()


@on_sqlite
def test_a_file_of_results_is_never_written_over(alder: World, tmp_path: Path) -> None:
    place, results = write(tmp_path / "events.ndjson", [alder.event()]), tmp_path / "results.ndjson"
    results.write_text("precious\n")

    assert "is there already" in run(alder, "--file", place, "--output", str(results), code=2)
    assert results.read_text() == "precious\n"


@on_sqlite
def test_what_cannot_run_ends_with_two(alder: World, tmp_path: Path) -> None:
    assert "No such file" in run(alder, "--file", str(tmp_path / "nowhere"), code=2)
    run(alder, "--file", "-", "--tenant", "nobody", code=2)


@on_sqlite
def test_a_key_that_is_away_stops_the_run_and_refuses_no_event(alder: World, tmp_path: Path) -> None:
    place, results = write(tmp_path / "events.ndjson", [alder.event()]), tmp_path / "results.ndjson"
    folder = alder.context.settings.keys_dir
    folder.rename(tmp_path / "away")

    run(alder, "--file", place, "--output", str(results), code=2)
    (tmp_path / "away").rename(folder)

    assert results.read_text() == ""
    run(alder, "--file", place, "--output", str(results))
    assert [row["line"] for row in rows(results)] == [1]
    assert stored(alder) == (1, 1)


@pytest.mark.slow
def test_killed_at_any_moment_it_goes_on_and_issues_every_event_once(alder: World, tmp_path: Path) -> None:
    events = [alder.event() for _ in range(300)]
    place, results = write(tmp_path / "events.ndjson", events), tmp_path / "results.ndjson"
    arguments = ("issue", "--file", place, "--output", str(results), "--chunk", "10")
    chance = random.Random(11)

    for _ in range(5):
        with process.running(alder, *arguments) as killed:
            wait_for_chunks(Path(place + ".progress"), killed, chance.randrange(1, 4))
            time.sleep(chance.random() / 20)
            killed.kill()
    printed = run(alder, *arguments[1:])

    finish.finish_all(alder.context)
    found = rows(results)
    assert "300 lines:" in printed
    assert [row["id"] for row in found] == [event["id"] for event in events]
    assert len({row["award"] for row in found}) == len(events)
    assert stored(alder) == (300, 300)


def test_a_file_that_this_run_did_not_begin_is_never_cut(alder: World, tmp_path: Path) -> None:
    alder.publish()
    place = write(tmp_path / "events.ndjson", [alder.event() for _ in range(3)])
    precious = tmp_path / "precious.txt"
    precious.write_text("ten years of work\n")
    whole = Path(place).read_bytes()
    run(alder, "--file", place)
    owner = f"{alder.tenant.id} operator no results"
    issue_lines.remember(tmp_path / "events.ndjson.progress", owner, issue_lines.Mark(line=0))

    said = [
        run(alder, "--file", place, "--output", str(precious), code=2),
        run(alder, "--file", place, "--output", place, code=2),
        run(alder, "--file", place, "--state", place, code=2),
        run(alder, "--file", place, "--state", str(precious), code=2),
    ]

    assert ["is there already" in said[0], "three different files" in said[1]] == [True, True]
    assert ["three different files" in said[2], "no file of progress" in said[3]] == [True, True]
    assert precious.read_text() == "ten years of work\n"
    assert Path(place).read_bytes() == whole


@pytest.mark.slow
@on_sqlite
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_told_to_stop_it_ends_the_chunk_in_hand_and_says_how_to_go_on(
    alder: World, tmp_path: Path, number: signal.Signals
) -> None:
    place, results = tmp_path / "events.ndjson", tmp_path / "results.ndjson"
    write(place, [alder.event() for _ in range(600)])
    arguments = ("--file", str(place), "--output", str(results))

    with process.running(alder, "issue", *arguments, "--chunk", "5") as stopped:
        wait_for_chunks(tmp_path / "events.ndjson.progress", stopped, 2)
        stopped.send_signal(number)
        _, said = stopped.communicate(timeout=60)
    done = len(rows(results))

    assert stopped.returncode == 130
    assert f"stopped after line {done}: run the same command again to go on" in said.decode()
    assert stored(alder) == (done, done)
    assert "600 issued, 0 already there, 0 refused" in run(alder, *arguments)


@on_sqlite
def test_a_file_that_was_changed_is_read_from_its_beginning(alder: World, tmp_path: Path) -> None:
    events = [alder.event() for _ in range(4)]
    place, state = tmp_path / "events.ndjson", tmp_path / "state"
    write(place, events)
    with place.open("rb") as file:
        reader = Reader(file)
        reader.chunk(2)
        owner = f"{alder.tenant.id} operator no results"
        issue_lines.remember(state, owner, Mark(reader.offset, reader.line, reader.sha256))
    write(place, [alder.event(), *events[1:]])

    assert "4 issued" in run(alder, "--file", str(place), "--state", str(state))


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"owner": "me", "mark": {"unheard": 1}}', '{"owner": "you"}']
)
def test_a_state_that_cannot_be_made_out_is_none(tmp_path: Path, text: str) -> None:
    state = tmp_path / "state"
    state.write_text(text)

    assert issue_lines.recall(state, "me") is None


@given(st.lists(st.binary(max_size=40), max_size=30), st.integers(1, 7), st.integers(0, 5))
def test_reading_on_from_a_mark_gives_what_reading_through_gives(
    tmp_path_factory: pytest.TempPathFactory, texts: list[bytes], size: int, chunks: int
) -> None:
    place = tmp_path_factory.mktemp("reading") / "events"
    place.write_bytes(b"\n".join(texts))
    with place.open("rb") as file, place.open("rb") as again:
        through, resumed = Reader(file), Reader(again)
        for _ in range(chunks):
            through.chunk(size)
        mark = Mark(through.offset, through.line, through.sha256)

        assert resumed.skip_to(mark)

        while chunk := through.chunk(size):
            assert resumed.chunk(size) == chunk
        assert resumed.chunk(size) == []
        assert (resumed.offset, resumed.sha256) == (through.offset, through.sha256)


@pytest.mark.slow
@on_sqlite
def test_memory_stays_flat_whatever_the_size_of_the_file(alder: World, tmp_path: Path) -> None:
    small, large = tmp_path / "small.ndjson", tmp_path / "large.ndjson"
    line = json.dumps({"id": "event", "padding": "x" * 50_000}) + "\n"
    small.write_text(line)
    with large.open("w") as file:
        file.writelines(line for _ in range(2000))

    grown = peak(alder, tmp_path, "--file", str(large)) - peak(alder, tmp_path, "--file", str(small))

    assert grown < large.stat().st_size / 4


@pytest.mark.slow
@on_sqlite
def test_five_thousand_events_take_no_more_memory_than_five_hundred(alder: World, tmp_path: Path) -> None:
    few = write(tmp_path / "few.ndjson", [alder.event() for _ in range(500)])
    many = write(tmp_path / "many.ndjson", [alder.event() for _ in range(5000)])

    grown = peak(alder, tmp_path, "--file", many) - peak(alder, tmp_path, "--file", few)

    assert stored(alder) == (5500, 5500)
    assert grown < 20_000_000


def peak(world: World, folder: Path, *arguments: str) -> int:
    """Return the most memory that a run had, in bytes."""
    with (folder / "said").open("wb") as said:
        found = subprocess.Popen(
            [*process.COMMAND, "issue", *arguments],
            env=process.environment_of(world),
            stdout=said,
            stderr=said,
        )
        _, status, usage = os.wait4(found.pid, 0)
        found.returncode = os.waitstatus_to_exitcode(status)
    assert found.returncode in (0, 1), (folder / "said").read_text()[-2000:]
    return int(usage.ru_maxrss) * (1 if os.uname().sysname == "Darwin" else 1024)


def wait_for_chunks(state: Path, running: Forked, more: int) -> None:
    """Wait until some more chunks were committed, or all of them."""
    before, deadline = offset(state), time.monotonic() + 60
    seen = {before}
    while running.poll() is None and len(seen) <= more:
        assert time.monotonic() < deadline
        seen.add(offset(state))
        time.sleep(0.001)


def offset(state: Path) -> int:
    try:
        return int(json.loads(state.read_text())["mark"]["offset"])
    except FileNotFoundError:
        return 0
