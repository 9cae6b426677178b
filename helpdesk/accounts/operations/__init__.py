"""What is done to people and what they belong to; each verb a function. They flush, never commit."""
