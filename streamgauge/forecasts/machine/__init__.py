"""Turns the rules of the kernel into machine code, by LLVM: all of them as one module, in about a second.

A general compiler for Python (numba) took 19 to 43 s for the same rules: it infers the type of every expression, and
compiles every function anew with all that it calls. Here each type follows from an annotation or a first assignment.
What is outside of the small part of Python that a rule may use is refused, with its module and line.
"""

import ctypes
from collections.abc import Callable
from typing import Any

Rule = Callable[[Any, Any], int]


def machine_code(rule: Rule) -> Rule:
    """Return a rule over a memory and its floating-point numbers as machine code, with all the rules that it calls.

    It lets other threads run. Its arrays are contiguous, of whole and of floating-point numbers of 64 bits.
    """
    from streamgauge.forecasts.machine.program import Program, loaded

    program = Program()
    program.function(rule, is_entry=True)
    engine = loaded(program)
    address = engine.get_function_address(rule.__name__)
    made = ctypes.CFUNCTYPE(ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p)(address)

    def run(m: Any, f: Any, _engine: Any = engine) -> int:
        return int(made(m.ctypes.data, f.ctypes.data))

    return run
