"""Claims about delivery, one file a claim, each with evidence and a hint; they read metrics only. None is made yet."""
