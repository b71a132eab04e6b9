"""Run sql/0007_ingestion.sql, or take it back with sql/0007_ingestion.down.sql."""

from shopwright.infra.migrating import run_script

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0007_ingestion.sql")


def downgrade() -> None:
    run_script("0007_ingestion.down.sql")
