"""What signing in is done with: opened once a process, and handed to the services that cross tenants."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from shopwright.identity.cookies import Cookies
from shopwright.identity.passwords import Passwords
from shopwright.identity.tokens import AccessTokens
from shopwright.infra.crypto import FieldCipher
from shopwright.infra.db import Database

DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AccessPolicy:
    """The settings of signing in.

    `open_demo`: anybody may enter the demo tenant; `sign_in`: off in local mode; `sign_up`: anybody may open a shop.
    """

    refresh_lifetime: timedelta = 30 * DAY
    free_attempts: int = 10
    attempts_window: timedelta = timedelta(minutes=15)
    open_demo: bool = False
    sign_in: bool = True
    sign_up: bool = True


@dataclass(frozen=True, slots=True)
class Access:
    """The parts that signing in needs. Stands in `app.state.access`."""

    database: Database
    cipher: FieldCipher
    passwords: Passwords
    tokens: AccessTokens
    cookies: Cookies
    policy: AccessPolicy
