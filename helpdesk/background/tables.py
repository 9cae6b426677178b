"""Procrastinate's tables as far as we read them. They come from its own schema, so the models do not know them."""

from sqlalchemy import BigInteger, DateTime, Integer, String, Text, column, table
from sqlalchemy.dialects.postgresql import ENUM, JSONB

_moment = DateTime(timezone=True)

JobStatus = ENUM(
    "todo",
    "doing",
    "succeeded",
    "failed",
    "cancelled",
    "aborting",
    "aborted",
    name="procrastinate_job_status",
    create_type=False,
)

StepKind = ENUM("started", "succeeded", "failed", name="procrastinate_job_event_type", create_type=False)

queued = table(
    "procrastinate_jobs",
    column("id", BigInteger),
    column("queue_name", String),
    column("task_name", String),
    column("priority", Integer),
    column("lock", Text),
    column("queueing_lock", Text),
    column("args", JSONB),
    column("status", JobStatus),
    column("scheduled_at", _moment),
    column("attempts", Integer),
    column("worker_id", BigInteger),
)

steps = table(
    "procrastinate_events", column("job_id", BigInteger), column("type", StepKind), column("at", _moment)
)

moments = table(
    "procrastinate_periodic_defers",
    column("task_name", String),
    column("defer_timestamp", BigInteger),
    column("job_id", BigInteger),
)

workers = table("procrastinate_workers", column("id", BigInteger), column("last_heartbeat", _moment))

held_locks = table(
    "pg_locks",
    column("locktype", Text),
    column("database", BigInteger),
    column("classid", BigInteger),
    column("objid", BigInteger),
    column("objsubid", Integer),
)

databases = table("pg_database", column("oid", BigInteger), column("datname", Text))
