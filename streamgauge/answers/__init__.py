"""What a reader asks, one file a question; each answer is a frozen dataclass that every surface shows alike."""
