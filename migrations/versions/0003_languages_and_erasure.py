"""The language a form was filled in, what was erased when its time was over, and holds that keep a family's records."""

import sqlalchemy as sa
from alembic import op

from portal.db import JSONData, UTCDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "family_hold",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("family_id", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("placed_at", UTCDateTime(), nullable=False),
        sa.Column("placed_by_id", sa.String(length=20), nullable=False),
        sa.Column("placed_by_label", sa.Text(), nullable=False),
        sa.Column("lifted_at", UTCDateTime(), nullable=True),
        sa.Column("lifted_by_label", sa.Text(), nullable=False),
        sa.Column("lifted_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_family_hold_family_id_family")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_hold")),
    )
    with op.batch_alter_table("family_hold", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_family_hold_family_id"), ["family_id"], unique=False)
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.add_column(sa.Column("language", sa.String(length=15), server_default="", nullable=False))
    with op.batch_alter_table("submission_data", schema=None) as batch_op:
        batch_op.add_column(sa.Column("erased", JSONData(), server_default="{}", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("submission_data", schema=None) as batch_op:
        batch_op.drop_column("erased")
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.drop_column("language")
    with op.batch_alter_table("family_hold", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_family_hold_family_id"))

    op.drop_table("family_hold")
