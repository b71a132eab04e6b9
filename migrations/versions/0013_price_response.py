"""Run sql/0013_price_response.sql, or take it back with sql/0013_price_response.down.sql."""

from shopwright.infra.migrating import run_script

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0013_price_response.sql")


def downgrade() -> None:
    run_script("0013_price_response.down.sql")
