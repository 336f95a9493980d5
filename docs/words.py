"""Reads the words that the code says of itself: docstrings, the texts below fields and constants, and types."""

import ast
import inspect
import sys
import textwrap
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, get_args, get_origin


def doc(thing: object) -> str:
    """Return the docstring of a thing, without its indentation (Python 3.13 takes it away, older ones do not)."""
    return inspect.cleandoc(getattr(thing, "__doc__", None) or "")


def first_line(thing: object) -> str:
    """Return the first sentence of a thing's docstring."""
    return doc(thing).split("\n\n")[0].replace("\n", " ")


def field_words(struct: type) -> dict[str, str]:
    """Return the docstrings that stand below the fields of a class in its source."""
    (body,) = ast.parse(textwrap.dedent(inspect.getsource(struct))).body
    assert isinstance(body, ast.ClassDef)
    return words_below(body.body)


def words_below(body: Sequence[ast.stmt]) -> dict[str, str]:
    """Return the texts that stand below assignments in a class or module, by the name assigned to."""
    pairs = [(target_of(above), below) for above, below in pairwise(body)]
    return {
        name: inspect.cleandoc(below.value.value)
        for name, below in pairs
        if name and isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
        if isinstance(below.value.value, str)
    }


def target_of(statement: ast.stmt) -> str:
    """Return the name that a statement assigns to; empty if it assigns to none."""
    targets = [statement.target] if isinstance(statement, ast.AnnAssign) else getattr(statement, "targets", [])
    return targets[0].id if targets and isinstance(targets[0], ast.Name) else ""


def words_of_constant(package: str, value: object) -> str:
    """Return the text below the constant of a package's modules that holds `value`; empty where there is none."""
    for module in [module for name, module in sys.modules.items() if name.startswith(f"{package}.")]:
        names = [name for name, held in vars(module).items() if held is value]
        told = words_below(ast.parse(inspect.getsource(module)).body) if names else {}
        if found := [told[name] for name in names if name in told]:
            return found[0]
    return ""


def type_name(annotation: Any) -> str:
    """Return an annotation as a reader would say it: `text or null`, `list of Trailer`."""
    words = {"str": "text", "int": "whole number", "float": "number", "bool": "yes or no", "datetime": "instant"}
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (list, tuple):
        return f"list of {type_name(arguments[0])}"
    if arguments:
        return " or ".join(type_name(part) for part in arguments)
    name = getattr(annotation, "__name__", str(annotation))
    return "null" if name == "NoneType" else words.get(name, name)
