"""What an operation may answer instead of doing its work: each error carries a sentence for the person who asked."""


class Unwelcome(Exception):
    """An act that is not carried out. `sentence` says what is wrong and what to do; `status` is its HTTP code."""

    status = 400

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Refused(Unwelcome):
    """This person may not do this."""

    status = 403


class Conflict(Unwelcome):
    """Somebody or something changed meanwhile, or the thing is not in a state that allows this."""

    status = 409


class Gone(Unwelcome):
    """It was here and will not come back: a used link, an expired token."""

    status = 410


class TooLarge(Unwelcome):
    """More bytes than the desk takes."""

    status = 413


class NotStored(Unwelcome):
    """The machine has no room or no right to keep what was sent: nothing of it was saved."""

    status = 507


class TooMany(Unwelcome):
    """Too many tries. `retry_after` says after how many seconds it is worth trying again."""

    status = 429

    def __init__(self, sentence: str, *, retry_after: int) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after
