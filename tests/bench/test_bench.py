from tests.bench import signing


def test_the_signing_benchmark_measures_what_verifies() -> None:
    found = signing.measure(rounds=1)

    assert 0 < found["ratio_to_limit"] < 1
    assert 0 < found["checked_to_plain"] < 1
    assert found["badge_bytes"] > 2000
