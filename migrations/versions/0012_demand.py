"""Run sql/0012_demand.sql, or take it back with sql/0012_demand.down.sql."""

from shopwright.infra.migrating import run_script

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0012_demand.sql")


def downgrade() -> None:
    run_script("0012_demand.down.sql")
