"""Statements: the body of one rule as machine code."""

import ast
from typing import TYPE_CHECKING, Any

from llvmlite import ir

from streamgauge.forecasts.machine.kinds import Kind, Value, constant, turned
from streamgauge.forecasts.machine.values import cell, combined, compared, truth, value

if TYPE_CHECKING:
    from streamgauge.forecasts.machine.program import Program


class Body:
    """The body of a rule while it is translated: its variables, its arrays, and what names mean there."""

    def __init__(self, program: "Program", rule: Any, function: Any) -> None:
        self.program, self.rule, self.function = program, rule, function
        self.first = function.append_basic_block("variables")
        self.builder = ir.IRBuilder(function.append_basic_block("begin"))
        self.start = self.builder.block
        self.variables: dict[str, tuple[Any, Kind]] = {}
        self.arrays: dict[str, tuple[Any, Kind]] = {}
        self._loops: list[tuple[Any, Any]] = []

    def meaning(self, node: ast.expr) -> Any:
        """Return what a name, or an attribute of a module, stands for outside of the rule."""
        if isinstance(node, ast.Attribute):
            return getattr(self.meaning(node.value), node.attr)
        if isinstance(node, ast.Name):
            known = self.rule.__globals__
            return (
                known[node.id]
                if node.id in known
                else getattr(known["__builtins__"], node.id, None) or known["__builtins__"][node.id]
            )
        raise TypeError(f"{ast.unparse(node)} is not known here")

    def block(self, name: str) -> Any:
        """Return a new block of code."""
        return self.function.append_basic_block(name)

    def variable(self, kind: Kind) -> Any:
        """Return a new place for a value; all places are made as the rule begins."""
        return ir.IRBuilder(self.first).alloca(kind.type)

    def translate(self, statements: list[ast.stmt]) -> None:
        """Translate the statements, and close the rule."""
        self.run(statements)
        if not self.builder.block.is_terminated:
            kind = self.program.returns(self.rule)
            self.builder.ret_void() if kind is None else self.builder.unreachable()
        ir.IRBuilder(self.first).branch(self.start)

    def run(self, statements: list[ast.stmt]) -> None:
        """Translate statements in turn; what stands behind a `return` or `continue` is never reached, and left out."""
        for statement in statements:
            if self.builder.block.is_terminated:
                return
            try:
                getattr(self, f"_{type(statement).__name__.lower()}", self._refuse)(statement)
            except (TypeError, KeyError) as error:
                raise TypeError(f"{self.rule.__module__}, line {statement.lineno}: {error}") from error

    def _refuse(self, statement: ast.stmt) -> None:
        raise TypeError(f"{type(statement).__name__} is not known here")

    def _expr(self, statement: ast.Expr) -> None:
        if isinstance(statement.value, ast.Call):
            value(self, statement.value)

    def _assign(self, statement: ast.Assign) -> None:
        target = statement.targets[0]
        if isinstance(target, ast.Tuple) and isinstance(statement.value, ast.Tuple):
            made = [value(self, each) for each in statement.value.elts]
            for each, one in zip(target.elts, made, strict=True):
                self._store(each, one)
        else:
            made_once = value(self, statement.value)
            for each in statement.targets:
                self._store(each, made_once)

    def _store(self, target: ast.expr, made: Value) -> None:
        if isinstance(target, ast.Subscript):
            place, kind = cell(self, target)
        elif isinstance(target, ast.Name):
            place, kind = self.variables.setdefault(target.id, (self.variable(made.kind), made.kind))
        else:
            raise TypeError(f"nothing can be put into {ast.unparse(target)}")
        self.builder.store(turned(self.builder, made, kind).code, place)

    def _augassign(self, statement: ast.AugAssign) -> None:
        target = statement.target
        place, kind = cell(self, target) if isinstance(target, ast.Subscript) else self.variables[ast.unparse(target)]
        before = Value(self.builder.load(place, typ=kind.type), kind)
        made = combined(self, statement.op, before, value(self, statement.value))
        self.builder.store(turned(self.builder, made, kind).code, place)

    def _return(self, statement: ast.Return) -> None:
        kind = self.program.returns(self.rule)
        if statement.value is None or kind is None:
            self.builder.ret_void()
        else:
            self.builder.ret(turned(self.builder, value(self, statement.value), kind).code)

    def _if(self, statement: ast.If) -> None:
        so, other, end = self.block("so"), self.block("else"), self.block("end")
        self.builder.cbranch(truth(self, statement.test), so, other)
        for block, statements in ((so, statement.body), (other, statement.orelse)):
            self.builder.position_at_end(block)
            self.run(statements)
            if not self.builder.block.is_terminated:
                self.builder.branch(end)
        self.builder.position_at_end(end)

    def _while(self, statement: ast.While) -> None:
        again, inside, end = self.block("again"), self.block("inside"), self.block("end")
        self.builder.branch(again)
        self.builder.position_at_end(again)
        self.builder.cbranch(truth(self, statement.test), inside, end)
        self._loop(inside, statement.body, again, end)

    def _for(self, statement: ast.For) -> None:
        """Count a name from the first to the last number of a range."""
        bounds, name = statement.iter, statement.target
        if not (isinstance(bounds, ast.Call) and ast.unparse(bounds.func) == "range" and isinstance(name, ast.Name)):
            raise TypeError("only a range can be counted")
        given = [turned(self.builder, value(self, each), Kind.WHOLE) for each in bounds.args]
        low, high = (constant(0), given[0]) if len(given) == 1 else (given[0], given[1])
        counter, again, inside = self.variable(Kind.WHOLE), self.block("again"), self.block("inside")
        end, following = self.block("end"), self.block("next")
        self.builder.store(low.code, counter)
        self.builder.branch(again)
        self.builder.position_at_end(again)
        here = Value(self.builder.load(counter, typ=Kind.WHOLE.type), Kind.WHOLE)
        self.builder.cbranch(compared(self, "<", here, high).code, inside, end)
        self.builder.position_at_end(inside)
        self._store(name, here)
        self._loop(inside, statement.body, following, None)
        self.builder.position_at_end(following)
        self.builder.store(self.builder.add(here.code, constant(1).code), counter)
        self.builder.branch(again)
        self.builder.position_at_end(end)

    def _loop(self, inside: Any, statements: list[ast.stmt], again: Any, end: Any) -> None:
        """Translate what a loop repeats."""
        self._loops.append((again, end))
        self.builder.position_at_end(inside)
        self.run(statements)
        if not self.builder.block.is_terminated:
            self.builder.branch(again)
        self._loops.pop()
        if end is not None:
            self.builder.position_at_end(end)

    def _continue(self, _: ast.Continue) -> None:
        self.builder.branch(self._loops[-1][0])

    def _break(self, _: ast.Break) -> None:
        self.builder.branch(self._loops[-1][1])
