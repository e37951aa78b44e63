"""The account of who asks: its password, time zone, browsers, codes at the sign-in, and its end."""

from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct

from onememory.api import wire
from onememory.api.operations import Call
from onememory.api.users import UserBody, user_body
from onememory.services.users.own_account import Farewell

PresentPassword = Annotated[str, Meta(description="The account's present password.")]


class NewPassword(Struct, rename="camel", forbid_unknown_fields=True):
    """Arguments of PUT /api/account/password."""

    password: Annotated[str, Meta(description="8 to 1,000 characters.")]
    current_password: (
        Annotated[
            str,
            Meta(description="The present one. A token with the scope `admin` may leave it out for a first password."),
        ]
        | None
    ) = None


class ChangeAccount(Struct, rename="camel", forbid_unknown_fields=True):
    """Arguments of PATCH /api/account."""

    time_zone: Annotated[str | None, Meta(description="Such as `Europe/Berlin`; null for that of the browser.")]


class SessionBody(Struct, rename="camel"):
    """A browser in which the person is signed in."""

    id: str
    agent: Annotated[str, Meta(description="What the browser calls itself.")]
    created_at: datetime
    expires_at: datetime


class OneSession(Struct, rename="camel"):
    """Names one browser."""

    session_id: str


class EnrolmentBody(Struct):
    """A new key for an authenticator app, which is not in force yet."""

    key: Annotated[str, Meta(description="In base32, for typing.")]
    uri: Annotated[str, Meta(description="For a QR code: `otpauth://totp/…`.")]


class SwitchOn(Struct):
    """Arguments of PUT /api/account/second-factor."""

    key: Annotated[str, Meta(description="The key that was answered to POST.")]
    code: Annotated[str, Meta(description="The six digits that the app shows now.")]
    password: PresentPassword


class RecoveryCodes(Struct, rename="camel"):
    """Codes for who has lost the app, told this once; each works once."""

    recovery_codes: list[str]


class Confirmed(Struct):
    """Arguments of POST /api/account/second-factor/recovery-codes."""

    password: PresentPassword


class SwitchOff(Struct, forbid_unknown_fields=True):
    """Arguments of DELETE /api/account/second-factor."""

    password: PresentPassword | None = None


class EraseAccount(Struct, forbid_unknown_fields=True):
    """Arguments of DELETE /api/account."""

    name: Annotated[str, Meta(description="The account's name, to say that this account is meant.")]
    password: PresentPassword


async def set_password(call: Call, given: NewPassword) -> wire.Message:
    """Set the account's password; every browser is signed out."""
    own = call.services.own_account
    if given.current_password is None:
        await own.set_password(call.actor, given.password)
    else:
        await own.change_password(call.actor, given.current_password, given.password)
    return wire.Message("Password set")


async def change_account(call: Call, given: ChangeAccount) -> UserBody:
    """Choose the time zone in which the pages show times."""
    await call.services.own_account.choose_time_zone(call.actor, given.time_zone)
    return user_body(await call.services.accounts.user(call.actor))


async def list_sessions(call: Call, given: object) -> list[SessionBody]:
    """List the browsers in which the person is signed in, newest first."""
    sessions = await call.services.sessions.all(call.actor)
    return [SessionBody(each.id, each.agent, each.created_at, each.expires_at) for each in sessions]


async def end_session(call: Call, given: OneSession) -> wire.Message:
    """Sign one browser out."""
    await call.services.sessions.end(call.actor, given.session_id)
    return wire.Message("Signed out")


async def end_sessions(call: Call, given: object) -> wire.Message:
    """Sign every browser out."""
    await call.services.sessions.end_all(call.actor)
    return wire.Message("Signed out everywhere")


async def begin_second_factor(call: Call, given: object) -> EnrolmentBody:
    """Make a key for an authenticator app; PUT puts it in force."""
    enrolment = await call.services.second_factors.begin(call.actor)
    return EnrolmentBody(enrolment.key, enrolment.uri)


async def switch_on_second_factor(call: Call, given: SwitchOn) -> RecoveryCodes:
    """Ask for codes of an app at each sign-in from now on."""
    factors = call.services.second_factors
    return RecoveryCodes(await factors.switch_on(call.actor, given.key, given.code, given.password))


async def renew_recovery_codes(call: Call, given: Confirmed) -> RecoveryCodes:
    """Make new recovery codes; those before are of no use any more."""
    return RecoveryCodes(await call.services.second_factors.renew_codes(call.actor, given.password))


async def switch_off_second_factor(call: Call, given: SwitchOff) -> wire.Message:
    """Ask for no codes at the sign-in any more."""
    was_on = await call.services.second_factors.switch_off(call.actor, given.password)
    return wire.Message(f"The sign-in {'asks for no codes any more' if was_on else 'asked for no codes before'}")


async def erase_account(call: Call, given: EraseAccount) -> wire.Message:
    """Erase the account and all that belongs to it, for good; backups keep what they hold."""
    await call.services.own_account.erase(call.actor, Farewell(given.name, given.password))
    return wire.Message("Account erased")
