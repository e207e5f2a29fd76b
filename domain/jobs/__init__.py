"""What follows from an act, and what has to be done now and then, done by a worker.

    await enqueue(transaction, "statement.send", {"org": org, "statement": statement_id})

    @job("statement.send")
    async def send_statement(payload: Payload) -> None: ...

A job is part of the act's transaction: it exists when the act does. It is done at least once; a
worker that dies leaves it to another, so a job may run twice and has to bear that. Behind this
stands pgqueuer, which nothing outside this folder knows.
"""

from domain.jobs.queue import Payload, enqueue
from domain.jobs.registry import each_organisation, job, periodically
from domain.jobs.worker import Pace, run_worker, working

__all__ = [
    "Pace",
    "Payload",
    "each_organisation",
    "enqueue",
    "job",
    "periodically",
    "run_worker",
    "working",
]
