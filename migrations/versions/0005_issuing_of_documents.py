"""Documents are drafted, checked, approved and issued; what was shared with whom is logged. Documents made before stand as issued."""

import sqlalchemy as sa
from alembic import op

from portal.db import JSONData, UTCDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TEXTS = ("recipient", "checked_by_label", "approved_by_label")
MOMENTS = ("checked_at", "approved_at", "issued_at")
PEOPLE = ("checked_by", "approved_by")


def upgrade() -> None:
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.add_column(sa.Column("state", sa.String(length=12), nullable=False, server_default="issued"))
        batch_op.add_column(sa.Column("copy", sa.String(length=60), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("pdf_sha256", sa.String(length=64), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("cleared", JSONData(), nullable=False, server_default=sa.text("'[]'")))
        for name in TEXTS:
            batch_op.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
        for name in PEOPLE:
            batch_op.add_column(sa.Column(name, sa.String(length=20), nullable=True))
        for name in MOMENTS:
            batch_op.add_column(sa.Column(name, UTCDateTime(), nullable=True))
    op.execute("UPDATE document SET issued_at = produced_at")
    with op.batch_alter_table("document", schema=None) as batch_op:
        for name in ("state", "copy", "pdf_sha256", "cleared", *TEXTS):
            batch_op.alter_column(name, server_default=None)
    op.create_table(
        "sharing",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("episode_id", sa.String(length=20), nullable=True),
        sa.Column("document_id", sa.String(length=20), nullable=True),
        sa.Column("was_shared", sa.Boolean(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("shared_at", UTCDateTime(), nullable=False),
        sa.Column("shared_by", sa.String(length=20), nullable=True),
        sa.Column("shared_by_label", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_sharing_document_id_document")),
        sa.ForeignKeyConstraint(["episode_id"], ["episode.id"], name=op.f("fk_sharing_episode_id_episode")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharing")),
    )
    with op.batch_alter_table("sharing", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sharing_document_id"), ["document_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_sharing_episode_id"), ["episode_id"], unique=False)


def downgrade() -> None:
    op.drop_table("sharing")
    with op.batch_alter_table("document", schema=None) as batch_op:
        for name in (*MOMENTS, *PEOPLE, *TEXTS, "cleared", "pdf_sha256", "copy", "state"):
            batch_op.drop_column(name)
