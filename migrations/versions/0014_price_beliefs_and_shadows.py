"""Run sql/0014_price_beliefs_and_shadows.sql, or take it back with sql/0014_price_beliefs_and_shadows.down.sql."""

from shopwright.infra.migrating import run_script

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0014_price_beliefs_and_shadows.sql")


def downgrade() -> None:
    run_script("0014_price_beliefs_and_shadows.down.sql")
