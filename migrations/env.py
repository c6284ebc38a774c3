"""How migrations run: through the app's own engine, so that SQLite changes are one transaction and can roll back."""

from alembic import context

from portal.db import JSONData, UTCDateTime, db


def render_item(kind, item, autogen_context):
    """Write the portal's own column types by name."""
    if kind == "type" and isinstance(item, (UTCDateTime, JSONData)):
        autogen_context.imports.add("from portal.db import JSONData, UTCDateTime")
        return f"{type(item).__name__}()"
    return False


def leave_empty_out(_context, _revision, directives):
    """Make no revision file when nothing changed."""
    if directives[0].upgrade_ops.is_empty():
        directives[:] = []


class LinksBroken(Exception):
    """After a migration rows would point to rows that are gone; nothing of it is kept."""


def let_tables_be_rebuilt(connection):
    """SQLite changes a column by rebuilding its table, and dropping the old one would delete every row that hangs on it.

    So foreign keys rest on this connection, which never goes back to the pool, and are checked before the end.
    """
    if connection.dialect.name == "sqlite":
        connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")
        connection.detach()


def refuse_broken_links(connection):
    """Raise LinksBroken when a row points to one that is gone."""
    if connection.dialect.name == "sqlite":
        broken = sorted({row[0] for row in connection.exec_driver_sql("PRAGMA foreign_key_check")})
        if broken:
            raise LinksBroken(
                f"after this migration rows of {', '.join(broken)} would point to rows that are gone; nothing was changed"
            )


def run() -> None:
    with db.engine.execution_options(writes=True).connect() as connection:
        let_tables_be_rebuilt(connection)
        context.configure(
            connection=connection,
            target_metadata=db.metadata,
            render_as_batch=True,
            compare_type=True,
            render_item=render_item,
            transactional_ddl=True,
            process_revision_directives=leave_empty_out,
        )
        with context.begin_transaction():
            context.run_migrations()
            refuse_broken_links(connection)
        connection.commit()


run()
