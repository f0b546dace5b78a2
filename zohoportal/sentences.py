"""Sentences that are finished before Django gets them."""


class Sentence(str):
    """A message for a form field, with names of Zoho's in it.

    Django fills a failed check's values into its message by `%`, and a label at Zoho
    may hold that sign: "Discount %".
    """

    __slots__ = ()

    def __mod__(self, values: object) -> "Sentence":
        return self
