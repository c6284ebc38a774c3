"""Documents made for many families at once: the run, and one row for each form it prints."""

import sqlalchemy as sa
from alembic import op

from portal.db import UTCDateTime

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "bulk_run",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("council", sa.String(length=60), nullable=False),
        sa.Column("document_id", sa.String(length=60), nullable=False),
        sa.Column("copy", sa.String(length=60), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=20), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.Column("cancelled_at", UTCDateTime(), nullable=True),
        sa.Column("zip_sha256", sa.String(length=64), nullable=False),
        sa.Column("pdf_sha256", sa.String(length=64), nullable=False),
        sa.Column("pdf_note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_run")),
    )
    with op.batch_alter_table("bulk_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bulk_run_made_by"), ["made_by"], unique=False)
    op.create_table(
        "bulk_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.String(length=20), nullable=False),
        sa.Column("submission_id", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("made_id", sa.String(length=20), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["made_id"], ["document.id"], name=op.f("fk_bulk_item_made_id_document")),
        sa.ForeignKeyConstraint(["run_id"], ["bulk_run.id"], name=op.f("fk_bulk_item_run_id_bulk_run")),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_bulk_item_submission_id_submission")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_item")),
        sa.UniqueConstraint("run_id", "submission_id", name=op.f("uq_bulk_item_run_id")),
    )


def downgrade() -> None:
    op.drop_table("bulk_item")
    with op.batch_alter_table("bulk_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bulk_run_made_by"))
    op.drop_table("bulk_run")
