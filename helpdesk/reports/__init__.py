"""Numbers about tickets: what is counted, how, over which period, and the tickets behind each number."""
