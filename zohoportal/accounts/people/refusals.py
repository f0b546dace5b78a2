"""Why something about a person cannot be done."""


class Refused(Exception):
    """It was not done; the text says why, and what to do instead."""
