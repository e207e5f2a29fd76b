"""What an organisation and its people may be called, and what a reason is."""

import re
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from domain.errors import Invalid
from domain.texts import UNPRINTABLE


def sound_name(name: str, *, path: str) -> str:
    """A name or title, trimmed: 1 to 200 characters, none of them a control character or one that
    reorders what is read."""
    name = name.strip()
    if not 1 <= len(name) <= 200 or UNPRINTABLE.search(name):
        raise Invalid("This has 1 to 200 characters, all of them readable.", path=(path,))
    return name


def sound_title(title: str) -> str:
    """A job title, trimmed; empty where none is known."""
    return sound_name(title, path="title") if title.strip() else ""


def sound_email(email: str) -> str:
    """An e-mail address, trimmed, as far as it can be told without writing to it."""
    email = email.strip()
    if len(email) > 320 or not re.fullmatch(r"[^\s@\x00-\x1f]+@[^\s@\x00-\x1f]+", email):
        raise Invalid(
            "This is no e-mail address: somebody@somewhere, at most 320 characters.",
            path=("email",),
        )
    return email


def sound_reason(reason: str) -> str:
    """Why somebody does what an auditor will ask about, trimmed: 1 to 4,000 characters."""
    reason = reason.strip()
    if not 1 <= len(reason) <= 4000:
        raise Invalid("A reason has 1 to 4000 characters.", path=("reason",))
    return reason


def sound_organisation(slug: str, name: str, currency: str, time_zone: str) -> None:
    """Raises Invalid for the first part that cannot be used."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,62}", slug):
        raise Invalid(
            f"{slug!r} cannot be a slug: use a-z, 0-9 and hyphens, at most 63.", path=("slug",)
        )
    sound_name(name, path="name")
    if not re.fullmatch(r"[A-Z]{3}", currency):
        raise Invalid(
            f"{currency!r} is no currency code; write three capitals, such as EUR.",
            path=("currency",),
        )
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Invalid(f"There is no time zone {time_zone!r}.", path=("timeZone",)) from None
