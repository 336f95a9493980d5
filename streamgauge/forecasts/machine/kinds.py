"""The four kinds of values that a rule knows, and how one becomes another."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
from llvmlite import ir

from streamgauge.forecasts.kernel.compiled import Word


class Kind(Enum):
    """What a value is; a word is a whole number without a sign that wraps around."""

    WHOLE = ir.IntType(64)
    REAL = ir.DoubleType()
    TRUTH = ir.IntType(1)
    WORD = "word"

    @property
    def type(self) -> Any:
        """The type of its values in machine code."""
        return Kind.WHOLE.value if self is Kind.WORD else self.value


OF_ANNOTATION = {int: Kind.WHOLE, float: Kind.REAL, bool: Kind.TRUTH, Word: Kind.WORD}
POINTER = ir.PointerType()


@dataclass(frozen=True)
class Value:
    """A value in machine code, with its kind."""

    code: Any
    kind: Kind


def constant(number: object) -> Value:
    """Return a number or truth that is known beforehand; raises TypeError for anything else."""
    if isinstance(number, bool):
        return Value(ir.Constant(Kind.TRUTH.type, int(number)), Kind.TRUTH)
    if isinstance(number, np.uint64):
        return Value(ir.Constant(Kind.WORD.type, int(number)), Kind.WORD)
    if isinstance(number, int):
        return Value(ir.Constant(Kind.WHOLE.type, int(number)), Kind.WHOLE)
    if isinstance(number, float):
        return Value(ir.Constant(Kind.REAL.type, number), Kind.REAL)
    raise TypeError(f"no number: {number!r}")


def turned(builder: Any, value: Value, kind: Kind) -> Value:
    """Return a value as another kind, as Python would turn it; raises TypeError where digits could be lost."""
    if value.kind is kind or {value.kind, kind} == {Kind.WHOLE, Kind.WORD}:
        return Value(value.code, kind)
    if kind is Kind.TRUTH:
        zero = ir.Constant(value.kind.type, 0)
        is_real = value.kind is Kind.REAL
        code = (
            builder.fcmp_unordered("!=", value.code, zero) if is_real else builder.icmp_signed("!=", value.code, zero)
        )
        return Value(code, kind)
    if kind is Kind.WHOLE and value.kind is Kind.TRUTH:
        return Value(builder.zext(value.code, kind.type), kind)
    if kind is Kind.REAL and value.kind in (Kind.WHOLE, Kind.TRUTH):
        whole = turned(builder, value, Kind.WHOLE)
        return Value(builder.sitofp(whole.code, kind.type), kind)
    raise TypeError(f"a {value.kind.name.lower()} where a {kind.name.lower()} is wanted")
