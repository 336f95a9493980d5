"""Tests of git as a source."""
