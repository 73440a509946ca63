"""Compare sail numbers without regard to case and blanks

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
    # 1. The new column, still empty
    op.add_column("boat", sa.Column("sail_number_key", sa.Text(), nullable=True))

    # 2. Fill it: sail_number is NOT NULL, so every row gets a value
    connection = op.get_bind()
    connection.execute(
        sa.text("""
            UPDATE boat
            SET sail_number_key = lower(replace(sail_number, ' ', ''))
            WHERE sail_number_key IS NULL
        """)
    )

    # 3. Demand it
    op.alter_column("boat", "sail_number_key", nullable=False)
    op.create_index("ix_boat_org_id_sail_number_key", "boat", ["org_id", "sail_number_key"])


def downgrade() -> None:
    op.drop_index("ix_boat_org_id_sail_number_key", table_name="boat")
    op.drop_column("boat", "sail_number_key")
