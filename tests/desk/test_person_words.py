import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk.zoho.person_words import names_in, person_in

SIGNS = "Aé '-+()0123456789@<>,;.\u200b\u202a\t\n"


class TestPersonIn:
    @pytest.mark.parametrize(
        ("typed", "found"),
        [
            ("", {}),
            ("dan", {"last_name": "dan"}),
            ("Archer, Ann", {"first_name": "Ann", "last_name": "Archer"}),
            ("Ann\tArcher", {"first_name": "Ann", "last_name": "Archer"}),
            ("tel:+442079460555", {"phone": "+442079460555"}),
            ("Tel. 020 7946 0555 ext 12", {"phone": "020 7946 0555 ext 12"}),
            ("\u202a+44\u2011207\u2011946\u202c", {"phone": "+44\u2011207\u2011946"}),
            ("Room 12", {"first_name": "Room", "last_name": "12"}),
            ("<ann@example.com>", {"email": "ann@example.com"}),
            ("a@example.com b@example.com", {"email": "a@example.com b@example.com"}),
            (
                "Ann Archer <ann@example.com> +44 20 7946 0555",
                {
                    "email": "ann@example.com",
                    "first_name": "Ann",
                    "last_name": "Archer",
                    "phone": "+44 20 7946 0555",
                },
            ),
        ],
    )
    def test_takes_a_text_apart_forms_07_forms_15(
        self, typed: str, found: dict[str, str]
    ) -> None:
        assert person_in(typed) == found

    @given(st.text(SIGNS, max_size=60))
    @settings(max_examples=200, deadline=None)
    def test_loses_no_letter_and_no_digit(self, typed: str) -> None:
        found = "".join(person_in(typed).values())

        assert sorted(filter(str.isalnum, found)) == sorted(filter(str.isalnum, typed))


class TestNamesIn:
    @pytest.mark.parametrize(
        ("text", "names"),
        [
            ("Kim Ann Sample", ("Kim Ann", "Sample")),
            ("Sample", ("", "Sample")),
            ("Sample, Kim", ("Kim", "Sample")),
            (", Kim", ("", "Kim")),
            ("", ("", "")),
        ],
    )
    def test_knows_both_orders(self, text: str, names: tuple[str, str]) -> None:
        assert names_in(text) == names
