"""Migrations: up, down and up again on both databases, agreeing with the models, whole or not at all, with what was entered carried through."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy.exc import DBAPIError

from portal import audit, create_app, start_up
from portal.application import migrations_folder
from portal.db import db
from portal.submissions.models import Revision, Submission, SubmissionData
from tests.conftest import settings_for

pytestmark = pytest.mark.slow

NEXT = '''"""A made-up next migration."""

import sqlalchemy as sa
from alembic import op

revision = "made_up"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table("made_up", sa.Column("id", sa.Integer(), primary_key=True))
    with op.batch_alter_table("submission") as batch:
        batch.add_column(sa.Column("made_up", sa.String(10), nullable=True))
        batch.alter_column("form_id", type_=sa.String(80), existing_type=sa.String(60), existing_nullable=False)
    {end}


def downgrade():
    with op.batch_alter_table("submission") as batch:
        batch.drop_column("made_up")
        batch.alter_column("form_id", type_=sa.String(60), existing_type=sa.String(80), existing_nullable=False)
    op.drop_table("made_up")
'''


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """An app inside its context on a database without tables."""
    url = ""
    if request.param == "postgresql":
        cluster = request.getfixturevalue("postgres_url")
        name = f"empty_{tmp_path.name}".replace("-", "_").lower()[:60]
        _on_cluster(cluster, f'CREATE DATABASE "{name}"')
        url = cluster.rsplit("/", 1)[0] + f"/{name}"
    app = create_app(settings_for(tmp_path / "data", url))
    start_up.know_migrations(app)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    if url:
        _on_cluster(cluster, f'DROP DATABASE "{name}" WITH (FORCE)')


def _on_cluster(url: str, statement: str) -> None:
    engine = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def tables() -> set[str]:
    return set(sqlalchemy.inspect(db.engine).get_table_names())


def head() -> str:
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def folder_with_next(tmp_path: Path, *, end: str = "pass") -> str:
    """The project's migrations with a made-up one after them."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrations_folder(), folder, ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "versions" / "made_up.py").write_text(NEXT.format(head=head(), end=end))
    return str(folder)


def a_draft() -> str:
    draft = Submission(council="c", form_id="f", form_sha256="0" * 64, form_number=1, audience="public")
    draft.data = SubmissionData(answers={"name": "Asha"})
    db.session.add(draft)
    db.session.flush()
    draft_id = draft.id
    db.session.add(Revision(submission_id=draft_id, number=1, action="started"))
    db.session.commit()
    return draft_id


def kept(draft_id: str) -> tuple[int, int, int]:
    """How many rows of this draft there are in submission, submission_data and revision."""
    counts = []
    with db.engine.connect() as connection:
        for table, column in (
            ("submission", "id"),
            ("submission_data", "submission_id"),
            ("revision", "submission_id"),
        ):
            counts.append(
                connection.execute(
                    sqlalchemy.text(f"select count(*) from {table} where {column} = :id"), {"id": draft_id}
                ).scalar_one()
            )
    return tuple(counts)


def test_the_tables_go_up_down_to_nothing_and_up_again(empty):
    assert tables() == set()
    upgrade()
    assert tables() == {table.name for table in db.metadata.sorted_tables} | {"alembic_version"}
    downgrade(revision="base")
    assert tables() == {"alembic_version"}
    upgrade()
    assert head() != ""
    assert tables() == {table.name for table in db.metadata.sorted_tables} | {"alembic_version"}


def test_migrations_and_models_make_the_same_tables(empty):
    upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "target_metadata": db.metadata}
        )
        assert compare_metadata(context, db.metadata) == []


def test_upgrading_twice_changes_nothing(empty):
    upgrade()
    draft = a_draft()
    upgrade()
    assert kept(draft) == (1, 1, 1)


@pytest.mark.parametrize("statement", ["UPDATE audit_event SET event = 'x'", "DELETE FROM audit_event"])
def test_the_database_itself_keeps_audit_events_as_they_are(empty, statement):
    upgrade()
    audit.record("user.signed_in", subject="user", subject_id="u1", actor="u1")
    db.session.commit()
    with pytest.raises(DBAPIError, match="audit events are never changed"), db.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    with db.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT event FROM audit_event").scalars().all() == [
            "user.signed_in"
        ]


def test_a_later_migration_carries_through_what_was_entered(empty, tmp_path):
    upgrade()
    draft = a_draft()
    folder = folder_with_next(tmp_path)
    upgrade(directory=folder)
    assert (head(), kept(draft)) == ("made_up", (1, 1, 1))
    downgrade(directory=folder)
    assert kept(draft) == (1, 1, 1)
    assert "made_up" not in {
        column["name"] for column in sqlalchemy.inspect(db.engine).get_columns("submission")
    }


def test_a_migration_that_fails_leaves_everything_as_it_was(empty, tmp_path):
    upgrade()
    draft, before = a_draft(), (head(), tables())
    folder = folder_with_next(tmp_path, end='raise ValueError("a made-up failure")')
    with pytest.raises(ValueError, match="a made-up failure"):
        upgrade(directory=folder)
    assert (head(), tables()) == before
    assert "made_up" not in {
        column["name"] for column in sqlalchemy.inspect(db.engine).get_columns("submission")
    }
    assert kept(draft) == (1, 1, 1)


def test_a_migration_that_would_leave_rows_pointing_nowhere_is_refused(empty, tmp_path):
    upgrade()
    draft = a_draft()
    folder = folder_with_next(
        tmp_path,
        end="op.execute('INSERT INTO submission_data (submission_id, answers, incomplete, prefilled, acknowledged, record)"
        " SELECT upper(submission_id), answers, incomplete, prefilled, acknowledged, record FROM submission_data')",
    )
    with pytest.raises(Exception, match="rows of submission_data would point|violates foreign key"):
        upgrade(directory=folder)
    assert kept(draft) == (1, 1, 1)


def test_foreign_keys_hold_again_after_a_migration(empty):
    upgrade()
    with pytest.raises(DBAPIError, match="(?i)foreign key"), db.engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO role_held (user_id, role) VALUES ('nobody', 'any')")
