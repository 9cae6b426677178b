"""What files say: plain text taken out of them by a process that may not harm anybody, for searches to find."""
