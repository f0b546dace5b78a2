"""forms/15: what people paste as an e-mail address, and what comes of it."""

import pytest
from django import forms
from hypothesis import given, settings
from hypothesis import strategies as st

from zohoportal.web.pasted import PastedEmailField, PastedField, clean, clean_email

NAMES = st.text("abcdefghij ÄÖé'-.", min_size=1, max_size=12).map(
    lambda name: f"A{name}z"
)
ADDRESSES = st.from_regex(
    r"[a-z0-9]{1,8}(\.[a-z0-9+_-]{1,5})?@[a-z]{1,9}\.example", fullmatch=True
)
HIDDEN = st.sampled_from(["\u200b", "\u200e", "\u202a", "\u2060", "\ufeff", "\u00ad"])


class TestCleanEmail:
    @pytest.mark.parametrize(
        ("pasted", "name", "address"),
        [
            ("\u200bzw@example.com", "", "zw@example.com"),
            ("Ann Archer <ann.a@example.com>", "Ann Archer", "ann.a@example.com"),
            ("mailto:ann.b@example.com", "", "ann.b@example.com"),
            ("ann.c@example.com;", "", "ann.c@example.com"),
        ],
    )
    def test_reads_what_people_paste_forms_15(
        self, pasted: str, name: str, address: str
    ) -> None:
        assert clean_email(pasted) == (name, address)

    @pytest.mark.parametrize(
        ("pasted", "name", "address"),
        [
            ('"Archer, Ann" <ann@example.com>,', "Archer, Ann", "ann@example.com"),
            ("\u201cann@example.com\u201d", "", "ann@example.com"),
            ("<ann@example.com>", "", "ann@example.com"),
            ("ann@example.com (Ann Archer)", "Ann Archer", "ann@example.com"),
            ("ann@example.com <ann@example.com>", "", "ann@example.com"),
            ("Ann O'Hara <o'hara@example.com>", "Ann O'Hara", "o'hara@example.com"),
        ],
    )
    def test_reads_what_mail_programs_copy_forms_15(
        self, pasted: str, name: str, address: str
    ) -> None:
        assert clean_email(pasted) == (name, address)

    @pytest.mark.parametrize(
        ("pasted", "name", "address"),
        [
            ("[Ann](mailto:ann@example.com)", "Ann", "ann@example.com"),
            ("ann@example.com <mailto:ann@example.com>", "", "ann@example.com"),
            ("MAILTO:ann%2Bx@example.com?subject=Hi", "", "ann+x@example.com"),
            ("\u202aann@example.com\u202c\u00a0\r\n", "", "ann@example.com"),
            ("See ann@example.com.", "", "See ann@example.com."),
            ("ann@example.com.", "", "ann@example.com"),
        ],
    )
    def test_reads_what_pages_and_chats_copy_forms_15(
        self, pasted: str, name: str, address: str
    ) -> None:
        assert clean_email(pasted) == (name, address)

    @pytest.mark.parametrize(
        "pasted",
        [
            "",
            "Kim Sample",
            "ann@example.com; ben@example.com",
            "ann@example.com <ben@example.com>",
            "ann @example.com",
            "a@b@c",
            "Ann <ann@example.com> ben@example.com",
            "mailto:ann@example.com,ben@example.com",
            "please write to ann@example.com",
        ],
    )
    def test_guesses_nothing(self, pasted: str) -> None:
        assert clean_email(pasted) == ("", pasted)

    @given(NAMES, ADDRESSES, HIDDEN, st.integers(0, 60))
    @settings(max_examples=100, deadline=None)
    def test_finds_name_and_address_wherever_something_hides(
        self, name: str, address: str, hidden: str, place: int
    ) -> None:
        text = f"{name} <{address}>"
        pasted = f"{text[:place]}{hidden}{text[place:]};"

        assert clean_email(pasted) == (" ".join(name.split()), address)

    @given(st.text(max_size=60))
    @settings(max_examples=200, deadline=None)
    def test_is_done_after_one_cleaning(self, pasted: str) -> None:
        once = clean_email(pasted)

        assert clean_email(once.address).address == once.address


class TestFields:
    def test_take_what_was_pasted_and_object_to_the_rest(self) -> None:
        field = PastedEmailField()

        assert field.clean("Ann <ann@example.com>") == "ann@example.com"
        with pytest.raises(forms.ValidationError):
            field.clean("ann@example.com; ben@example.com")

    def test_keep_the_inside_of_a_line(self) -> None:
        assert PastedField().clean("\u201c1000.A B\u200b\u201d\r\n") == "1000.A B"
        assert clean("it's") == "it's"
