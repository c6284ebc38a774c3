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


def run() -> None:
    with db.engine.execution_options(writes=True).connect() as connection:
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
        connection.commit()


run()
