"""Run sql/0001_foundation.sql, or take it back with sql/0001_foundation.down.sql."""

from shopwright.infra.migrating import run_script

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0001_foundation.sql")


def downgrade() -> None:
    run_script("0001_foundation.down.sql")
