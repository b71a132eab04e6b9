"""Run sql/0009_inventory.sql, or take it back with sql/0009_inventory.down.sql."""

from shopwright.infra.migrating import run_script

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0009_inventory.sql")


def downgrade() -> None:
    run_script("0009_inventory.down.sql")
