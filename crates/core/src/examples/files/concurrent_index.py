"""Find boats by berth, without holding writers up

Revision ID: 5e1a002
Revises: 5e1a001
Create Date: 2026-03-12 09:30:00.000000
"""

from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic
revision = "5e1a002"
down_revision = "5e1a001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_boat_org_id_berth",
            "boat",
            ["org_id", "berth"],
            postgresql_concurrently=True,
        )


def downgrade() -> None:
    with op.get_context().autocommit_block():
        op.drop_index("ix_boat_org_id_berth", table_name="boat", postgresql_concurrently=True)
