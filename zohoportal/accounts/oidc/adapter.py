"""Keeps allauth from asking anybody by itself, and from adding people."""

from typing import Any

from allauth.socialaccount.adapter import DefaultSocialAccountAdapter


class NoWayOut(DefaultSocialAccountAdapter):
    def is_open_for_signup(self, *_: Any) -> bool:
        return False

    def get_requests_session(self) -> Any:
        """Fail: what is asked goes through `ports.ask`, to the hosts of the setting."""
        raise NotImplementedError("the provider is asked through ports.ask")
