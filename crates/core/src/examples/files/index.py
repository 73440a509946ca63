"""Find boats by berth

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
    op.create_index("ix_boat_org_id_berth", "boat", ["org_id", "berth"])
    op.create_index(
        "ix_boat_ashore",
        "boat",
        ["org_id"],
        postgresql_where=sa.text("berth IS NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_boat_ashore", table_name="boat")
    op.drop_index("ix_boat_org_id_berth", table_name="boat")
