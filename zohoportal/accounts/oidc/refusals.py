"""Why the company's sign-in did not end in being signed in, and what to do next."""

from dataclasses import dataclass

ASK = "Ask the person who runs this portal"
AGAIN = "Start again from the sign-in page."


@dataclass(frozen=True)
class Words:
    title: str
    cause: str
    next_step: str


WORDS = {
    "unreachable": Words(
        "The company's sign-in does not answer",
        "The portal asked it, and no usable answer came in time.",
        f"Try again in a minute. If it stays so: {ASK.lower()} to look at its address.",
    ),
    "cancelled": Words(
        "You did not sign in",
        "The sign-in was stopped at the company's page.",
        AGAIN,
    ),
    "sent_back": Words(
        "The company's sign-in sent you back",
        "It did not let this portal sign you in.",
        f"{ASK} to look at how it is registered there.",
    ),
    "old_trip": Words(
        "This sign-in is no longer good",
        "It took too long, was used before, or began in another browser.",
        AGAIN,
    ),
    "exchange": Words(
        "The company's sign-in did not accept this portal",
        "It refused the client id, the client secret or the code.",
        f"{ASK} to compare OIDC_CLIENT_ID and OIDC_CLIENT_SECRET with what is "
        "registered there.",
    ),
    "unreadable": Words(
        "The company's sign-in answered in a way the portal cannot read",
        "What came back was no sound OpenID answer.",
        f"{ASK} to look at OIDC_ISSUER.",
    ),
    "elsewhere": Words(
        "The company's sign-in works on a host that the portal may not ask",
        "The portal asks only the hosts that OIDC_ISSUER names.",
        f"{ASK} to add the host below to OIDC_ISSUER, after a comma.",
    ),
    "issuer": Words(
        "The answer came from another issuer",
        "It does not name the company's sign-in that this portal knows.",
        f"{ASK} to compare OIDC_ISSUER with the issuer that the provider names.",
    ),
    "audience": Words(
        "The answer was meant for another application",
        "It does not name this portal's client id.",
        f"{ASK} to compare OIDC_CLIENT_ID with what is registered there.",
    ),
    "nonce": Words(
        "The answer belongs to another sign-in",
        "It does not carry what this browser was given to bring back.",
        AGAIN,
    ),
    "clock": Words(
        "The clocks of the portal and of the company's sign-in differ",
        "By more than two minutes; the answer seems to be from another time.",
        f"{ASK} to set both clocks by a time server.",
    ),
    "signature": Words(
        "The answer's signature does not hold",
        "None of the keys that the company's sign-in shows fits it.",
        "Try again in a minute: its keys may just be changing. If it stays so: "
        f"{ASK.lower()} to look at OIDC_ISSUER.",
    ),
    "no_time": Words(
        "The company's sign-in did not say when you signed in there",
        "The portal needs to know that it was within the last hour.",
        f"{ASK} to have it send the claim auth_time.",
    ),
    "too_long_ago": Words(
        "You have to sign in anew",
        "The company's sign-in let you through without asking you again.",
        "Sign out at the company's page, then sign in here again.",
    ),
    "no_email": Words(
        "Your company account brought no e-mail address",
        "The portal knows people by their e-mail address.",
        f"{ASK} to have the company's sign-in send the claim email.",
    ),
    "email_unverified": Words(
        "Your e-mail address is not confirmed at the company's sign-in",
        "Nobody there vouches that the address is yours.",
        f"{ASK} to have it send email_verified, or xms_edov from Microsoft Entra.",
    ),
    "email_taken": Words(
        "This e-mail address belongs to another company account",
        "Somebody signed in here with it before, with another account.",
        f"{ASK} which of the two accounts is yours.",
    ),
    "no_group": Words(
        "Your company account has no access to this portal",
        "None of its groups is one of those that may use it.",
        f"{ASK} to add you to a group, then sign in again.",
    ),
    "local_only": Words(
        "This account signs in with its password",
        "It is kept apart, for the day on which the company's sign-in is away.",
        "Use the e-mail address and the password on the sign-in page.",
    ),
    "closed": Words(
        "Your account here is closed",
        "The company's sign-in knows you, but this portal no longer lets you in.",
        f"{ASK} if this is a mistake.",
    ),
    "other_person": Words(
        "That was another company account",
        "You are signed in here as somebody else.",
        "Go on with the account that you began with, or sign out first.",
    ),
}


class Refused(Exception):
    """The sign-in ends here.

    Attributes:
        words: what to say, and what to do next.
        detail: the provider's own word, for whoever runs the portal; may be empty.
    """

    def __init__(self, kind: str, detail: str = "") -> None:
        super().__init__(kind)
        self.kind = kind
        self.words = WORDS[kind]
        self.detail = detail
