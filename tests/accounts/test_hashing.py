import os
import sys
import threading

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher

from zohoportal.accounts.signing_in import hashing
from zohoportal.accounts.signing_in.refused import HashingBusy


class TestHashing:
    def test_is_djangos_own(self) -> None:
        ours, theirs = hashing.InTurn(), PBKDF2PasswordHasher()
        word = "correct horse battery"

        assert ours.encode(word, "salt" * 6, 10) == theirs.encode(word, "salt" * 6, 10)
        assert ours.verify(word, theirs.encode(word, "salt" * 6, 10))

    def test_lets_so_many_wait_and_refuses_others_at_once(self) -> None:
        begun, go_on = threading.Event(), threading.Event()

        def work() -> str:
            begun.set()
            go_on.wait(30)
            return "done"

        found: list[str] = []
        waiting = [
            threading.Thread(target=lambda: found.append(hashing.in_turn(work)))
            for _ in range(hashing.PLACES)
        ]
        for thread in waiting:
            thread.start()
        try:
            begun.wait(30)
            # The last place may be taken a moment later than the thread began.
            while hashing._places.acquire(blocking=False):
                hashing._places.release()

            with pytest.raises(HashingBusy) as raised:
                hashing.in_turn(work)
        finally:
            go_on.set()
            for thread in waiting:
                thread.join()

        assert (raised.value.status, raised.value.retry_after) == (503, 5)
        assert found == ["done"] * hashing.PLACES
        assert hashing.in_turn(lambda: "again") == "again"

    @pytest.mark.skipif(sys.platform != "linux", reason="Linux has it per thread")
    def test_steps_back_behind_pages_by_as_much_as_it_may(self) -> None:
        def niceness() -> str:
            thread = threading.get_native_id()
            return str(os.getpriority(os.PRIO_PROCESS, thread))

        expected = min(int(niceness()) + hashing.NICER, 19)
        assert int(hashing.in_turn(niceness)) == expected
