"""Time for tests: ours, Zoho's, and the processor's, which nobody sets."""

import time

import pytest
import time_machine

from tests.zoho import SandboxZoho


class Clocks:
    """All clocks of a test; they go on by themselves and can be moved."""

    def __init__(
        self,
        ours: time_machine.Traveller,
        monkeypatch: pytest.MonkeyPatch,
        *zohos: SandboxZoho,
    ) -> None:
        self._ours = ours
        self._zohos = list(zohos)
        self._ahead = 0.0
        real = time.monotonic
        monkeypatch.setattr(time, "monotonic", lambda: real() + self._ahead)

    def add(self, zoho: SandboxZoho) -> None:
        self._zohos.append(zoho)

    def let_pass(self, seconds: float) -> None:
        """Let time go by for all."""
        self._ahead += seconds
        self.suspend(seconds)

    def suspend(self, seconds: float) -> None:
        """Let the machine sleep while time goes by, and be right when it wakes."""
        self._ours.shift(seconds)
        self.suspend_unnoticed(seconds)

    def suspend_unnoticed(self, seconds: float) -> None:
        """Let the machine sleep and wake with the time it went to sleep with."""
        for zoho in self._zohos:
            zoho.advance(seconds)

    def set_ours(self, seconds: float) -> None:
        """Set our clock forward or back, and nobody else's."""
        self._ours.shift(seconds)
