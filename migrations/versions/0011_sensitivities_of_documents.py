"""Which kinds of answer a document holds. Of documents made before it is not known, so that only who reads everything may have them."""

import sqlalchemy as sa
from alembic import op

from portal.db import JSONData

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sensitivities", JSONData(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_column("sensitivities")
