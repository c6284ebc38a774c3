"""What the sender of a request types that is to follow it, kept until it is sent."""

import sqlalchemy as sa
from alembic import op

from portal.db import JSONData, UTCDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "later_typing",
        sa.Column("submission_id", sa.String(length=20), nullable=False),
        sa.Column("typed", JSONData(), nullable=False),
        sa.Column("saves", JSONData(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["submission_id"], ["submission.id"], name=op.f("fk_later_typing_submission_id_submission"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("submission_id", name=op.f("pk_later_typing")),
    )
    with op.batch_alter_table("later_typing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_later_typing_changed_at"), ["changed_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("later_typing", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_later_typing_changed_at"))

    op.drop_table("later_typing")
