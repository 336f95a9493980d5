"""How the messages of insights name amounts."""


def hours(value: float) -> str:
    """Return a span of hours as a reader says it: minutes, hours or days, of which hundreds need no tenth."""
    if value >= 48:
        days = value / 24
        return f"{days:,.1f} days" if days < 99.95 else f"{days:,.0f} days"
    return f"{value:,.1f} hours" if value >= 1 else times(round(value * 60), "minute")


def times(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun, in the singular where it is one."""
    return f"1 {one}" if number == 1 else f"{number:,} {many or one + 's'}"
