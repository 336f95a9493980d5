"""Text from tools, made fit to be shown: no control sequences, no secrets."""

import re
import unicodedata

HIDDEN = "***"
_JOINERS = "\u200c\u200d"
_DANGEROUS = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_FORMULA = "=+-@＝＋－＠"
_NUMBER = re.compile(r"[+-]?\d{1,30}(?:[.,]\d{1,30})?(?:[eE][+-]?\d{1,4})?")
_WORDS = r"(?:token|secret|passw(?:or)?d|api[_-]?key|access[_-]?key|signature|credential)"
# Every repetition is bounded, so that hostile text costs no more than its length.
_SECRETS = (
    # A password in an address, also one that holds a slash. The user's name goes too: it may be the token itself.
    re.compile(r"(?P<keep>://)[^\s'\"/@:]{0,99}:[^\s'\"/]{0,400}(?=@)"),
    re.compile(r"(?P<keep>://)[^\s'\"/@:]{0,99}:(?!\d+/)[^\s'\"@]{0,400}(?=@)"),
    re.compile(r"(?P<keep>\bhttps?://)[^\s'\"/@]{1,400}(?=@)"),
    re.compile(rf"(?i)(?P<keep>{_WORDS}[\w-]{{0,40}}[\"']?\s{{0,4}}[=:]\s{{0,4}}[\"']?)[^\s&\"',;]{{1,4000}}"),
    re.compile(r"(?i)(?P<keep>\bauthorization\s{0,4}[:=]\s{0,4}(?:(?:basic|bearer|token)\s{1,4})?)[^\s\"',;]{1,4000}"),
    re.compile(r"(?i)(?P<keep>\bbearer\s{1,4})[\w.~+/=-]{8,4000}"),
    re.compile(r"(?P<keep>)\b(?:gh[opsur]_|github_pat_|glpat-|xox[a-z]-|sk-|AKIA|ASIA)[\w-]{8,400}"),
)


def unveiled(text: str) -> str:
    r"""Return `text` with control and direction characters written out, as in `\x1b`; line ends and tabs stay."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(c if _is_plain(c) else _escape(c) for c in text)


def one_line(text: str) -> str:
    """Return `text` unveiled and on one line."""
    return unveiled(" ".join(text.split("\n")).replace("\t", " "))


def masked(text: str) -> str:
    """Return `text` with passwords in addresses and things that look like tokens replaced by `***`."""
    for secret in _SECRETS:
        text = secret.sub(rf"\g<keep>{HIDDEN}", text)
    return text


def safe(text: str) -> str:
    """Return `text` both masked and unveiled: what any message from a tool goes through."""
    return unveiled(masked(text))


def cell(text: str) -> str:
    """Return text as a cell of our own CSV: unveiled, and never a formula for the spreadsheet that opens it.

    What begins with =, +, -, @, a tab or a return gets an apostrophe before it, unless it is a plain number.
    """
    shown = unveiled(text.replace("\t", " ").replace("\r", " "))
    begins = text.lstrip()[:1]
    is_formula = text[:1] in ("\t", "\r") or (begins in tuple(_FORMULA) and not _NUMBER.fullmatch(text.strip()))
    return f"'{shown}" if is_formula else shown


def _is_plain(character: str) -> bool:
    return character in "\n\t" or character in _JOINERS or unicodedata.category(character) not in _DANGEROUS


def _escape(character: str) -> str:
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
