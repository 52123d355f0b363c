"""Benchmarks: `make bench`. Each figure stands beside a limit or a peer measured in the same run."""
