"""Access tokens outlive the rotation of their secret, as long as the old one is given as the previous."""

from datetime import timedelta
from uuid import uuid4

import pytest

from shopwright.app.serving import access_of
from shopwright.identity.domain import CredentialInvalid
from shopwright.identity.tokens import AccessClaims, AccessTokens
from shopwright.infra.db import Database
from shopwright.infra.settings import load_settings
from shopwright.kit.ids import new_tenant_id

OLD, NEW = "the older secret of tests ".ljust(64, "o"), "the newer secret of tests ".ljust(64, "n")
CLAIMS = AccessClaims(new_tenant_id(), uuid4(), uuid4(), uuid4())


def test_a_previous_secret_still_verifies_and_no_longer_signs(database: Database) -> None:
    settings = {"SHOPWRIGHT_ENVIRONMENT": "test", "SHOPWRIGHT_AUTH_SECRET": NEW}
    old = AccessTokens([OLD], timedelta(minutes=15), database.clock)
    rotated = access_of(load_settings({**settings, "SHOPWRIGHT_AUTH_PREVIOUS_SECRET": OLD}), database).tokens
    assert rotated.read(old.sign(CLAIMS)).member == CLAIMS.member
    with pytest.raises(CredentialInvalid):
        old.read(rotated.sign(CLAIMS))
    with pytest.raises(CredentialInvalid):
        access_of(load_settings(settings), database).tokens.read(old.sign(CLAIMS))
