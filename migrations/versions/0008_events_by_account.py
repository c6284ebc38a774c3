"""Find the events of one account without reading the whole trail.

Revision ID: 0008
Revises: 0007
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_audit_event_actor", "audit_event", ["actor", "id"])


def downgrade() -> None:
    op.drop_index("ix_audit_event_actor", table_name="audit_event")
