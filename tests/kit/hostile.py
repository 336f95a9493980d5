"""Repositories whose content wants to harm a reader: control signs, markup, broken encodings, sheer size."""

from pathlib import Path

from tests.kit.objects import Entry
from tests.kit.repository import HOUR, Repository, day

MARKUP = "</script><script>alert(1)</script><img src=x onerror=alert(2)> {{7*7}} ${7*7} [red]x[/red]"
CONTROL = "bell \a back \b escape \x1b[31mred\x1b[0m \x1b]0;title\a feed \f return \r next \x85 line \u2028 \u202e txt"
PEOPLE = (
    b"N\xff\xfe Name <broken@\xff.example>",
    b" <>",
    b"No Address",
    b"Two <a@b> <c@d>",
    b'"Quoted, Name" <quoted@example.org>',
    "Zoë 中文 <zoe@example.org>".encode(),
    b"<script>alert(3)</script> <s@example.org>",
    b"\x1b[2J Cleared <c@example.org>",
    b"T\tab <t\t@example.org>",
)


def encodings(path: Path) -> Repository:
    """Messages in Latin-1, Shift JIS, UTF-16 and plain bytes, with and without saying so, or saying it wrongly."""
    repo = Repository(path)
    spoken = "Füge größere Äpfel hinzu"
    repo.commit(spoken.encode("latin-1"), encoding="ISO-8859-1")
    repo.commit(spoken.encode("latin-1"))
    repo.commit("修正する".encode("shift_jis"), encoding="Shift_JIS")
    repo.commit("修正する".encode("shift_jis"))
    repo.commit(spoken.encode("utf-16-le").replace(b"\0", b""), encoding="UTF-16")
    repo.commit(spoken, encoding="no-such-encoding")
    repo.commit(b"\xff\xfe\x80 bytes \xc3\x28")
    repo.commit(b"\xed\xa0\x80 half a pair")
    repo.tag("v1.0", at=repo.clock + HOUR)
    return repo


def signs(path: Path) -> Repository:
    """Control signs, tabs, new lines, quotes and separators in messages, names and paths."""
    repo = Repository(path)
    for text in (
        CONTROL,
        MARKUP,
        "",
        "\n\n\n",
        "\t",
        "\0 nul \0",
        "-- \n'; DROP TABLE commits; --",
        "\x1e\x1f\x1d\x1c",
    ):
        repo.commit(text)
    repo.commit("commit 0123456789012345678901234567890123456789\ntree x\nparent y\n\nlike git's own output")
    for person in PEOPLE:
        repo.commit("By somebody", author=person)
    for file in (
        "new\nline",
        "tab\there",
        'quo"te',
        "back\\slash",
        " blank ",
        "ü/中文/ñ",
        "{a => b}",
        "a => b",
        "\x1b[1m",
    ):
        repo.commit("Touch a path", files={file: "1\n", f"in {file}/deep": "2\n"})
    repo.commit("Bytes in a path", files={b"\xff\xfe\x80": "1\n", b"dir\xff/\xc3\x28": "2\n", "-rf": "3\n"})
    repo.tag("v1.0", at=repo.clock + HOUR)
    return repo


def huge_message(path: Path) -> Repository:
    """One message of four million bytes in one line, one of a million lines, among plain commits."""
    repo = Repository(path)
    repo.commit("Begin")
    repo.commit("x" * 4_000_000)
    repo.commit("Many lines\n\n" + "Key: value\n" * 1_000_000)
    repo.commit("This reverts commit " * 1000)
    repo.tag("v1.0", at=repo.clock + HOUR)
    return repo


def trailers(path: Path) -> Repository:
    """Trailers, issue keys and pull request numbers, true ones and such that only look like it."""
    repo = Repository(path)
    for text in (
        "Fix ABC-123: crash (#42)\n\nCo-authored-by: Bob <bob@example.org>\nReviewed-by: Cy <cy@example.org>",
        "Merge pull request #43 from someone/topic",
        "See #44, UTF-8, ISO-8859-1, SHA-256, CVE-2024-1234, X-1",
        "Merged in topic (pull request #45)",
        "Fixes #46\n\nSigned-off-by: nobody\nKey without value:\n: value without key",
        "Co-authored-by: <script> <s@example.org>\n\nCo-Authored-By: =?utf-8?q?x?= <y@example.org>",
    ):
        repo.commit(text)
    repo.tag("v1.0", at=repo.clock + HOUR)
    return repo


def files_of_all_kinds(path: Path) -> Repository:
    """Renames, copies, deletions, mode changes, links, binaries, empty files, a submodule, and a type change."""
    repo = Repository(path)
    body = "".join(f"line {n}\n" for n in range(50))
    repo.commit("Add", files={"a.txt": body, "b.bin": bytes(range(256)), "empty": "", "dir/c.txt": body})
    repo.commit("Rename", files={"a.txt": None, "renamed.txt": body})
    repo.commit("Rename and change", files={"dir/c.txt": None, "other/{c}.txt": body.replace("line 7\n", "")})
    repo.commit("Binary", files={"b.bin": bytes(reversed(range(256)))})
    repo.commit("Link", files={"link": Entry("120000", repo.entry("renamed.txt").sha)})
    repo.commit("Mode", files={"renamed.txt": Entry("100755", repo.entry(body).sha)})
    repo.commit("Submodule", files={"module": Entry("160000", "1" * 40), ".gitmodules": "[submodule]\n"})
    repo.commit("Submodule moves", files={"module": Entry("160000", "2" * 40)})
    repo.commit("Type", files={"renamed.txt": Entry("120000", repo.entry("empty").sha)})
    repo.commit("Nothing", files={})
    repo.commit("No end of line", files={"last.txt": "no end"})
    repo.tag("v1.0", at=day(3))
    return repo


HOSTILE = (encodings, signs, huge_message, trailers, files_of_all_kinds)
