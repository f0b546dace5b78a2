from datetime import timedelta

import pytest
import time_machine

from zohoportal.accounts.models import User
from zohoportal.outbox import idempotency


class TestFormKeys:
    def test_identify_a_form_of_one_person(self, staff: User) -> None:
        value = idempotency.issue(staff)

        key = idempotency.read(value, staff)

        assert key
        assert idempotency.read(value, staff) == key

    def test_are_good_for_a_week(self, staff: User) -> None:
        with time_machine.travel("2027-03-01T09:00Z", tick=False) as clock:
            value = idempotency.issue(staff)
            clock.shift(timedelta(days=7))
            assert idempotency.read(value, staff)

            clock.shift(1)

            assert idempotency.read(value, staff) is None
            assert idempotency.owner(value) == str(staff.pk)

    def test_are_never_the_same(self, staff: User) -> None:
        first, second = idempotency.issue(staff), idempotency.issue(staff)

        assert idempotency.read(first, staff) != idempotency.read(second, staff)

    def test_are_no_good_for_another_person(self, staff: User, admin: User) -> None:
        assert idempotency.read(idempotency.issue(staff), admin) is None

    @pytest.mark.parametrize("value", ["", "x", "a:b:c", "\x00", "ü" * 5_000])
    def test_cannot_be_made_up(self, staff: User, value: str) -> None:
        assert idempotency.read(value, staff) is None

    def test_cannot_be_changed(self, staff: User) -> None:
        value = idempotency.issue(staff)

        assert idempotency.read(f"{value}x", staff) is None
        assert idempotency.read(value[:-1], staff) is None
