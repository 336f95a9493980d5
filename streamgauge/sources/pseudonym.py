"""Identities become pseudonyms here, at the door, before anything is kept."""

import hashlib
import re
from functools import lru_cache

_BOT = re.compile(
    r"\[bot\]|\bbot\b|[-_.]bot@|(?:^|[^a-z])(?:dependabot|renovate|greenkeeper|pyup|snyk|imgbot|mergify|allcontributors"
    r"|pre-commit-ci|github-actions?|semantic-release|weblate|transifex|codecov|jenkins-ci|travis-ci|circleci)\b",
    re.IGNORECASE,
)
ADDRESS = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")


class Pseudonyms:
    """Turns addresses into stable pseudonyms under one secret key (keyed BLAKE2b; nothing can be read back)."""

    def __init__(self, key: bytes) -> None:
        self._key = key[:64]
        self.of = lru_cache(maxsize=200_000)(self._of)

    def _of(self, address: str) -> str:
        folded = address.strip().casefold().encode("utf-8", "surrogatepass")
        return "p-" + hashlib.blake2b(folded, key=self._key, digest_size=8).hexdigest()


@lru_cache(maxsize=200_000)
def is_bot(name: str, address: str) -> bool:
    """Return whether a name or address is that of a machine, by the usual marks of bots."""
    return _BOT.search(name) is not None or _BOT.search(address) is not None
