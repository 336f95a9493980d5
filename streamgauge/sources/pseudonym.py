"""Identities become pseudonyms here, at the door, before anything is kept."""

import hashlib
import re
from functools import lru_cache

_MACHINES = (
    *("dependabot", "renovate", "greenkeeper", "pyup", "snyk", "imgbot", "mergify", "allcontributors", "weblate"),
    *("pre-commit-ci", "github-action", "github-actions", "semantic-release", "transifex", "codecov", "jenkins-ci"),
    *("travis-ci", "circleci"),
)
_BOT = re.compile(rf"\[bot\]|\bbot\b|[-_.]bot@|(?:^|[^a-z])(?:{'|'.join(_MACHINES)})\b", re.IGNORECASE)
_SIGN = r"[\w.!#$%&'*+/=?^`{|}~-]"
# Begins only where a run of such signs does, so that the time stays linear in a hostile message. What ends in a number
# (`package@1.2.3`) is a version; in angle brackets a bare host will do.
ADDRESS = re.compile(
    rf"""(?:"[^"\n]{{1,64}}"|(?<!{_SIGN}){_SIGN}++)@(?:\[[\w:.]+\]|(?:[\w-]++\.)+[^\W\d][\w-]*)"""
    r"|(?<=<)[^\s<>@]++@[^\s<>]++(?=>)"
)


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
    # The people of a firm that makes bots are no bots: its name counts only before the @.
    said = f"{name}\n{address.partition('@')[0]}@"
    plain = said.lower()
    return ("bot" in plain or any(word in plain for word in _MACHINES)) and _BOT.search(said) is not None
