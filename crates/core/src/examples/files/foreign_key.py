"""Give a boat its skipper

Revision ID: 5e1a002
Revises: 5e1a001
Create Date: 2026-03-12 09:30:00.000000
"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import UUID

# revision identifiers, used by Alembic
revision = "5e1a002"
down_revision = "5e1a001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("boat", sa.Column("skipper_id", UUID(as_uuid=True), nullable=True))
    op.create_foreign_key(
        "fk_boat_skipper",
        "boat",
        "skipper",
        ["skipper_id"],
        ["id"],
        ondelete="SET NULL",
    )
    op.create_index("ix_boat_skipper_id", "boat", ["skipper_id"])


def downgrade() -> None:
    op.drop_index("ix_boat_skipper_id", table_name="boat")
    op.drop_constraint("fk_boat_skipper", "boat", type_="foreignkey")
    op.drop_column("boat", "skipper_id")
