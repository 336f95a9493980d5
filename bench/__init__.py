"""Benchmarks: our time against a limit or a peer, both taken in the same run on the same machine."""
