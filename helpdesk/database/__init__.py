"""Where PostgreSQL is: the embedded server or the user's own, its roles, its migrations."""
