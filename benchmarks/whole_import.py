"""A file of sales through the import's own pipeline: detected, mapped, validated, keyed, loaded, in one transaction.

Only the keeping of the raw file and the import's own row are left out; the rows are the same.
"""

import tempfile
from pathlib import Path

from shopwright.infra.db import Database
from shopwright.ingestion.domain import ImportOptions
from shopwright.ingestion.files.detection import detect
from shopwright.ingestion.guessing import guess_mapping
from shopwright.ingestion.pipeline import Job, load
from shopwright.ingestion.schemas import Kind
from shopwright.ingestion.sources import FileSource
from shopwright.ingestion.tally import Tally
from shopwright.ingestion.terms import ShopTerms
from shopwright.kit.ids import TenantId, new_id


async def load_file(database: Database, tenant: TenantId, file: Path) -> int:
    """Load the file as one import and return the number of new rows."""
    now = database.clock.now()
    profile = detect(file)
    mapping = guess_mapping(profile, Kind.SALES)
    terms = ShopTerms("Europe/Berlin", "EUR", now)
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        async with database.unit(tenant) as unit:
            job = Job(new_id(tenant, now), FileSource(file, profile), mapping, terms, "benchmark", ImportOptions())
            outcome = await load(unit, job, Path(folder) / "rejects.csv", Tally())
    return outcome.counts.new
