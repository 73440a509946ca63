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
    op.add_column("boat", sa.Column("draught_cm", sa.Integer(), nullable=True))
    op.create_index("ix_boat_org_id_berth", "boat", ["org_id", "berth"])


def downgrade() -> None:
    op.drop_column("boat", "draught_cm")
