"""Jobs on PostgreSQL: born in the writer's transaction, run by the worker, kept when they fail."""
