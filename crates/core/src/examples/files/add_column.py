"""Say what state a boat is in

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
    op.add_column("boat", sa.Column("state", sa.Text(), nullable=True))

    # Fill the rows that are there
    op.execute("UPDATE boat SET state = 'afloat' WHERE state IS NULL")

    # Now no row is empty
    op.alter_column("boat", "state", nullable=False)
    op.create_index("ix_boat_org_id_state", "boat", ["org_id", "state"])


def downgrade() -> None:
    op.drop_index("ix_boat_org_id_state", table_name="boat")
    op.drop_column("boat", "state")
