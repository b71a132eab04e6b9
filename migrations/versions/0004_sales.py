"""Run sql/0004_sales.sql, or take it back with sql/0004_sales.down.sql."""

from shopwright.infra.migrating import run_script

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0004_sales.sql")


def downgrade() -> None:
    run_script("0004_sales.down.sql")
