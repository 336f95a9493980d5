"""File patterns: which files of a repository belong to a service, and which do not count as written by hand."""

import re
from collections.abc import Sequence

from streamgauge.company.law import shortened

_RULE = "Allowed: a folder or file with /, where * and ? stay within a folder, and ** crosses folders."
_WILD = {"**/": r"(?:[\s\S]*/)?", "**": r"[\s\S]*", "*": "[^/]*", "?": "[^/]"}
_TOKEN = re.compile(r"\*\*/|\*\*|\*|\?|[^*?]+")


def problem(glob: str) -> str | None:
    """Return what is wrong with a file pattern, or null."""
    if not glob.strip("/ ") or len(glob) > 300 or not glob.isprintable():
        return f"{shortened(glob)} is no file pattern. {_RULE}"
    if "\\" in glob or ".." in glob.split("/"):
        return f"{shortened(glob)} must be written with / and stay within the repository. {_RULE}"
    if "{" in glob or glob.startswith("!"):
        return f"{shortened(glob)} uses braces or a leading !: write one pattern for each case. {_RULE}"
    return None


def regular_expression(globs: Sequence[str], *, anywhere: bool) -> str:
    """Return one regular expression for a whole path (`/` between folders) that any of `globs` matches.

    A folder stands for all that lies in it. A pattern begins at the root of the repository; with `anywhere`
    it holds at any depth, unless it starts with `/`. Python, DuckDB and Java read the result alike. No globs
    match nothing.
    """
    if not globs:
        return r"[^\s\S]"
    return f"(?:{'|'.join(_one(glob, anywhere) for glob in globs)})(?:/[\\s\\S]*)?"


def _one(glob: str, anywhere: bool) -> str:
    start = _WILD["**/"] if anywhere and not glob.startswith("/") else ""
    bare = glob.strip("/").removesuffix("/**")
    return start + "".join(_WILD.get(token) or re.escape(token) for token in _TOKEN.findall(bare))
