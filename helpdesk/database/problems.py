"""What can be wrong with the database, as a sentence for whoever starts the program."""


class DatabaseProblem(Exception):
    """One line: what is wrong and what to do about it."""
