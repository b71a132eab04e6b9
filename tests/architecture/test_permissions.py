"""Holds the table of permissions to its roles and its document."""

import re
import sys

import pytest
from tests.architecture.routers import discovered_app
from tests.architecture.write_docs import is_current

from shopwright.app.openapi import operations
from shopwright.identity.permissions import BUILT_IN_ROLES, INSTALLATION_ROLES, PERMISSIONS


def test_the_document_is_current() -> None:
    assert is_current("docs/permissions.md"), "run make docs-write"


def test_permissions_are_resource_and_verb_with_a_meaning() -> None:
    for name, meaning in PERMISSIONS.items():
        assert re.fullmatch(r"[a-z]+:[a-z]+", name), name
        assert meaning


def test_roles_hold_permissions_that_exist() -> None:
    for role, granted in (BUILT_IN_ROLES | INSTALLATION_ROLES).items():
        assert granted <= set(PERMISSIONS), role


def test_every_permission_is_held_by_some_role() -> None:
    held = frozenset[str]().union(*BUILT_IN_ROLES.values(), *INSTALLATION_ROLES.values())
    assert set(PERMISSIONS) - held == set()


def test_permissions_that_no_endpoint_needs_are_shown(capsys: pytest.CaptureFixture[str]) -> None:
    needed = {operation.get("x-permission") for _, _, operation in operations(discovered_app().openapi())}
    assert needed - {None} <= set(PERMISSIONS)
    with capsys.disabled():
        sys.stdout.write(f"\npermissions that no endpoint needs: {sorted(set(PERMISSIONS) - needed)}\n")
