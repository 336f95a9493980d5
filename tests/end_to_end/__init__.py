"""The command, from a repository to its JSON, compared with the second computation."""
