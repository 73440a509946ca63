"""Call a berth a mooring

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
    op.alter_column("boat", "berth", new_column_name="mooring")


def downgrade() -> None:
    op.alter_column("boat", "mooring", new_column_name="berth")
