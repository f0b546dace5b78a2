"""A47: which passwords are taken."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.accounts.sign_ins import sign_in
from zohoportal.accounts.models import User

ANN = User(email="ann.archer@example.com")

GOOD = {
    "words": "correct horse battery",
    "twelve signs": "v8#kPw!zLq2t",
    "spaces around": "  red door jumps  ",
    "a German one": "Übergrößenträger mögen Öl",
    "a Japanese one": "正しい馬の電池ホチキスを使う",
    "with emoji": "🐎🔋 staple kilo 🏔️🌙",
    "only small letters": "gravelmoonpiano",
    "as long as a letter": "a horse walked by and " * 20 + "left",
}
BAD = {
    "eleven signs": ("v8#kPw!zLq2", "too short"),
    "common": ("passwordpassword", "too common|pattern"),
    "common too": ("q1w2e3r4t5y6", "too common"),
    "one's own address": ("ann.archer@example.com", "your own name"),
    "most of one's own address": ("ann.archer@example", "your own name"),
    "one's own name": ("annarcherannarcher", "your own name|pattern"),
    "one sign": ("aaaaaaaaaaaaaaaa", "pattern"),
    "a word four times": ("horsehorsehorsehorse", "pattern"),
    "a part cut off": ("abc1abc1abc1ab", "pattern"),
    "a part in capitals": ("HorseHORSEhorse", "pattern"),
    "numbers up": ("123456789012345", "pattern"),
    "numbers down": ("98765432109876", "pattern"),
    "the alphabet": ("abcdefghijklmnop", "pattern"),
    "the alphabet back": ("zyxwvutsrqpon", "pattern"),
    "a keyboard": ("qwertyuiop12", "pattern|common"),
    "a German keyboard": ("qwertzuiop123", "pattern"),
    "two rows of keys": ("asdfghjklqwertyuiop", "pattern"),
}


class TestA47Password:
    @pytest.mark.parametrize("password", GOOD.values(), ids=GOOD)
    def test_is_taken(self, password: str) -> None:
        validate_password(password, ANN)

    @pytest.mark.parametrize(("password", "words"), BAD.values(), ids=BAD)
    def test_is_refused_with_the_reason(self, password: str, words: str) -> None:
        with pytest.raises(ValidationError, match=words):
            validate_password(password, ANN)

    @given(st.text(min_size=1, max_size=6), st.integers(2, 12))
    def test_of_one_part_repeated_is_never_taken(self, part: str, times: int) -> None:
        with pytest.raises(ValidationError):
            validate_password(part * times, ANN)

    @pytest.mark.django_db
    @pytest.mark.parametrize("password", GOOD.values(), ids=GOOD)
    def test_signs_in_as_it_was_typed(self, staff: User, password: str) -> None:
        staff.set_password(password)
        staff.save()

        assert sign_in(staff.email, password).status_code == 302
        assert sign_in(staff.email, password[:-1]).status_code == 200


@pytest.mark.django_db
class TestFirstPassword:
    def test_opens_nothing_but_the_page_to_change_it(
        self, staff: User, staff_client: Client
    ) -> None:
        User.objects.update(must_change_password=True)

        for address in ("/", "/deliveries/", "/account/settings/", "/nothing/"):
            page = staff_client.get(address, follow=False)
            assert (page.status_code, page.headers.get("Location")) in {
                (302, "/account/password/"),
                (404, None),
            }
        assert staff_client.get("/account/password/").status_code == 200

    def test_is_over_once_it_was_changed(
        self, staff: User, staff_client: Client
    ) -> None:
        User.objects.update(must_change_password=True)
        new = "another horse entirely"
        form = {
            "old_password": "correct horse battery",
            "new_password1": new,
            "new_password2": new,
        }

        staff_client.post("/account/password/", form)

        staff.refresh_from_db()
        assert not staff.must_change_password
        assert staff_client.get("/").status_code == 200

    def test_lets_people_out(self, staff_client: Client) -> None:
        User.objects.update(must_change_password=True)

        page = staff_client.post("/account/sign-out/")

        assert page.headers["Location"] == "/account/sign-in/"
