"""Who is asking: passwords, sessions, one-time links, limits on tries."""
