"""Create charters

Revision ID: 5e1a002
Revises: 5e1a001
Create Date: 2026-03-12 09:30:00.000000
"""

from alembic import op
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TIMESTAMP, UUID

# revision identifiers, used by Alembic
revision = "5e1a002"
down_revision = "5e1a001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "charter",
        sa.Column("id", UUID(as_uuid=True), nullable=False, server_default=sa.text("gen_random_uuid()")),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("nights", sa.Integer(), nullable=False, server_default=sa.text("1")),
        sa.Column("created_at", TIMESTAMP(timezone=True), nullable=False, server_default=sa.text("now()")),
        sa.Column("updated_at", TIMESTAMP(timezone=True), nullable=False, server_default=sa.text("now()")),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    op.drop_table("charter")
