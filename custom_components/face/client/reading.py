"""JSON objects → the types of `wire`, and back, by the types' own annotations.

Fields that a type does not have are ignored, since answers and events may grow within a version of the protocol; one
that is missing or of another kind raises `KeyError`, `TypeError` or `ValueError`.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, asdict, fields, is_dataclass
from datetime import datetime
from functools import cache
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, TypeAliasType, cast, get_args, get_origin, get_type_hints

if TYPE_CHECKING:
    from collections.abc import Hashable

    from _typeshed import DataclassInstance

type Reader = Callable[[Any], Any]


def read[T](kind: type[T], data: object) -> T:
    """Read a message, or a part of one."""
    value: T = _reader(cast("Hashable", kind))(data)
    return value


def written(value: DataclassInstance) -> dict[str, Any]:
    """Write a part of a request; what is not set, or as it is from the start, is left to the server."""
    given = asdict(value)
    return {one.name: given[one.name] for one in fields(value) if given[one.name] not in (None, one.default)}


def instant(data: object) -> datetime:
    """Read RFC 3339; digits beyond microseconds are dropped."""
    value = datetime.fromisoformat(_of(str, data))
    if value.tzinfo is None:
        raise ValueError(f"{data} has no zone")
    return value


@cache
def _reader(kind: Any) -> Reader:  # noqa: ANN401
    if isinstance(kind, TypeAliasType):
        kind = kind.__value__
    if kind is datetime:
        return instant
    if kind is float:
        return lambda data: float(_of((int, float), data))
    if get_origin(kind) is tuple:
        item = _reader(get_args(kind)[0])
        return lambda data: tuple(item(one) for one in _of(list, data))
    if isinstance(kind, UnionType):
        return _union([one for one in get_args(kind) if one is not NoneType])
    if is_dataclass(kind):
        return _record(kind)
    return kind if hasattr(kind, "__members__") else lambda data: _of(kind, data)


def _union(kinds: list[Any]) -> Reader:
    """One kind or nothing; or one of several by the field `kind`, of which a later version may have more."""
    if isinstance(kinds[0], TypeAliasType):
        kinds = list(get_args(kinds[0].__value__))
    if len(kinds) == 1:
        only = _reader(kinds[0])
        return lambda data: None if data is None else only(data)
    by_name = {one.kind: _reader(one) for one in kinds}
    return lambda data: None if (reader := by_name.get(data["kind"])) is None else reader(data)


def _record(kind: Any) -> Reader:  # noqa: ANN401
    hints = get_type_hints(kind)
    readers = [(one.name, _reader(hints[one.name]), one.default is MISSING) for one in fields(kind)]

    def reader(data: object) -> Any:  # noqa: ANN401
        given = _of(Mapping, data)
        return kind(**{name: read_it(given[name]) for name, read_it, needed in readers if needed or name in given})

    return reader


def _of(kind: Any, data: object) -> Any:  # noqa: ANN401
    if not isinstance(data, kind) or (isinstance(data, bool) and kind is not bool):
        raise TypeError(f"expected {kind}, got {type(data).__name__}")
    return data
