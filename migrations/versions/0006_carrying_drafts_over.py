"""Open drafts go on in a newer version of their form: what was decided and how far it is, and what the writers are told."""

import sqlalchemy as sa
from alembic import op

from portal.db import JSONData, UTCDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "carry_over",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("decision", JSONData(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("looked_at", sa.Integer(), nullable=False),
        sa.Column("last_id", sa.String(length=20), nullable=False),
        sa.Column("counts", JSONData(), nullable=False),
        sa.Column("started_by", sa.String(length=20), nullable=False),
        sa.Column("started_at", UTCDateTime(), nullable=False),
        sa.Column("finished_at", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carry_over")),
    )
    with op.batch_alter_table("carry_over", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_carry_over_name"), ["name"], unique=False)
    with op.batch_alter_table("submission_data", schema=None) as batch_op:
        batch_op.add_column(sa.Column("carried", JSONData(), server_default="[]", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("submission_data", schema=None) as batch_op:
        batch_op.drop_column("carried")
    with op.batch_alter_table("carry_over", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_carry_over_name"))

    op.drop_table("carry_over")
