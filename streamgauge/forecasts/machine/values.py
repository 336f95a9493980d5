"""Expressions: each node of Python's syntax that a rule may use, as machine code."""

import ast
import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from llvmlite import ir

from streamgauge.forecasts.machine.kinds import Kind, Value, constant, turned

if TYPE_CHECKING:
    from streamgauge.forecasts.machine.body import Body

_SIGNS = {ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
_REAL = {ast.Add: "fadd", ast.Sub: "fsub", ast.Mult: "fmul"}
_WHOLE = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.LShift: "shl"}
_BITS = {ast.BitAnd: "and_", ast.BitOr: "or_", ast.BitXor: "xor"}
_OF_C = {math.log: "log", math.exp: "exp", math.sqrt: "sqrt", math.cos: "cos"}


def value(body: "Body", node: ast.expr) -> Value:
    """Return the value of an expression; raises TypeError where a rule may not use it."""
    made = _NODES.get(type(node))
    if made is None:
        raise TypeError(f"{type(node).__name__} is not known here")
    return made(body, node)


def truth(body: "Body", node: ast.expr) -> Any:
    """Return whether an expression is true."""
    return turned(body.builder, value(body, node), Kind.TRUTH).code


def _constant(_: "Body", node: ast.Constant) -> Value:
    return constant(node.value)


def _name(body: "Body", node: ast.Name) -> Value:
    if node.id in body.variables:
        place, kind = body.variables[node.id]
        return Value(body.builder.load(place, typ=kind.type), kind)
    return constant(body.meaning(node))


def _attribute(body: "Body", node: ast.Attribute) -> Value:
    return constant(body.meaning(node))


def _cell(body: "Body", node: ast.Subscript) -> Value:
    place, kind = cell(body, node)
    return Value(body.builder.load(place, typ=kind.type), kind)


def cell(body: "Body", node: ast.Subscript) -> tuple[Any, Kind]:
    """Return where a cell of the memory lies, and its kind."""
    if not (isinstance(node.value, ast.Name) and node.value.id in body.arrays):
        raise TypeError("only the memory and its floating-point numbers have cells")
    array, kind = body.arrays[node.value.id]
    index = turned(body.builder, value(body, node.slice), Kind.WHOLE)
    return body.builder.gep(array, [index.code], source_etype=kind.type), kind


def _arithmetic(body: "Body", node: ast.BinOp) -> Value:
    return combined(body, node.op, value(body, node.left), value(body, node.right))


def combined(body: "Body", operator: ast.operator, left: Value, right: Value) -> Value:
    """Return what an operator makes of two values."""
    how, builder = type(operator), body.builder
    if Kind.WORD in (left.kind, right.kind):
        return _word(body, how, left, right)
    if how in (ast.Div, ast.Pow) or (how in _REAL and Kind.REAL in (left.kind, right.kind)):
        one, other = (turned(builder, side, Kind.REAL).code for side in (left, right))
        if how is ast.Pow:
            return Value(builder.call(body.program.of_c("pow", 2), [one, other]), Kind.REAL)
        return Value(getattr(builder, _REAL.get(how, "fdiv"))(one, other), Kind.REAL)
    one, other = (turned(builder, side, Kind.WHOLE).code for side in (left, right))
    if how is ast.FloorDiv:
        return Value(_floor(builder, one, other), Kind.WHOLE)
    if how is ast.RShift:
        return Value(builder.ashr(one, other), Kind.WHOLE)
    return Value(getattr(builder, (_WHOLE | _BITS)[how])(one, other), Kind.WHOLE)


def _word(body: "Body", how: type[ast.operator], left: Value, right: Value) -> Value:
    if left.kind is not Kind.WORD or right.kind is not Kind.WORD:
        raise TypeError("a word meets a number that is none")
    name = "lshr" if how is ast.RShift else (_WHOLE | _BITS)[how]
    return Value(getattr(body.builder, name)(left.code, right.code), Kind.WORD)


def _floor(builder: Any, one: Any, other: Any) -> Any:
    """Return a quotient rounded down, as Python does, where the machine rounds towards zero."""
    quotient, zero, ones = builder.sdiv(one, other), ir.Constant(Kind.WHOLE.type, 0), ir.Constant(Kind.WHOLE.type, 1)
    is_uneven = builder.icmp_signed("!=", builder.srem(one, other), zero)
    is_negative = builder.icmp_signed("<", builder.xor(one, other), zero)
    return builder.select(builder.and_(is_uneven, is_negative), builder.sub(quotient, ones), quotient)


def _signed(body: "Body", node: ast.UnaryOp) -> Value:
    inner = value(body, node.operand)
    if isinstance(node.op, ast.Not):
        return Value(body.builder.not_(turned(body.builder, inner, Kind.TRUTH).code), Kind.TRUTH)
    if isinstance(node.op, ast.USub) and inner.kind is Kind.REAL:
        return Value(body.builder.fneg(inner.code), Kind.REAL)
    if isinstance(node.op, ast.USub):
        return Value(body.builder.neg(turned(body.builder, inner, Kind.WHOLE).code), Kind.WHOLE)
    raise TypeError(f"{type(node.op).__name__} is not known here")


def _comparison(body: "Body", node: ast.Compare) -> Value:
    operator, right = node.ops[0], node.comparators[0]
    left = value(body, node.left)
    if len(node.ops) == 1 and isinstance(operator, ast.In) and isinstance(right, ast.Tuple):
        any_of = constant(False).code
        for each in right.elts:
            any_of = body.builder.or_(any_of, compared(body, "==", left, value(body, each)).code)
        return Value(any_of, Kind.TRUTH)
    if len(node.ops) != 1 or type(operator) not in _SIGNS:
        raise TypeError("only one comparison at a time")
    return compared(body, _SIGNS[type(operator)], left, value(body, right))


def compared(body: "Body", sign: str, left: Value, right: Value) -> Value:
    """Return whether two values stand as a sign says."""
    if Kind.REAL in (left.kind, right.kind):
        one, other = (turned(body.builder, side, Kind.REAL).code for side in (left, right))
        compare = body.builder.fcmp_unordered if sign == "!=" else body.builder.fcmp_ordered
        return Value(compare(sign, one, other), Kind.TRUTH)
    one, other = (turned(body.builder, side, Kind.WHOLE).code for side in (left, right))
    return Value(body.builder.icmp_signed(sign, one, other), Kind.TRUTH)


def _all_or_any(body: "Body", node: ast.BoolOp) -> Value:
    """Go on with the next operand only where the one before leaves it open."""
    is_all = isinstance(node.op, ast.And)
    place, end = body.variable(Kind.TRUTH), body.block("known")
    for operand in node.values:
        known = truth(body, operand)
        body.builder.store(known, place)
        further = body.block("open")
        body.builder.cbranch(known, further if is_all else end, end if is_all else further)
        body.builder.position_at_end(further)
    body.builder.branch(end)
    body.builder.position_at_end(end)
    return Value(body.builder.load(place, typ=Kind.TRUTH.type), Kind.TRUTH)


def _choice(body: "Body", node: ast.IfExp) -> Value:
    """Compute one of two values only."""
    builder, ways = body.builder, [(body.block("so"), node.body), (body.block("else"), node.orelse)]
    end = body.block("chosen")
    builder.cbranch(truth(body, node.test), ways[0][0], ways[1][0])
    ends = []
    for block, each in ways:
        builder.position_at_end(block)
        ends.append((value(body, each), builder.block))
    kind = Kind.REAL if Kind.REAL in {made.kind for made, _ in ends} else ends[0][0].kind
    kind = Kind.WHOLE if {made.kind for made, _ in ends} == {Kind.WHOLE, Kind.TRUTH} else kind
    place = body.variable(kind)
    for made, block in ends:
        builder.position_at_end(block)
        builder.store(turned(builder, made, kind).code, place)
        builder.branch(end)
    builder.position_at_end(end)
    return Value(builder.load(place, typ=kind.type), kind)


def _call(body: "Body", node: ast.Call) -> Value:
    called = body.meaning(node.func)
    if hasattr(called, "is_rule"):
        return body.program.call(body, called, node.args)
    given = [value(body, each) for each in node.args]
    if called in (min, max):
        sign = "<" if called is min else ">"
        first = given[0]
        for each in given[1:]:
            first = _better(body, sign, first, each)
        return first
    if called in _OF_C:
        real = turned(body.builder, given[0], Kind.REAL).code
        return Value(body.builder.call(body.program.of_c(_OF_C[called], 1), [real]), Kind.REAL)
    if called in _TURNS:
        return _TURNS[called](body.builder, given[0])
    raise TypeError(f"{ast.unparse(node.func)} may not be called here")


def _better(body: "Body", sign: str, one: Value, other: Value) -> Value:
    kind = Kind.REAL if Kind.REAL in (one.kind, other.kind) else Kind.WHOLE
    one, other = (turned(body.builder, side, kind) for side in (one, other))
    is_other = compared(body, sign, other, one).code
    return Value(body.builder.select(is_other, other.code, one.code), kind)


def _to_whole(builder: Any, given: Value) -> Value:
    if given.kind is Kind.REAL:
        return Value(builder.fptosi(given.code, Kind.WHOLE.type), Kind.WHOLE)
    return turned(builder, given, Kind.WHOLE)


_TURNS: dict[Any, Callable[[Any, Value], Value]] = {
    int: _to_whole,
    np.int64: _to_whole,
    float: lambda builder, given: turned(builder, given, Kind.REAL),
    np.uint64: lambda builder, given: turned(builder, given, Kind.WORD),
}
_NODES: dict[type[ast.expr], Callable[["Body", Any], Value]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Subscript: _cell,
    ast.BinOp: _arithmetic,
    ast.UnaryOp: _signed,
    ast.Compare: _comparison,
    ast.BoolOp: _all_or_any,
    ast.IfExp: _choice,
    ast.Call: _call,
}
