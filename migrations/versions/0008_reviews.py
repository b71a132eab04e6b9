"""Run sql/0008_reviews.sql, or take it back with sql/0008_reviews.down.sql."""

from shopwright.infra.migrating import run_script

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0008_reviews.sql")


def downgrade() -> None:
    run_script("0008_reviews.down.sql")
