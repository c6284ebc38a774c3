"""Rows written one by one by plain statements, which cost a third of a flush of the session. For what every page that is sent writes.

The tables stay those of the models. Whoever reads, or writes many objects that hang together, uses the session as ever.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Insert, Select, Update, bindparam, insert, inspect, update
from sqlalchemy.orm import InstanceState, Session, class_mapper
from sqlalchemy.orm.attributes import set_committed_value

from portal.db import Model, StaleWrite, db

KEY, VERSION = "key_of_row", "version_before"


def add_row(model: type[Model], values: Mapping[str, Any]) -> None:
    """Add a row in the caller's transaction, now: for what is written once and not looked at again."""
    db.session.connection().execute(_insertion(model), values)


def add_object(one: Any) -> None:
    """Add a new object in the caller's transaction, now. From here on the session holds it as if it had come from the database."""
    model, held = type(one), inspect(one).dict
    for name, default in _defaults(model):
        if name not in held:
            held[name] = default(None)
    add_row(model, {name: held[name] for name in names_of(model)})
    _hold(one, class_mapper(model).identity_key_from_instance(one), db.session())


@cache
def _defaults(model: type[Model]) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    """For each column, what makes the value that it has where none was given."""
    made = ((column.name, column.default) for column in model.__table__.columns)
    return tuple((name, default.arg if default is not None and default.is_callable else _always(default.arg if default is not None else None)) for name, default in made)


def _always(value: Any) -> Callable[[Any], Any]:
    return lambda _: value


@cache
def names_of(model: type[Model]) -> tuple[str, ...]:
    """The columns of a model's table, in their order there."""
    return tuple(column.name for column in model.__table__.columns)


def first_held(model: type[Any], asking: Select[Any], values: Mapping[str, Any]) -> Any:
    """The object of the first row of what asks for the columns of the model's table, all of them in their order; None where there is none."""
    row = db.session.connection().execute(asking, values).first()
    return None if row is None else held(model, dict(zip(names_of(model), row, strict=True)))


def held(model: type[Any], values: Mapping[str, Any]) -> Any:
    """The object of a row that was read: made of it, and held by the session as if the session had read it; or the one that it holds already,
    of which only what has to be read again is taken from the row."""
    mapper, session = class_mapper(model), db.session()  # the mapper makes the models ready where this is the first of a process
    key = mapper.identity_key_from_primary_key((values[mapper.primary_key[0].name],))
    known = session.identity_map.get(key)
    if known is not None:
        for name in inspect(known).expired_attributes & values.keys():
            set_committed_value(known, name, values[name])
        return known
    one = mapper.class_manager.new_instance()
    inspect(one).dict.update(values)
    _hold(one, key, session)
    return one


def _hold(one: Any, key: Any, session: Session) -> None:
    """Let the session hold what it has not read itself, as it holds a row that it read."""
    state = inspect(one)
    state.key, state.session_id = key, session.hash_key
    state._commit_all(state.dict, session.identity_map)
    session.identity_map.add(state)


def write_changes(one: Any) -> None:
    """Write now what changed of this object, and count its version if it has one. Raises StaleWrite when another writer was faster.

    It must have come from the session; what else waits there to be written goes on waiting.
    """
    state = inspect(one)
    mapper = state.mapper
    changed = {mapper.columns[name].name: state.dict[name] for name, was in state.committed_state.items() if name in mapper.columns and was != state.dict[name]}
    found = {KEY: state.identity[0]}
    version = mapper.version_id_col
    if version is not None:
        found[VERSION] = state.dict[version.key]
        changed[version.name] = found[VERSION] + 1
    if not changed:
        _as_written(state)
        return
    if db.session.connection().execute(_change(type(one)), changed | found).rowcount != 1:
        raise StaleWrite("Somebody else saved at the same moment. Nothing was overwritten: go back and save again")
    if version is not None:
        set_committed_value(one, version.key, changed[version.name])
    _as_written(state)


def _as_written(state: InstanceState[Any]) -> None:
    """As a flush ends for every object that it wrote, or found to be as it was."""
    state._commit_all(state.dict, db.session.identity_map)


@cache
def _insertion(model: type[Model]) -> Insert:
    return insert(model.__table__)


@cache
def _change(model: type[Model]) -> Update:
    """The change of one row, made once: which columns it sets is told by the values it is asked with."""
    mapper = inspect(model)
    found = update(mapper.local_table).where(mapper.primary_key[0] == bindparam(KEY))
    return found if mapper.version_id_col is None else found.where(mapper.version_id_col == bindparam(VERSION))
