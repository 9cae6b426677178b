"""What is wrong with a query, and where."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Trouble:
    """A sentence about text[start:end]; `instead` is what could stand there, empty where nobody knows."""

    sentence: str
    start: int
    end: int
    instead: str = ""


class Misread(Exception):
    """Why a piece of text is no term."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.sentence)
        self.trouble = trouble
