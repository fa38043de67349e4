"""Other programs that `identities.py` compares with: each says whether it proves a goal of the equations env.

A peer is a function from a goal (canonical prefix text) to True or False; it may never come back, so `judge` runs it in
a process that the system ends when the time is up. Time is that of the processor, so that other work on the machine
does not matter. None of these programs gives a proof that the env could check.

    pip install sympy z3-solver egglog
"""

from __future__ import annotations

import importlib.util
import math
import multiprocessing
import operator
import re
import resource
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from fwd.api import Goal
from fwd_equations.parse import read_prefix
from fwd_equations.rulefile import Rule, builtin, load
from fwd_equations.terms import POWERS, RELATIONS, Term, is_numeral, preorder, variables

Peer = Callable[[Goal], bool]

PATIENCE = 20
"""A peer that does nothing at all is given up after so many times its time, on the clock."""


def terms(goal: Goal) -> tuple[list[Term], Term]:
    """Hypotheses and statement."""
    return [read_prefix(text) for text in goal.hypotheses], read_prefix(goal.statement)


def fold(term: Term, leaf: Callable[[str], Any], node: Callable[[str, list[Any]], Any]) -> Any:
    """What becomes of a term when each leaf and then each node is translated. Benchmark terms are small: recursive."""
    if not term.args:
        return leaf(term.head)
    return node(term.head, [fold(arg, leaf, node) for arg in term.args])


# sympy


def sympy_simplify(goal: Goal) -> bool:
    """`simplify` of the difference, or of the inequality, gives 0, or true."""
    import sympy

    return _sympy(goal, [sympy.simplify])


def sympy_portfolio(goal: Goal) -> bool:
    """One of thirteen transformations does."""
    import sympy as s

    transformations = [
        *(s.simplify, s.trigsimp, s.ratsimp, s.radsimp, s.factor, s.expand, s.logcombine),
        lambda e: s.expand(e, trig=True),
        lambda e: s.simplify(s.expand_log(e, force=False)),
        lambda e: s.simplify(e.rewrite(s.exp)),
        lambda e: s.simplify(e.rewrite(s.log)),
        lambda e: s.simplify(s.expand(e.rewrite(s.exp))),
        lambda e: s.powsimp(s.expand(e), force=False),
    ]
    return _sympy(goal, transformations)


def _sympy(goal: Goal, transformations: Sequence[Callable[[Any], Any]]) -> bool:
    import sympy

    hypotheses, statement = terms(goal)
    names = {name: _symbol(name, hypotheses) for term in (*hypotheses, statement) for name in variables(term)}
    known = {"ln": sympy.log, "abs": sympy.Abs, "min": sympy.Min, "max": sympy.Max, "neg": lambda x: -x}
    plain = dict(zip("+-*/", (operator.add, operator.sub, operator.mul, operator.truediv), strict=True))

    def leaf(head: str) -> Any:
        return names.get(head) or (sympy.pi if head == "pi" else sympy.Integer(head))

    def node(head: str, args: list[Any]) -> Any:
        if head in POWERS:
            return args[0] ** int(head[1:])
        return (plain.get(head) or known.get(head) or getattr(sympy, head))(*args)

    for one in hypotheses:
        if one.head == "=" and one.args[0].head in names:
            names[one.args[0].head] = fold(one.args[1], leaf, node)
    left, right = (fold(side, leaf, node) for side in statement.args)
    relations = {"=": sympy.Eq, "!=": sympy.Ne, "<=": sympy.Le, "<": sympy.Lt}
    for transform in transformations:
        try:
            if statement.head == "=":
                found = transform(left - right) == 0
            else:
                found = transform(relations[statement.head](left, right)) == True  # noqa: E712
                found = found or (statement.head == "<=" and transform(right - left).is_nonnegative is True)
                found = found or (statement.head == "<" and transform(right - left).is_positive is True)
        except (TypeError, ValueError, AttributeError, NotImplementedError):
            continue
        if found:
            return True
    return False


def _symbol(name: str, hypotheses: Sequence[Term]) -> Any:
    import sympy

    said = {(one.head, *(side.head for side in one.args)) for one in hypotheses}
    if ("<", "0", name) in said:
        return sympy.Symbol(name, positive=True)
    if ("<=", "0", name) in said:
        return sympy.Symbol(name, nonnegative=True)
    return sympy.Symbol(name, real=True, **({"nonzero": True} if ("!=", name, "0") in said else {}))


# z3


def z3(goal: Goal) -> bool:
    """The negation is unsatisfiable; functions that z3 does not know are uninterpreted."""
    import z3 as solver

    known = {
        **dict(zip("+-*/", (operator.add, operator.sub, operator.mul, operator.truediv), strict=True)),
        **dict(zip(RELATIONS, (operator.eq, operator.ne, operator.le, operator.lt), strict=True)),
        "neg": lambda x: -x,
        "abs": lambda x: solver.If(x >= 0, x, -x),
        "min": lambda x, y: solver.If(x <= y, x, y),
        "max": lambda x, y: solver.If(x <= y, y, x),
    }
    extra = []

    def leaf(head: str) -> Any:
        return solver.RealVal(head) if is_numeral(head) else solver.Real(head)

    def node(head: str, args: list[Any]) -> Any:
        if head in POWERS:
            power = solver.RealVal(1)
            for _ in range(int(head[1:])):
                power = power * args[0]
            return power
        if head in known:
            return known[head](*args)
        value = solver.Function(head, solver.RealSort(), solver.RealSort())(*args)
        if head == "sqrt":
            extra.append(solver.And(value >= 0, solver.Implies(args[0] >= 0, value * value == args[0])))
        return value

    hypotheses, statement = terms(goal)
    given = [fold(one, leaf, node) for one in hypotheses]
    claim = fold(statement, leaf, node)
    search = solver.Solver()
    search.add(*given, *extra, solver.Not(claim))
    return search.check() == solver.unsat


# egglog


def egglog(goal: Goal) -> bool:
    """Equality saturation with our own rules: each round applies all of them everywhere, then looks for the goal."""
    from egglog.bindings import EGraph

    graph = EGraph()
    hypotheses, statement = terms(goal)

    def run(text: str) -> None:
        graph.run_program(*graph.parse_program(text))

    heads = {node.head for rule in load(builtin()) for part in rule.parts for node in preorder(part)}
    heads |= {node.head for term in (*hypotheses, statement) for node in preorder(term)}
    run(_signature(heads))
    run("\n".join(text for rule in load(builtin()) for text in _egg_rule(rule)))
    for number, term in enumerate((*hypotheses, statement)):
        for place, side in enumerate(term.args):
            run(f"(let $side{number}_{place} {_egg(side, {})})")
    for one in hypotheses:
        run(_egg_action(one, {}))
    while True:
        try:
            run(f"(check {_egg_query(statement, {})})")
            return True
        except Exception:  # egglog's own error says that the check failed
            run("(run 1)")


_ARITHMETIC = {"+": "Add", "-": "Sub", "*": "Mul", "/": "Div", "neg": "Neg"}


def _signature(heads: set[str]) -> str:
    constructors = ["(Num i64)", "(Var String)", "(Pi)"]
    for head in sorted(heads):
        if head in ("+", "-", "*", "/", "min", "max"):
            constructors.append(f"({_egg_head(head)} Math Math)")
        elif head in POWERS or (head.isalpha() and head.islower() and len(head) > 1 and head != "pi"):
            constructors.append(f"({_egg_head(head)} Math)")
    if "(Neg Math)" not in constructors:
        constructors.append("(Neg Math)")
    return f"""(datatype Math {" ".join(dict.fromkeys(constructors))})
(relation Le (Math Math)) (relation Lt (Math Math)) (relation Ne (Math Math))
(rewrite (Add (Num a) (Num b)) (Num (+ a b))) (rewrite (Sub (Num a) (Num b)) (Num (- a b)))
(rewrite (Mul (Num a) (Num b)) (Num (* a b)))
(rule ((= x (Num a)) (= y (Num b)) (< a b)) ((Lt x y)))
(rule ((Lt x y)) ((Le x y) (Ne x y) (Ne y x))) (rule ((Ne x y)) ((Ne y x)))"""


def _egg_head(head: str) -> str:
    return _ARITHMETIC.get(head) or (f"Pow{head[1:]}" if head in POWERS else head.capitalize())


def _egg(term: Term, names: dict[str, str]) -> str:
    def leaf(head: str) -> str:
        if is_numeral(head):
            return f"(Num {head})"
        return "(Pi)" if head == "pi" else names.get(head, f'(Var "{head}")')

    return fold(term, leaf, lambda head, args: f"({_egg_head(head)} {' '.join(args)})")


_EGG_RELATIONS = {"=": "=", "!=": "Ne", "<=": "Le", "<": "Lt"}


def _egg_query(statement: Term, names: dict[str, str]) -> str:
    return f"({_EGG_RELATIONS[statement.head]} {' '.join(_egg(side, names) for side in statement.args)})"


def _egg_action(statement: Term, names: dict[str, str]) -> str:
    relation = "union" if statement.head == "=" else _EGG_RELATIONS[statement.head]
    return f"({relation} {' '.join(_egg(side, names) for side in statement.args)})"


def _egg_rule(rule: Rule) -> list[str]:
    """The rule in each direction in which it does not fit everything."""
    names = {name: name.lower() for name in rule.variables}
    given = [*rule.premises, *rule.conditions]
    if rule.kind == "equation":
        assert rule.left is not None
        sides = [(rule.left, rule.right), (rule.right, rule.left)]
        return [
            f"(rewrite {_egg(old, names)} {_egg(new, names)}{_egg_when(rule.conditions, names)})"
            for old, new in sides
            if old.args and set(variables(old)) >= set(rule.variables)
        ]
    ways = [(given, rule.right)]
    if rule.left is not None:
        ways = [([*given, rule.left], rule.right), ([*given, rule.right], rule.left)]
    made = []
    for premises, claim in ways:
        queries = [_egg_query(one, names) for one in premises]
        queries += [f"(= side{n} {_egg(side, names)})" for n, side in enumerate(claim.args) if side.args]
        bound = {name for one in premises for name in variables(one)}
        bound |= {name for side in claim.args if side.args for name in variables(side)}
        untyped = any(re.fullmatch(r"\(= [a-z] [a-z]\)", query) for query in queries)  # holds of anything in egglog
        if queries and not untyped and bound >= set(rule.variables):
            made.append(f"(rule ({' '.join(queries)}) ({_egg_action(claim, names)}))")
    return made


def _egg_when(conditions: Sequence[Term], names: dict[str, str]) -> str:
    return f" :when ({' '.join(_egg_query(one, names) for one in conditions)})" if conditions else ""


# Running them

PEERS: dict[str, tuple[str, Peer]] = {
    "sympy simplify": ("sympy", sympy_simplify),
    "sympy portfolio": ("sympy", sympy_portfolio),
    "z3": ("z3", z3),
    "egglog": ("egglog", egglog),
}
"""The module that each peer needs, and the peer."""


def installed(name: str) -> bool:
    """Whether the program of a peer is there."""
    return importlib.util.find_spec(PEERS[name][0]) is not None


def judge(name: str, goals: Sequence[Goal], seconds: float, jobs: int = 1) -> dict[str, bool]:
    """Which goals a peer proves, each in at most so many seconds of processor time, `jobs` goals at a time."""
    waiting = deque(goals)
    answers: dict[str, bool] = {}
    with ThreadPoolExecutor(jobs) as pool:
        for done in [pool.submit(_ask, name, waiting, seconds, answers) for _ in range(jobs)]:
            done.result()
    return answers


def _ask(name: str, waiting: deque[Goal], seconds: float, answers: dict[str, bool]) -> None:
    """Put goals to processes of a peer, one after the other, until none is waiting."""
    context = multiprocessing.get_context("spawn")
    while waiting:
        pipe, far = context.Pipe()
        process = context.Process(target=_serve, args=(far, name, seconds), daemon=True)
        process.start()
        far.close()
        pipe.recv()  # the program is loaded
        try:
            while goal := _next(waiting):
                answers[goal.name] = False
                pipe.send(goal)
                if not pipe.poll(PATIENCE * seconds):
                    break
                answers[goal.name] = pipe.recv()
        except EOFError:  # its time was up
            pass
        process.kill()
        process.join()


def _next(waiting: deque[Goal]) -> Goal | None:
    try:
        return waiting.popleft()
    except IndexError:
        return None


def _serve(pipe: Any, name: str, seconds: float) -> None:
    module, peer = PEERS[name]
    importlib.import_module(module)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pipe.send(True)
    while True:
        goal = pipe.recv()
        _allow(seconds)
        try:
            pipe.send(bool(peer(goal)))
        except Exception as error:  # what a peer cannot read, it does not prove
            print(f"{name}: {goal.name}: {type(error).__name__}: {str(error)[:200]}", flush=True)
            pipe.send(False)


def _allow(seconds: float) -> None:
    """This process may use so much more processor time (and at most a second beyond) before the system ends it."""
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(time.process_time() + seconds), resource.RLIM_INFINITY))
