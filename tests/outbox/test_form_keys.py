import pytest

from zohoportal.accounts.models import User
from zohoportal.outbox import form_keys


class TestFormKeys:
    def test_identify_a_form_of_one_person(self, staff: User) -> None:
        value = form_keys.issue(staff)

        key = form_keys.read(value, staff)

        assert key
        assert form_keys.read(value, staff) == key

    def test_are_never_the_same(self, staff: User) -> None:
        first, second = form_keys.issue(staff), form_keys.issue(staff)

        assert form_keys.read(first, staff) != form_keys.read(second, staff)

    def test_are_no_good_for_another_person(self, staff: User, admin: User) -> None:
        assert form_keys.read(form_keys.issue(staff), admin) is None

    @pytest.mark.parametrize("value", ["", "x", "a:b:c", "\x00", "ü" * 5_000])
    def test_cannot_be_made_up(self, staff: User, value: str) -> None:
        assert form_keys.read(value, staff) is None

    def test_cannot_be_changed(self, staff: User) -> None:
        value = form_keys.issue(staff)

        assert form_keys.read(f"{value}x", staff) is None
        assert form_keys.read(value[:-1], staff) is None
