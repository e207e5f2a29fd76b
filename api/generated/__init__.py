"""A whole company made from a seed, for trying things at size.

The rows are made from values alone (`company`), so the same seed gives the same rows with the same
ids; then they are written in one transaction (`writing`). A later area adds its file beside the
others, its rows to `rows`, and its tables to `Company.tables`.
"""

from typing import Any

from api.generated.company import Company, Sizes, company
from api.generated.sign_ins import generated_sign_ins_file, write_generated_sign_ins
from api.generated.writing import gather_statistics, write
from api.postgres.reporting import Report
from api.settings import Settings
from auth.actor import Actor

__all__ = ["Company", "Sizes", "company", "generate", "generated_sign_ins_file"]


async def generate(made: Company, dsn: str, settings: Settings, report: Report) -> dict[str, Any]:
    """Write a company into a migrated, opened database; who may sign in, as its file says.

    Raises Conflict where there is an organisation with its slug; then nothing was written.
    """
    system = Actor.system(made.org, made.today, "generate")
    await write(system, made, report)
    report("Gathering statistics.")
    await gather_statistics(made, dsn)
    report("Preparing the sign-ins.")
    return await write_generated_sign_ins(system, made, settings)
