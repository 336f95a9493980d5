"""Answers as pages: one self-contained HTML file."""
