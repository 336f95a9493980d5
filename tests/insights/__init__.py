"""Tests of what is claimed about a stream: each claim where it is true, and none where it is not."""
