"""Run sql/0016_price_outcomes.sql, or take it back with sql/0016_price_outcomes.down.sql."""

from shopwright.infra.migrating import run_script

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0016_price_outcomes.sql")


def downgrade() -> None:
    run_script("0016_price_outcomes.down.sql")
