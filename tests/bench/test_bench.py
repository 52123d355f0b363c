import json

from rich.console import Console

from tests.bench import __main__ as bench


def test_the_signing_benchmark_writes_what_its_readers_look_for() -> None:
    found = json.loads(json.dumps(bench.measured(Console(quiet=True), ("signing",), rounds=1)))

    assert set(found) == {"machine", "signing"}
    assert set(found["machine"]) == {"python", "system", "processor", "cores", "libraries"}
    assert {
        *("plain_per_s", "general_per_s", "compiling_per_s", "shape_per_s", "compiled_per_s", "limit_per_s"),
        *("compiled_checked_per_s", "jcs_per_s", "jcs_limit_per_s", "jwt_per_s", "jwt_limit_per_s"),
        *("ratio_to_limit", "ratio_to_plain", "general_to_plain", "compiling_to_plain"),
        *("jcs_to_limit", "jwt_to_limit", "badge_bytes", "canonical_bytes"),
    } <= set(found["signing"])
    assert 0 < found["signing"]["ratio_to_limit"] < 1
    assert found["signing"]["ratio_to_plain"] > 1
    assert 3000 < found["signing"]["badge_bytes"] < 5000


def test_the_verifying_benchmark_writes_what_its_readers_look_for() -> None:
    found = json.loads(json.dumps(bench.measured(Console(quiet=True), ("verifying",), rounds=1)))

    assert set(found) == {"machine", "verifying"}
    assert set(found["verifying"]) == {"own", "did:key", "did:web"}
    for row in found["verifying"].values():
        assert {"per_s", "limit_per_s", "of_limit", "bytes", "bare_per_s"} <= set(row)
        assert 0 < row["report_unseen_of_limit"] < row["report_seen_of_limit"] < 1
        assert row["report_seen_of_limit"] < row["proof_seen_of_limit"] < 1


def test_a_delta_costs_no_more_among_many_badges_than_among_few() -> None:
    """By the work, not by the clock: as many rows are made, and the database is asked as often."""
    found = json.loads(
        json.dumps(
            bench.measured(
                Console(quiet=True), ("exporting",), rounds=1, count=10_000, few=1_000, changes=100
            )
        )
    )["exporting"]

    assert found["delta_statements"] == found["delta_few_statements"]
    assert found["delta_bytes"] < 25_000
    assert found["full_mb"] < 2
