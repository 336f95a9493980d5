"""Writes shares as percentages, alike wherever they stand in a sentence."""


def percent(share: float, digits: int = 0) -> str:
    """Return a share between 0 and 1 as it is read, such as `85 %`, with so many digits behind the point."""
    return f"{100 * share:.{digits}f} %"
