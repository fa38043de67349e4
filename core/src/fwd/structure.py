"""Strict plain data <-> attrs classes: every mistake gets its dotted path and, for a mistyped key, the nearest one.

The plain side is what TOML can hold. TOML has no null, so in a setting that may be unset the word `"none"` unsets it;
`unstructure` writes it only where leaving the key out would mean something else.
"""

from __future__ import annotations

import difflib
import math
import re
import types
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

import attrs
import cattrs
from cattrs.cols import (
    homogenous_tuple_structure_factory,
    is_mapping,
    is_sequence,
    list_structure_factory,
    mapping_structure_factory,
)
from cattrs.errors import (
    AttributeValidationNote,
    ClassValidationError,
    ForbiddenExtraKeysError,
    IterableValidationError,
)
from cattrs.gen import make_dict_structure_fn

from fwd.errors import ConfigError

_RANGE = re.compile(r"'(\w+)' must be ([<>]=? \S+): (\S+)")
"""What the validators of attrs say of a number."""

T = TypeVar("T")
NONE = "none"


@attrs.frozen
class SettingRow:
    """One setting, described for people."""

    key: str
    type: str
    default: str
    help: str


class _Mismatch(TypeError):
    """A value is not of the type that a setting wants."""

    def __init__(self, expected: str, value: Any) -> None:
        super().__init__(f"expected {expected}, got {_shown(value)}")


def structure(cls: type[T], data: Any, where: str = "") -> T:
    """An instance of the attrs class `cls` from plain data; `where` is the path of `data` itself. Raises `ConfigError`
    with one line per mistake."""
    value, mistakes = attempt(cls, data, where)
    if mistakes:
        raise ConfigError("\n".join(mistakes))
    return value


def attempt(cls: type[T], data: Any, where: str = "") -> tuple[T, list[str]]:
    """Like `structure`, but returns the mistakes; with any, there is no value."""
    try:
        return _CONVERTER.structure(data, cls), []
    except (ClassValidationError, IterableValidationError, _Mismatch) as error:
        return None, list(dict.fromkeys(_mistakes(error, where)))  # type: ignore[return-value]


def unstructure(value: Any) -> Any:
    """Plain data that `structure` turns back into an equal value."""
    if attrs.has(type(value)):
        return {
            one.name: unstructure(getattr(value, one.name))
            for one in attrs.fields(type(value))
            if one.init and not (getattr(value, one.name) is None and one.default is None)
        }
    if isinstance(value, Mapping):
        return {key: unstructure(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [unstructure(item) for item in value]
    if isinstance(value, Path):
        return str(value)
    return NONE if value is None else value


def describe(cls: type, prefix: str = "") -> list[SettingRow]:
    """All settings of an attrs class, nested ones by dotted path, in order of declaration."""
    rows = []
    for one in attrs.fields(attrs.resolve_types(cls)):
        if not one.init:
            continue
        if one.type is not None and attrs.has(one.type):
            rows += describe(one.type, f"{prefix}{one.name}.")
        else:
            rows.append(SettingRow(prefix + one.name, _type(one.type), _default(one), one.metadata.get("help", "")))
    return rows


def unknown(key: str, known: Sequence[str], where: str) -> str:
    """The line for a key that does not exist, with the nearest that does."""
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.6)
    hint = f"did you mean {_join(where, near[0])}?" if near else f"known here: {', '.join(known) or 'nothing'}"
    return f"{_join(where, key)}: unknown setting; {hint}"


# Structuring: hooks that say no where cattrs would convert silently.


def _boolean(value: Any, _: Any) -> bool:
    if not isinstance(value, bool):
        raise _Mismatch("true or false", value)
    return value


def _integer(value: Any, _: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise _Mismatch("an integer", value)
    return value


def _number(value: Any, _: Any) -> float:
    if not isinstance(value, (int, float)) or isinstance(value, bool) or math.isnan(value):
        raise _Mismatch("a number", value)
    try:
        return float(value)
    except OverflowError:
        raise _Mismatch("a number", value) from None


def _text(value: Any, _: Any) -> str:
    if not isinstance(value, str):
        raise _Mismatch("text", value)
    return value


def _path(value: Any, _: Any) -> Path:
    return value if isinstance(value, Path) else Path(_text(value, str))


def _choice(value: Any, kind: Any) -> Any:
    for option in get_args(kind):
        if type(option) is type(value) and option == value:
            return option
    raise _Mismatch(_type(kind), value)


def _union(value: Any, kind: Any) -> Any:
    """None, or the first member that takes the value."""
    members = [one for one in get_args(kind) if one is not type(None)]
    if len(members) < len(get_args(kind)) and (value is None or value == NONE):
        return None
    if len(members) == 1:
        return _CONVERTER.structure(value, members[0])
    for member in members:
        try:
            return _CONVERTER.structure(value, member)
        except (ClassValidationError, IterableValidationError, _Mismatch):
            continue
    raise _Mismatch(_type(kind), value)


def _guarded(kind: Any, converter: cattrs.Converter) -> Any:
    """A hook for an attrs class, table or list, behind a check of what it is given."""
    wanted, accepted = ("a list", (list, tuple)) if _is_list(kind) else ("a table", Mapping)
    inner = _builder(kind, converter)

    def hook(value: Any, cls: Any) -> Any:
        if attrs.has(kind) and type(value) is kind:
            return value
        if not isinstance(value, accepted):
            raise _Mismatch(wanted, value)
        return inner(value, cls)

    return hook


def _builder(kind: Any, converter: cattrs.Converter) -> Any:
    if attrs.has(kind):
        return make_dict_structure_fn(kind, converter, _cattrs_forbid_extra_keys=True)
    if is_mapping(kind):
        return mapping_structure_factory(kind, converter)
    if get_origin(kind) is tuple and get_args(kind)[-1:] == (...,):
        return homogenous_tuple_structure_factory(kind, converter)
    if get_origin(kind) is tuple:
        return converter.gen_structure_hetero_tuple(kind)
    return list_structure_factory(kind, converter)


def _is_list(kind: Any) -> bool:
    return get_origin(kind) is tuple or (is_sequence(kind) and kind is not str)


def _is_union(kind: Any) -> bool:
    return get_origin(kind) in (Union, types.UnionType)


def _converter() -> cattrs.Converter:
    converter = cattrs.Converter(forbid_extra_keys=True, detailed_validation=True)
    converter.register_structure_hook_factory(
        lambda kind: attrs.has(kind) or is_mapping(kind) or _is_list(kind), _guarded
    )
    converter.register_structure_hook_func(_is_union, _union)
    converter.register_structure_hook_func(lambda kind: get_origin(kind) is Literal, _choice)
    for kind, hook in ((bool, _boolean), (int, _integer), (float, _number), (str, _text), (Path, _path)):
        converter.register_structure_hook(kind, hook)
    return converter


_CONVERTER = _converter()


# Mistakes: cattrs' tree of exceptions as lines with paths.


def _mistakes(error: BaseException, where: str) -> Iterator[str]:
    if isinstance(error, (ClassValidationError, IterableValidationError)):
        located, others = error.group_exceptions()
        for inner, note in located:
            place = str(note.name if isinstance(note, AttributeValidationNote) else note.index)
            yield from _mistakes(inner, _join(where, place))
        for inner in others:
            yield from _mistakes(inner, where)
    elif isinstance(error, ForbiddenExtraKeysError):
        known = [one.name for one in attrs.fields(error.cl) if one.init]
        yield from (unknown(str(key), known, where) for key in sorted(error.extra_fields, key=str))
    elif isinstance(error, KeyError):
        yield f"{where}: must be set"
    elif out_of_range := _RANGE.fullmatch(str(error)):
        key, wanted, value = out_of_range.groups()
        yield f"{_join(where, key)}: must be {wanted}, not {value}"
    else:
        yield f"{where}: {error}" if where else str(error)


def _join(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"the text {_short(repr(value))}"
    if isinstance(value, Mapping):
        return "a table"
    if isinstance(value, (list, tuple)):
        return "a list"
    return _short(str(value)) if isinstance(value, (int, float)) else f"{type(value).__name__} {_short(str(value))}"


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."


def _type(kind: Any) -> str:
    names = {bool: "true or false", int: "an integer", float: "a number", str: "text", Path: "a path", Any: "anything"}
    if kind in names:
        return names[kind]
    arguments = get_args(kind)
    if get_origin(kind) is Literal:
        return f"one of {', '.join(map(str, arguments))}"
    if _is_union(kind):
        return " or ".join(NONE if one is type(None) else _type(one) for one in arguments)
    if is_mapping(kind):
        return f"a table of {_type(arguments[-1])}" if arguments else "a table"
    if _is_list(kind):
        items = dict.fromkeys(_type(one) for one in arguments if one is not ...)
        return f"a list of {' and '.join(items)}"
    return "a table" if attrs.has(kind) else getattr(kind, "__name__", str(kind))


def _default(one: attrs.Attribute[Any]) -> str:
    if one.default is attrs.NOTHING:
        return "must be set"
    value = one.default.factory() if isinstance(one.default, attrs.Factory) else one.default  # type: ignore[arg-type]
    return NONE if value is None else toml_value(unstructure(value))


def toml_value(value: Any) -> str:
    """A plain value on one line, as TOML spells it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} = {toml_value(item)}" for key, item in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)
