"""Rows written one by one by plain statements, which cost a third of a flush of the session. For what every page that is sent writes.

The tables stay those of the models. Whoever reads, or writes many objects that hang together, uses the session as ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import Insert, Update, bindparam, insert, inspect, update
from sqlalchemy.orm import class_mapper, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from portal.db import Model, StaleWrite, db

KEY, VERSION = "key_of_row", "version_before"


def add_row(model: type[Model], values: Mapping[str, Any]) -> None:
    """Add a row in the caller's transaction, now: for what is written once and not looked at again."""
    db.session.connection().execute(_insertion(model), values)


def add_object(one: Any) -> None:
    """Add a new object in the caller's transaction, now. From here on the session holds it as if it had come from the database."""
    table, held = inspect(type(one)).local_table, inspect(one).dict
    for column in table.columns:
        if column.name not in held:
            setattr(one, column.name, _default(column.default))
    add_row(type(one), {column.name: held[column.name] for column in table.columns})
    make_transient_to_detached(one)
    db.session.add(one)


def _default(of: Any) -> Any:
    if of is None:
        return None
    return of.arg(None) if of.is_callable else of.arg


def held(model: type[Any], values: Mapping[str, Any]) -> Any:
    """The object of a row that was read: made of it, and held by the session as if the session had read it; or the one that it holds already,
    of which only what has to be read again is taken from the row."""
    mapper = class_mapper(model)  # which makes the models ready where this is the first of a process
    known = db.session.identity_map.get(mapper.identity_key_from_primary_key((values[mapper.primary_key[0].name],)))
    if known is not None:
        for name in inspect(known).expired_attributes & values.keys():
            set_committed_value(known, name, values[name])
        return known
    one = mapper.class_manager.new_instance()
    inspect(one).dict.update(values)
    make_transient_to_detached(one)
    db.session.add(one)
    return one


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
        return
    if db.session.connection().execute(_change(type(one)), changed | found).rowcount != 1:
        raise StaleWrite("Somebody else saved at the same moment. Nothing was overwritten: go back and save again")
    if version is not None:
        set_committed_value(one, version.key, changed[version.name])
    state._commit_all(state.dict, db.session.identity_map)  # as a flush ends for every object that it wrote


@cache
def _insertion(model: type[Model]) -> Insert:
    return insert(model.__table__)


@cache
def _change(model: type[Model]) -> Update:
    """The change of one row, made once: which columns it sets is told by the values it is asked with."""
    mapper = inspect(model)
    found = update(mapper.local_table).where(mapper.primary_key[0] == bindparam(KEY))
    return found if mapper.version_id_col is None else found.where(mapper.version_id_col == bindparam(VERSION))
