"""Run sql/0006_pricing.sql, or take it back with sql/0006_pricing.down.sql."""

from shopwright.infra.migrating import run_script

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0006_pricing.sql")


def downgrade() -> None:
    run_script("0006_pricing.down.sql")
