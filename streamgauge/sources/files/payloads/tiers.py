"""What kind of environment one is, by what its tool says or by its name."""

import re

_TOLD = {"production": "production", "staging": "staging", "testing": "test", "development": "development"}
_NAMES = (
    (r"(?:pre|non|not)[-_ ]?(?:prod|prd)|stag(?:e|ing)|stg|uat|acceptance|canary", "staging"),
    (r"prod|production|prd|live|produktion|producci[oó]n|produção|produzione", "production"),
    (r"test|tests|testing|qa|integration|int|ci|e2e|sit", "test"),
    (r"dev|develop|development|preview|review|sandbox|local|demo|pr", "development"),
)
_PATTERNS = tuple((re.compile(rf"(?:^|[^a-z])(?:{names})(?:$|[^a-z])", re.IGNORECASE), tier) for names, tier in _NAMES)


def tier_of(name: str | None, told: str | None = None) -> str | None:
    """Return the tier of an environment, `other` where neither its tool nor its name tells it; null without a name."""
    if told in _TOLD:
        return _TOLD[told]
    if not name:
        return None
    return next((tier for pattern, tier in _PATTERNS if pattern.search(name)), "other")
