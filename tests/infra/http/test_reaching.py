import datetime as dt
import ssl
from collections.abc import Callable
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.infra.http.calls import OPEN, Calls, answering
from tests.infra.http.local_servers import FakeResolver, Reply, serving

from shopwright.infra.http import (
    AddressRefused,
    Circuit,
    OutgoingUnavailable,
)
from shopwright.infra.settings import OutgoingSettings


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433", "0x7f.1", "127.1", "[::ffff:127.0.0.1]"],
)
async def test_our_own_machine_is_never_called(calling: Callable[..., Calls], host: str) -> None:
    async with answering(Reply()) as server:
        calls = calling(OutgoingSettings())
        with pytest.raises((AddressRefused, OutgoingUnavailable)):
            await calls.client.get(server.url(host=host))
        assert server.received == []


async def test_a_refused_address_is_not_retried_and_is_counted(calling: Callable[..., Calls]) -> None:
    calls = calling(OutgoingSettings(), resolver=FakeResolver({"inside.example": [["10.0.0.1"]]}))
    with pytest.raises(AddressRefused):
        await calls.client.get("http://inside.example/")
    assert calls.waits == []
    assert b'status="address_refused"' in calls.metrics.render()
    assert calls.client.breakers.state("inside.example") is Circuit.CLOSED


async def test_the_checked_address_is_the_one_that_is_called(calling: Callable[..., Calls]) -> None:
    """A name is looked up once per connection: an answer that changes afterwards (DNS rebinding) is never asked for."""
    first_only = replace(OutgoingSettings(), allowed_networks=(ip_network("127.0.0.1/32"),), retries=0)
    resolver = FakeResolver({"shop.example": [["127.0.0.1"], ["127.0.0.2"]]})
    async with answering(Reply(body=b"public")) as server, serving(lambda _: Reply(), "127.0.0.2") as inside:
        calls = calling(first_only, resolver=resolver)
        answer = await calls.client.get(server.url(host="shop.example"))
        assert (answer.body, resolver.asked) == (b"public", ["shop.example"])
        assert server.received[0].headers["host"] == f"shop.example:{server.port}"
        with pytest.raises(AddressRefused):
            await calls.client.get(inside.url(host="shop.example"))
        assert inside.received == []


async def test_a_redirect_is_checked_like_the_first_address(calling: Callable[..., Calls]) -> None:
    first_only = replace(OutgoingSettings(), allowed_networks=(ip_network("127.0.0.1/32"),))
    resolver = FakeResolver({"shop.example": [["127.0.0.1"]], "inside.example": [["127.0.0.2"]]})
    async with serving(lambda _: Reply(body=b"secret"), "127.0.0.2") as inside:
        for target in (inside.url(host="inside.example"), inside.url()):
            async with answering(Reply(302, {"location": target})) as server:
                with pytest.raises(AddressRefused):
                    await calling(first_only, resolver=resolver).client.get(server.url(host="shop.example"))
        assert inside.received == []


async def test_an_address_that_does_not_answer_gives_way_to_the_next(calling: Callable[..., Calls]) -> None:
    async with answering(Reply(body=b"second")) as server:
        resolver = FakeResolver({"shop.example": [["127.0.0.9", "127.0.0.1"]]})
        answer = await calling(resolver=resolver).client.get(server.url(host="shop.example"))
    assert answer.body == b"second"


async def test_a_name_without_address_is_unavailable(calling: Callable[..., Calls]) -> None:
    with pytest.raises(OutgoingUnavailable):
        await calling(replace(OPEN, retries=0), resolver=FakeResolver({})).client.get("http://gone.example/")


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Make a certificate for a name; return the server's context and one that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return server, ssl.create_default_context(cafile=folder / "cert.pem")


async def test_tls_is_verified_for_the_name_though_the_address_is_called(
    calling: Callable[..., Calls], tmp_path: Path
) -> None:
    server_tls, client_tls = certificate(tmp_path, "shop.example")
    named: list[str | None] = []
    server_tls.sni_callback = lambda _socket, name, _context: named.append(name)
    resolver = FakeResolver({"shop.example": [["127.0.0.1"]], "other.example": [["127.0.0.1"]]})
    async with serving(lambda _: Reply(body=b"secure"), tls=server_tls) as server:
        calls = calling(replace(OPEN, retries=0), resolver=resolver, tls=client_tls)
        answer = await calls.client.get(server.url(host="shop.example", scheme="https"))
        assert answer.body == b"secure"
        assert server.received[0].headers["host"] == f"shop.example:{server.port}"
        with pytest.raises(OutgoingUnavailable):
            await calls.client.get(server.url(host="other.example", scheme="https"))
    assert named == ["shop.example", "other.example"]
    assert len(server.received) == 1
