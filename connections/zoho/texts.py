"""What people read when something with Zoho goes wrong, one row for each situation.

`E05` and the like are the numbers of our error texts, kept as anchors for help pages
and tests. Say what happened, why, and what to do, in that order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

# Nothing works through this connection until an admin has set it up anew.
CUT_OFF = {"E01", "E02", "E03", "E06", "E14", "E15"}


@dataclass(frozen=True)
class Explanation:
    """What people read.

    `action` names the main button's place, `label` its words; `also` has the further
    buttons in the same way. `asks` is what staff ask an admin for; `note` is a text
    that an admin here can pass on to one at Zoho.
    """

    ref: str
    title: str
    cause: str
    next_step: str
    action: str = ""
    label: str = ""
    needs_admin: bool = False
    details: tuple[tuple[str, str], ...] = field(default=())
    also: tuple[tuple[str, str], ...] = ()
    asks: str = ""
    note: str = ""

    def for_staff(self, admin: str) -> "Explanation":
        """Return the same without set-up words, where only an admin can help."""
        if not self.needs_admin:
            return self
        return replace(
            self,
            title="Zoho is not connected at the moment"
            if self.ref in CUT_OFF
            else self.title,
            cause="",
            next_step=f"Ask {admin}{self.asks}. Your form is kept.",
            action="",
            label="",
            also=(),
            note="",
        )


def _row(
    *texts: str,
    admin: bool = False,
    also: tuple[tuple[str, str], ...] = (),
    asks: str = "",
    note: str = "",
) -> Explanation:
    ref, title, cause, next_step, action, label = texts
    return Explanation(
        ref,
        title,
        cause,
        next_step,
        action,
        label,
        needs_admin=admin,
        also=also,
        asks=asks,
        note=note,
    )


_AGAIN = ("again", "Try again")
_RECONNECT = ("reconnect", "Reconnect")

TEXTS: Mapping[str, Explanation] = {
    "redirect_uri": _row(
        "E01",
        "The redirect address at Zoho is different from ours",
        "Zoho compares it character by character: https or http, port and a final "
        "slash all count.",
        "Copy the address {redirect_uri}, open your client in the Zoho API console, "
        "replace the one there and save.",
        "client",
        "Show the redirect address",
        admin=True,
    ),
    "unknown_client": _row(
        "E02",
        "Zoho does not know this client in {region}",
        "Either the client ID has a typo, or the client was made in another region.",
        "Look at the address of your API console: api-console.zoho.eu means Europe.",
        "region",
        "Choose another region",
        admin=True,
    ),
    "secret": _row(
        "E03",
        "The client secret does not fit",
        "Zoho accepted the client ID but not the secret. It may have been renewed in "
        "the API console. If your account is in another region than the client, switch "
        "on Multi-DC there; each region can have its own secret.",
        "Copy it again from the Client Secret tab.",
        "secret",
        "Enter the secret again",
        admin=True,
    ),
    "code": _row(
        "E04",
        "The sign-in took too long",
        "Zoho's code is good for about a minute and can be used once. Nothing is lost; "
        "your settings are saved.",
        "Go to Zoho once more and choose Accept.",
        "consent",
        "Go to Zoho again",
    ),
    "self_client_code": _row(
        "E05",
        "This code has expired or was used before",
        "Codes from Self Client last a few minutes, 3 unless you choose longer, and "
        "work once. Client ID and secret are saved.",
        "Make a new one and paste it here.",
        "client",
        "Show the steps",
    ),
    "ended": _row(
        "E06",
        "Zoho has ended this connection",
        "The access was removed at Zoho, or it was replaced: a Zoho user can hold 20 "
        "connections, and the oldest can be dropped when another is made.",
        "Reconnect as the same Zoho user.",
        *_RECONNECT,
        admin=True,
    ),
    "access_denied": _row(
        "E07",
        "Access was not granted",
        "You chose Reject at Zoho, or your Zoho user may not approve apps. Nothing was "
        "changed.",
        "Ask Zoho again and choose Accept, or sign in there as another Zoho user.",
        "consent",
        "Ask Zoho again",
    ),
    "throttle": _row(
        "E09",
        "Zoho asks us to wait",
        "Too many sign-ins in a short time: Zoho allows 10 new tokens in 10 minutes.",
        "Try again at {time}.",
        *_AGAIN,
    ),
    "no_refresh_token": _row(
        "E10",
        "Zoho gave access for one hour only",
        "This happens when the app was approved before.",
        "Approve it once more so that the connection lasts.",
        "consent",
        "Approve again",
    ),
    "state": _row(
        "E11",
        "This sign-in link is no longer good",
        "It was opened twice, in another browser, by another person, or more than "
        "{minutes} minutes ago. For your safety we did not use it.",
        "Open the connection and go to Zoho from there.",
        "list",
        "Start again",
    ),
    "unknown_host": _row(
        "E12",
        "This answer did not come from a Zoho address we know",
        "We sent nothing to it.",
        "Start the connection again from here.",
        "list",
        "Start again",
    ),
    "scope": _row(
        "E13",
        "A permission is missing: {feature}",
        "The connection works, but was not given this right. Other features go on "
        "working.",
        "Add it and approve at Zoho.",
        "reconnect",
        "Add permission",
        admin=True,
        asks=" to allow “{feature}”",
    ),
    "not_proven": _row(
        "E25",
        "We could not see whose Zoho account this is",
        "Zoho did not tell us the organisation, so we did not use this sign-in. "
        "Nothing was changed.",
        "Try again in a few minutes.",
        "consent",
        "Go to Zoho again",
    ),
    "not_connected": _row(
        "E06",
        "Zoho is not connected at the moment",
        "The connection was ended here or at Zoho.",
        "Reconnect it; what was sent meanwhile is kept.",
        *_RECONNECT,
        admin=True,
    ),
    "refused": _row(
        "E14",
        "Zoho no longer accepts this connection",
        "We renewed the access and Zoho still said no.",
        "Reconnecting mostly helps.",
        *_RECONNECT,
        admin=True,
    ),
    "region?": _row(
        "E27",
        "Zoho could not read our sign-in",
        "The token was sent and not accepted. Right after a good sign-in this mostly "
        "means another region; we asked {host}.",
        "Test again, or connect with the region that you see in Zoho's address.",
        "test",
        "Test again",
        admin=True,
    ),
    "organisation": _row(
        "E15",
        "This sign-in belongs to another Desk organisation",
        "The Zoho user who signed in is not of {organisation}, to which this "
        "connection is set.",
        "Choose the organisation, or reconnect and sign in at Zoho as a user of "
        "{organisation}.",
        "organisation",
        "Choose the organisation",
        admin=True,
        also=(("reconnect", "Reconnect for {organisation}"),),
    ),
    "other_account": _row(
        "E15",
        "This sign-in belongs to another organisation",
        "The connection is set to {organisation}.",
        "Reconnect and sign in at Zoho as a user of {organisation}.",
        *_RECONNECT,
        admin=True,
    ),
    "not_allowed": _row(
        "E16",
        "The Zoho user behind this connection may not do this",
        "{zoho_user} lacks the right to {feature} in {place}.",
        "A Zoho admin can change it in that user's profile or role.",
        "test",
        "Test again",
        admin=True,
        also=(("reconnect", "Reconnect as another user"),),
        note="{zoho_user} needs the right to {feature} in {place}, by that "
        "user's profile or role. Our portal asks Zoho as this user, and Zoho says: "
        "“{message}” ({code}).",
    ),
    "plan": _row(
        "E17",
        "Your Zoho plan does not include this",
        "Zoho says that “{feature}” is not part of your plan, or its limit is "
        "reached. We cannot change that from here.",
        "Ask the person who manages your Zoho plan, or hide what it does not include.",
        "features",
        "Hide this feature",
        admin=True,
        asks=", who can hide it here",
    ),
    "no_module": _row(
        "E21",
        "Zoho has no {module} for this connection",
        "It may be renamed, switched off, or the connection points to the wrong region "
        "or product.",
        "Test the connection.",
        "test",
        "Test connection",
        admin=True,
    ),
    "old_key": _row(
        "E28",
        "This address of Zoho still expects the old key",
        "Zoho switched the old authtokens off; the API version set for this connection "
        "is too old.",
        "Use API v8. If this stays, the portal needs an update.",
        "version",
        "Use API v8",
        admin=True,
    ),
    "busy": _row(
        "E22",
        "Zoho is busy with our requests",
        "Zoho limits how much may be asked at once. Your entry is kept.",
        "Try again at {time}.",
        *_AGAIN,
    ),
    "credits": _row(
        "E22",
        "Today's Zoho limit is used up",
        "Your plan's API credits for 24 hours are spent. Your entry is kept; we can "
        "send it when Zoho counts anew, about {anew}.",
        "Send it when possible, or keep it as a draft.",
        *_AGAIN,
    ),
    "file_too_large": _row(
        "E23",
        "{file} was not attached",
        "It has {size}, which is more than Zoho takes. {parent}",
        "Choose a smaller file.",
        "",
        "",
    ),
    "file_type": _row(
        "E23",
        "{file} was not attached",
        "Your {product} does not allow files of type {type}. {parent}",
        "Choose another file.",
        "",
        "",
    ),
    "file_refused": _row(
        "E23",
        "{file} was not attached",
        "Zoho's words: “{message}”. {parent}",
        "Choose another file, or ask your admin with the details below.",
        "",
        "",
    ),
    "file_gone": _row(
        "E23",
        "{file} was not attached",
        "The portal's copy of it is gone or damaged, so it was not sent. {parent}",
        "Choose the file again.",
        "",
        "",
    ),
    "record_gone": _row(
        "E23",
        "{file} was not attached",
        "The record that it was for is not in Zoho any more.",
        "Look for the record, and add the file there.",
        "",
        "",
    ),
    "down": _row(
        "E24",
        "Zoho has a problem at the moment",
        "The fault is at Zoho ({status}).",
        "Try again in a few minutes.",
        *_AGAIN,
    ),
    "unreachable": _row(
        "E25",
        "We cannot reach Zoho",
        "This server got no answer from {host}: {reason}.",
        "Try again in a few minutes.",
        *_AGAIN,
    ),
    "unknown": _row(
        "E25",
        "We do not know yet whether Zoho saved this",
        "The line broke after we sent it.",
        "Look in Zoho before you send it again, so that it is not there twice.",
        "",
        "",
    ),
    "no_org": _row(
        "E26",
        "Your Zoho account has no {product}",
        "Zoho grants permissions only for products that the account uses.",
        "Take {product} out, or sign in with the Zoho user that has it.",
        "features",
        "Change features",
    ),
    "not_accepted": _row(
        "E29",
        "Zoho did not accept this",
        "Zoho's words: “{message}”.",
        "Change the entry, or ask your admin with the details below.",
        "",
        "",
    ),
    "strange": _row(
        "E29",
        "Zoho answered in a way that we do not know",
        "It said “{code}”. The portal may need an update.",
        "Try again; if it stays, send the details below to whoever runs this portal.",
        *_AGAIN,
    ),
}

REASONS = {
    "certificate": "its certificate could not be verified",
    "connect_timeout": "it took too long to connect",
    "line_broke": "the line broke",
    "name_not_found": "its name could not be found (DNS)",
    "no_connection": "it refused the connection",
    "timeout": "it took too long to answer",
}
