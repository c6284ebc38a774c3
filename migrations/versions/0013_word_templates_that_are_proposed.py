"""Word templates that somebody proposes in the browser, and why each version was put in force."""

import sqlalchemy as sa
from alembic import op

from portal.db import JSONData, UTCDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proposed_template",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("origin", sa.String(length=12), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("checked", JSONData(), nullable=False),
        sa.Column("comments_sha256", sa.String(length=64), nullable=False),
        sa.Column("specimen_sha256", sa.String(length=64), nullable=False),
        sa.Column("proposed_by", sa.String(length=20), nullable=False),
        sa.Column("proposed_at", UTCDateTime(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposed_template")),
    )
    with op.batch_alter_table("proposed_template", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposed_template_name"), ["name"], unique=False)
    with op.batch_alter_table("published_version", schema=None) as batch_op:
        batch_op.add_column(sa.Column("note", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("published_version", schema=None) as batch_op:
        batch_op.alter_column("note", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("published_version", schema=None) as batch_op:
        batch_op.drop_column("note")
    with op.batch_alter_table("proposed_template", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposed_template_name"))

    op.drop_table("proposed_template")
