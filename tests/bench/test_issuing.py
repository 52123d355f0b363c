from tests.bench import issuing


def test_the_issuing_benchmark_compares_chunks_with_the_limits() -> None:
    found = issuing.measure(rounds=1)

    measured = {
        "chunk_per_s",
        "alone_per_s",
        "alone_p50_ms",
        "store_per_s",
        "chunk_statements",
        "alone_statements",
    }
    assert measured | {"limit_per_s", "ratio_to_limit", "ratio_to_store"} <= set(found)
    assert 0 < found["ratio_to_limit"] < 1
    assert found["chunk_statements"] == found["alone_statements"] <= 13
