"""From the bytes of a mail to typed plain values: pure, without a database, for any input whatever."""
