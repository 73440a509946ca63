"""Fill the states of all boats, some thousands at a time

Revision ID: 5e1a003
Revises: 5e1a002
Create Date: 2026-03-13 09:30:00.000000
"""

from alembic import op
import sqlalchemy as sa

# revision identifiers, used by Alembic
revision = "5e1a003"
down_revision = "5e1a002"
branch_labels = None
depends_on = None


BATCH = 5000


def upgrade() -> None:
    connection = op.get_bind()
    while True:
        result = connection.execute(
            sa.text(f"""
                UPDATE boat
                SET state = 'afloat'
                WHERE id IN (
                    SELECT id FROM boat
                    WHERE state IS NULL
                    LIMIT {BATCH}
                )
            """)
        )
        if result.rowcount == 0:
            break


def downgrade() -> None:
    # The rows keep their state: nothing else is known of them.
    pass
