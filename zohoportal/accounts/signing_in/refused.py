"""Why a password is not looked at just now, and when it will be."""


class Refused(Exception):
    """The password was not looked at; the text says why and what to do.

    Attributes:
        status: the HTTP status of the page that says so.
        retry_after: whole seconds until it is worth another try.
    """

    status = 429

    def __init__(self, words: str, retry_after: int) -> None:
        super().__init__(words)
        self.retry_after = retry_after


class TooManyAttempts(Refused):
    pass


class HashingBusy(Refused):
    status = 503
