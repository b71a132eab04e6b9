"""What an installation has before anybody signs up: its reserved tenants, and the way in that the settings choose."""

from shopwright.identity.access import Access
from shopwright.identity.addresses import NOWHERE
from shopwright.identity.authentication import LocalAuthenticator, RequestAuthenticator
from shopwright.identity.service.accounts import INSTALLATION, AccountService
from shopwright.identity.service.opening import Caller
from shopwright.identity.tenants import DEMO_TENANT, LOCAL_TENANT
from shopwright.identity.verified import VerifiedCredentials
from shopwright.kit.events import SYSTEM
from shopwright.kit.ids import SYSTEM_TENANT


def accounts_of_installation(access: Access) -> AccountService:
    """Return the service of accounts as the program itself uses it: at its start, and from the command line."""
    return AccountService(access, Caller(NOWHERE, SYSTEM))


async def open_doors(access: Access, verified: VerifiedCredentials) -> LocalAuthenticator | RequestAuthenticator:
    """Make the reserved tenants that the settings ask for, unless they exist, and return who tells callers apart.

    With signing in switched off that is one local owner for everybody on this machine.
    """
    accounts = accounts_of_installation(access)
    await accounts.ensure_tenant(SYSTEM_TENANT, INSTALLATION)
    if access.policy.open_demo:
        await accounts.ensure_tenant(DEMO_TENANT, "Demo shop", simulated=True)
        await accounts.ensure_owner(DEMO_TENANT, "demo@localhost", "Demo")
    if access.policy.sign_in:
        return RequestAuthenticator(access.database, access.tokens, verified, access.cookies)
    await accounts.ensure_tenant(LOCAL_TENANT, "My shop")
    owner = await accounts.ensure_owner(LOCAL_TENANT, "owner@localhost", "Owner")
    return LocalAuthenticator(owner, access.cookies)
