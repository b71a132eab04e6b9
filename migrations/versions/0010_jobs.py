"""Run sql/0010_jobs.sql, or take it back with sql/0010_jobs.down.sql."""

from shopwright.infra.migrating import run_script

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0010_jobs.sql")


def downgrade() -> None:
    run_script("0010_jobs.down.sql")
