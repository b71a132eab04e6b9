"""Run sql/0015_experiments.sql, or take it back with sql/0015_experiments.down.sql."""

from shopwright.infra.migrating import run_script

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0015_experiments.sql")


def downgrade() -> None:
    run_script("0015_experiments.down.sql")
