"""How the messages of insights name amounts."""


def hours(value: float) -> str:
    """Return a span of hours as a reader says it: minutes, hours or days."""
    if value >= 48:
        return f"{value / 24:,.1f} days"
    return f"{value:,.1f} hours" if value >= 1 else f"{value * 60:.0f} minutes"


def times(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun, in the singular where it is one."""
    return f"1 {one}" if number == 1 else f"{number:,} {many or one + 's'}"
