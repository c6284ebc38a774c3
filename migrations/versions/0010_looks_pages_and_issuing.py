"""Documents in another look (large print, easy read), the pictures of their pages, and issuing a whole run in the background."""

import sqlalchemy as sa
from alembic import op

from portal.db import UTCDateTime

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.add_column(sa.Column("variant", sa.String(length=60), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("pages_sha256", sa.String(length=64), nullable=False, server_default=""))
    with op.batch_alter_table("document", schema=None) as batch_op:
        for name in ("variant", "pages_sha256"):
            batch_op.alter_column(name, server_default=None)
    with op.batch_alter_table("bulk_run", schema=None) as batch_op:
        batch_op.add_column(sa.Column("variant", sa.String(length=60), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("parts_sha256", sa.String(length=64), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("issue_way", sa.String(length=60), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("issue_upto", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("issue_begun_at", UTCDateTime(), nullable=True))
        batch_op.add_column(sa.Column("issue_ended_at", UTCDateTime(), nullable=True))
    with op.batch_alter_table("bulk_run", schema=None) as batch_op:
        for name in ("variant", "parts_sha256", "issue_way", "issue_upto"):
            batch_op.alter_column(name, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("bulk_run", schema=None) as batch_op:
        for name in ("issue_ended_at", "issue_begun_at", "issue_upto", "issue_way", "parts_sha256", "variant"):
            batch_op.drop_column(name)
    with op.batch_alter_table("document", schema=None) as batch_op:
        for name in ("pages_sha256", "variant"):
            batch_op.drop_column(name)
