"""A program: all rules that one rule calls, in one module of machine code."""

import ast
import inspect
from collections.abc import Sequence
from functools import cache
from types import ModuleType
from typing import Any

import llvmlite.binding as llvm
from llvmlite import ir

from streamgauge.forecasts.kernel.compiled import Floats, Memory
from streamgauge.forecasts.machine.body import Body
from streamgauge.forecasts.machine.kinds import OF_ANNOTATION, POINTER, Kind, Value, turned
from streamgauge.forecasts.machine.values import value

_ARRAYS = ((Memory, Kind.WHOLE), (Floats, Kind.REAL))


class Program:
    """The module while it is translated; a rule is translated as it is first called."""

    def __init__(self) -> None:
        self.module = ir.Module(name="kernel")
        self._functions: dict[Any, Any] = {}
        self._of_c: dict[str, Any] = {}

    def returns(self, rule: Any) -> Kind | None:
        """Return the kind of what a rule returns; null for nothing."""
        annotation = rule.__annotations__["return"]
        return None if annotation is None else OF_ANNOTATION[annotation]

    def of_c(self, name: str, arity: int) -> Any:
        """Return a function of C's mathematics."""
        if name not in self._of_c:
            real = Kind.REAL.type
            self._of_c[name] = ir.Function(self.module, ir.FunctionType(real, [real] * arity), name)
        return self._of_c[name]

    def function(self, rule: Any, *, is_entry: bool = False) -> Any:
        """Return a rule as a function of the module."""
        if rule not in self._functions:
            kinds = [kind_of(annotation) for name, annotation in rule.__annotations__.items() if name != "return"]
            given, returned = [POINTER if is_array else kind.type for kind, is_array in kinds], self.returns(rule)
            shape = ir.FunctionType(returned.type if returned else ir.VoidType(), given)
            made = self._functions[rule] = ir.Function(self.module, shape, rule.__name__ if is_entry else _name(rule))
            made.linkage = "" if is_entry else "internal"
            self._translate(rule, made, kinds)
        return self._functions[rule]

    def call(self, body: Body, rule: Any, nodes: Sequence[ast.expr]) -> Value:
        """Return the call of a rule within another one."""
        function, given = self.function(rule), []
        kinds = [kind_of(annotation) for name, annotation in rule.__annotations__.items() if name != "return"]
        for node, (kind, is_array) in zip(nodes, kinds, strict=True):
            if is_array:
                given.append(body.arrays[ast.unparse(node)][0])
            else:
                given.append(turned(body.builder, value(body, node), kind).code)
        return Value(body.builder.call(function, given), self.returns(rule) or Kind.WHOLE)

    def _translate(self, rule: Any, function: Any, kinds: Sequence[tuple[Kind, bool]]) -> None:
        body, node = Body(self, rule, function), _sources(inspect.getmodule(rule))[rule.__name__]
        for parameter, argument, (kind, is_array) in zip(node.args.args, function.args, kinds, strict=True):
            if is_array:
                argument.add_attribute("noalias")
                body.arrays[parameter.arg] = (argument, kind)
            else:
                body.variables[parameter.arg] = (body.variable(kind), kind)
                body.builder.store(argument, body.variables[parameter.arg][0])
        body.translate(node.body)


def _name(rule: Any) -> str:
    return f"{rule.__module__}.{rule.__name__}"


def kind_of(annotation: Any) -> tuple[Kind, bool]:
    """Return the kind of a parameter, and whether it is an array of them."""
    arrays = [kind for array, kind in _ARRAYS if annotation is array]
    return (arrays[0], True) if arrays else (OF_ANNOTATION[annotation], False)


@cache
def _sources(module: ModuleType) -> dict[str, ast.FunctionDef]:
    """Return the functions of a module as they were written."""
    tree = ast.parse(inspect.getsource(module))
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


def loaded(program: Program) -> Any:
    """Return the engine that holds a program as machine code.

    It is made for any processor of this kind, so that all of them round alike.
    """
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    target = llvm.Target.from_default_triple().create_target_machine(opt=2)
    module = llvm.parse_assembly(str(program.module))
    module.triple, module.data_layout = target.triple, str(target.target_data)
    module.verify()
    passes = llvm.create_pass_builder(target, llvm.create_pipeline_tuning_options(speed_level=2))
    passes.getModulePassManager().run(module, passes)
    engine = llvm.create_mcjit_compiler(module, target)
    engine.finalize_object()
    return engine
