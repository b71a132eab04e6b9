import os
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from obstore.store import MemoryStore
from tests.infra.http.local_servers import Reply, serving

from shopwright.infra.settings import Secret, StorageSettings
from shopwright.infra.storage import (
    InvalidObjectName,
    ObjectNotFound,
    ObjectStorage,
    ObjectTooLarge,
    StorageUnavailable,
    TenantStorage,
)
from shopwright.kit.ids import TenantId


@pytest.fixture(params=["file", "memory"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStorage:
    url = (tmp_path / "my objects").as_uri() if request.param == "file" else "memory:///"
    return ObjectStorage.open(StorageSettings(url=url))


async def pieces(*content: bytes) -> AsyncIterator[bytes]:
    for piece in content:
        yield piece


async def names(storage: ObjectStorage, prefix: str = "") -> list[str]:
    return sorted([one.name async for one in storage.list_objects(prefix)])


async def test_an_object_comes_back_as_it_was(storage: ObjectStorage, tmp_path: Path) -> None:
    local = tmp_path / "local"
    local.write_bytes(b"from a file")
    await storage.put("a/bytes", b"\x00\xff")
    await storage.put("a/file.csv", local)
    await storage.put("a/stream", pieces(b"one", b"two"))
    assert await storage.get("a/bytes") == b"\x00\xff"
    assert await storage.get("a/file.csv") == b"from a file"
    assert await storage.get("a/stream") == b"onetwo"


async def test_a_large_object_streams_in_and_out(storage: ObjectStorage) -> None:
    await storage.put("large", pieces(*[bytes([number]) * 1_000_000 for number in range(12)]))
    found = await storage.find("large")
    assert found is not None
    assert found.size_bytes == 12_000_000
    sizes = [len(piece) async for piece in storage.stream("large")]
    assert sum(sizes) == 12_000_000
    assert len(sizes) > 3 or isinstance(storage._store, MemoryStore)
    with pytest.raises(ObjectTooLarge):
        await storage.get("large", max_bytes=1_000)
    assert len(await storage.get("large", max_bytes=12_000_000)) == 12_000_000


async def test_a_stream_that_breaks_leaves_what_was_there(storage: ObjectStorage) -> None:
    async def breaking() -> AsyncIterator[bytes]:
        yield b"new" * 4_000_000
        raise ValueError("the upload broke")

    await storage.put("kept", b"old")
    for name in ("kept", "never"):
        with pytest.raises(ValueError, match="broke"):
            await storage.put(name, breaking())
    assert await storage.get("kept") == b"old"
    assert await names(storage) == ["kept"]


async def test_what_is_not_there(storage: ObjectStorage) -> None:
    assert await storage.find("none") is None
    with pytest.raises(ObjectNotFound):
        await storage.get("none")
    with pytest.raises(ObjectNotFound):
        _ = [piece async for piece in storage.stream("none")]
    await storage.delete("none")


async def test_objects_are_listed_and_deleted_beneath_a_folder(storage: ObjectStorage) -> None:
    for name in ("a/1", "a/b/2", "ab/3", "c"):
        await storage.put(name, b"x")
    assert await names(storage) == ["a/1", "a/b/2", "ab/3", "c"]
    assert await names(storage, "a") == ["a/1", "a/b/2"]
    assert await names(storage, "none") == []
    assert await storage.delete_beneath("a") == 2
    assert await names(storage) == ["ab/3", "c"]


async def test_a_tenant_sees_its_own_objects_and_no_others(
    storage: ObjectStorage, tenant: TenantId, other_tenant: TenantId
) -> None:
    ours, theirs = TenantStorage(storage, tenant), TenantStorage(storage, other_tenant)
    await ours.put("report.pdf", b"ours")
    assert await theirs.find("report.pdf") is None
    assert await names(theirs) == []
    assert await names(ours) == ["report.pdf"]
    assert await names(storage) == [f"tenants/{tenant}/report.pdf"]
    await theirs.put("report.pdf", b"theirs")
    assert await theirs.delete_beneath() == 1
    assert await ours.get("report.pdf") == b"ours"


BAD_NAMES = [
    "",
    "/abs",
    "../up",
    "a/../b",
    "a/..",
    "a//b",
    "a/",
    ".hidden",
    "a\\b",
    "a\x00b",
    "a b",
    "ü",
    "a%2e",
    "~",
    "a" * 901,
]


@pytest.mark.parametrize("name", BAD_NAMES)
async def test_names_that_leave_their_place_are_refused(storage: ObjectStorage, tenant: TenantId, name: str) -> None:
    ours = TenantStorage(storage, tenant)
    with pytest.raises(InvalidObjectName):
        await ours.put(name, b"x")
    with pytest.raises(InvalidObjectName):
        await ours.get(name)
    with pytest.raises(InvalidObjectName):
        await ours.delete(name)
    assert await names(storage) == []


@given(st.text(st.sampled_from("./ab%\\~#"), min_size=1, max_size=12))
def test_no_name_of_a_tenant_leads_out_of_its_folder(name: str) -> None:
    root = Path("/objects")
    storage = ObjectStorage.open(StorageSettings(url="memory:///"))
    try:
        full = storage._full(name)
    except InvalidObjectName:
        return
    assert os.path.normpath(root / full) == f"{root}/{full}"


async def test_a_local_folder_belongs_to_its_owner(tmp_path: Path) -> None:
    storage = ObjectStorage.open(StorageSettings(url=(tmp_path / "objects").as_uri()))
    await storage.put("a/b", b"x")
    assert stat.S_IMODE((tmp_path / "objects").stat().st_mode) == 0o700
    await storage.delete("a/b")
    assert list((tmp_path / "objects").iterdir()) == []


async def test_a_bucket_is_called_at_its_endpoint_with_a_signature(tenant: TenantId) -> None:
    async with serving(lambda _: Reply(headers={"etag": '"1"'}, body=b"")) as server:
        settings = StorageSettings(
            url="s3://bucket/prefix",
            endpoint=server.url("").rstrip("/"),
            region="eu-central-1",
            access_key_id="AKIA",
            secret_access_key=Secret("hunter2"),
        )
        await TenantStorage(ObjectStorage.open(settings), tenant).put("a/b.csv", b"rows")
    (received,) = server.received
    assert (received.method, received.target) == ("PUT", f"/bucket/prefix/tenants/{tenant}/a/b.csv")
    assert received.body == b"rows"
    assert received.headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKIA/")
    assert "hunter2" not in repr(received)


async def test_a_bucket_that_refuses_is_unavailable_and_tells_no_secrets() -> None:
    async with serving(lambda _: Reply(403, body=b"<Error>denied</Error>")) as server:
        settings = StorageSettings(
            url="s3://bucket",
            endpoint=server.url("").rstrip("/"),
            region="eu-central-1",
            access_key_id="AKIA",
            secret_access_key=Secret("hunter2"),
        )
        with pytest.raises(StorageUnavailable) as raised:
            await ObjectStorage.open(settings).get("a")
    assert "127.0.0.1" not in raised.value.message + repr(raised.value.details)
