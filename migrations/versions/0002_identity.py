"""Run sql/0002_identity.sql, or take it back with sql/0002_identity.down.sql."""

from shopwright.infra.migrating import run_script

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0002_identity.sql")


def downgrade() -> None:
    run_script("0002_identity.down.sql")
