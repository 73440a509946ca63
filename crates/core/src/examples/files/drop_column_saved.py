"""Move the old register into the remarks

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
    # concat_ws leaves out what is NULL
    op.execute("""
        UPDATE boat
        SET remarks = concat_ws(' / ', remarks, 'old register: ' || old_register)
        WHERE old_register IS NOT NULL
    """)
    op.drop_column("boat", "old_register")


def downgrade() -> None:
    # The numbers stay in the remarks.
    op.add_column("boat", sa.Column("old_register", sa.Text(), nullable=True))
