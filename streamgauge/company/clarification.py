"""Words by which a blocked status or the text of a flag says that clarification is wanted (definitions 4.1)."""

WORDS = (
    *("clarif", " info ", "information", "needinfo", "need info", "unclear", "question", "not understood"),
    *("klärung", "klaerung", "unklar", "rückfrage", "rueckfrage", "précision", "aclara", "esclarec", "chiariment"),
    *("verduidelijk", "opheldering", "wyjaśnie", "förtydlig", "уточнен", "澄清", "确认需求", "確認事項"),
)
"""Pieces of text in small letters, of what stands between two spaces."""


def is_wanted(text: str) -> bool:
    """Return whether a text that says why work is blocked says that something has to be clarified or told first."""
    said = f" {text.lower()} "
    return any(word in said for word in WORDS)


def says_so(column: str) -> str:
    """Return the same as an expression of SQL over a column of text, null where that is null."""
    return f"({' OR '.join(f'''concat(' ', lower({column}), ' ') LIKE '%{word}%' ''' for word in WORDS).strip()})"
