"""What is done with letters: drafted, shown on the console, their links copied. They flush, never commit."""
