"""What people decide (gates, sign-offs, reviews) lives here, above metrics and below answers; nothing is kept yet."""
