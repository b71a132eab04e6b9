"""Run sql/0005_market.sql, or take it back with sql/0005_market.down.sql."""

from shopwright.infra.migrating import run_script

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0005_market.sql")


def downgrade() -> None:
    run_script("0005_market.down.sql")
