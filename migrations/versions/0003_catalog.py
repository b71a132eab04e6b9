"""Run sql/0003_catalog.sql, or take it back with sql/0003_catalog.down.sql."""

from shopwright.infra.migrating import run_script

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0003_catalog.sql")


def downgrade() -> None:
    run_script("0003_catalog.down.sql")
