"""How mail comes in. Every door ends in mail.operations.receiving and lets go of its source only after the commit."""
