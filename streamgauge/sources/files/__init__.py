"""Files as a source: whatever a tool exported becomes tables, and tables become records."""
