"""Frozen values as what JSON has, for the cache: a dataclass is the list of its fields, a tuple or a set is a list."""

from __future__ import annotations

import dataclasses
import enum
import json
import types
from collections.abc import Callable
from functools import cache as once
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from cardbook.cache import Cache, digest, program

T = TypeVar("T")


def kept(cache: Cache | None, shelf: str, kind: type[T], make: Callable[[], T], *depends: str) -> T:
    """What `make` returns, of type `kind`: from `shelf` of the cache if that has been made of `depends`."""
    if cache is None:
        return make()
    key = digest(program(), *depends)
    data = cache.get(shelf, key)
    if data is not None:
        return load(kind, data)
    made = make()
    cache.put(shelf, key, dump(made))
    return made


def dump(value: Any) -> bytes:
    """A value of dataclasses, tuples, frozen sets, dictionaries by strings, enumerations, strings, numbers and `None`
    as JSON.
    """
    return json.dumps(_plain(value), ensure_ascii=False).encode("utf-8", "surrogatepass")


def load(kind: type[T], data: bytes) -> T:
    """The value of type `kind` that `dump` wrote."""
    wanted: Any = kind
    make: Callable[[Any], T] = _maker(wanted)
    return make(json.loads(data.decode("utf-8", "surrogatepass")))


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return [_plain(getattr(value, field.name)) for field in dataclasses.fields(value)]
    if isinstance(value, frozenset):
        return sorted(map(_plain, value))
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value.value if isinstance(value, enum.Enum) else value


@once
def _maker(kind: Any) -> Callable[[Any], Any]:
    """What makes a value of type `kind` of its plain form."""
    if hasattr(kind, "__dataclass_fields__"):
        makers = [_maker(hint) for hint in get_type_hints(kind).values()]
        return lambda plain: kind(*(make(item) for make, item in zip(makers, plain, strict=True)))
    if get_origin(kind) is dict:
        of_value = _maker(get_args(kind)[1])
        return lambda plain: {key: of_value(value) for key, value in plain.items()}
    if get_origin(kind) is tuple and ... not in get_args(kind):
        each = [_maker(part) for part in get_args(kind)]
        return lambda plain: tuple(make(part) for make, part in zip(each, plain, strict=True))
    if (many := get_origin(kind)) in (tuple, frozenset):
        item = _maker(get_args(kind)[0])
        return lambda plain: many(map(item, plain))
    if get_origin(kind) is types.UnionType:
        some = _maker(get_args(kind)[0])
        return lambda plain: None if plain is None else some(plain)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return kind
    return lambda plain: plain
