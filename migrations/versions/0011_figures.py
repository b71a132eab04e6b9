"""Run sql/0011_figures.sql, or take it back with sql/0011_figures.down.sql."""

from shopwright.infra.migrating import run_script

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0011_figures.sql")


def downgrade() -> None:
    run_script("0011_figures.down.sql")
