"""Rounds in which a finished form was returned for changes, with the copy that is edited and the version before."""

import sqlalchemy as sa
from alembic import op

from portal.db import JSONData, UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "return_round",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("submission_id", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("asked", JSONData(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("asked_by_id", sa.String(length=20), nullable=True),
        sa.Column("asked_by_label", sa.Text(), nullable=False),
        sa.Column("asked_at", UTCDateTime(), nullable=False),
        sa.Column("base", JSONData(), nullable=False),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("answers", JSONData(), nullable=False),
        sa.Column("incomplete", JSONData(), nullable=False),
        sa.Column("acknowledged", JSONData(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saves", JSONData(), nullable=False),
        sa.Column("answered_by_id", sa.String(length=20), nullable=True),
        sa.Column("answered_by_label", sa.Text(), nullable=False),
        sa.Column("answered_at", UTCDateTime(), nullable=True),
        sa.Column("answer_note", sa.Text(), nullable=False),
        sa.Column("changes", JSONData(), nullable=False),
        sa.Column("merged_version", sa.Integer(), nullable=True),
        sa.Column("closed_by_id", sa.String(length=20), nullable=True),
        sa.Column("closed_by_label", sa.Text(), nullable=False),
        sa.Column("closed_at", UTCDateTime(), nullable=True),
        sa.Column("closed_note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_return_round_submission_id_submission"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_return_round")),
        sa.UniqueConstraint("submission_id", "number", name=op.f("uq_return_round_submission_id")),
    )
    with op.batch_alter_table("return_round", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_return_round_status"), ["status"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("return_round", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_return_round_status"))

    op.drop_table("return_round")
