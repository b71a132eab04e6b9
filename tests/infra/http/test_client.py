import asyncio
import datetime as dt
import gzip
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tests.infra.http.local_servers import FakeResolver, Received, Reply, serving

from shopwright.infra.http import (
    AddressRefused,
    Circuit,
    CircuitOpen,
    InvalidAddress,
    MalformedResponse,
    OutgoingClient,
    OutgoingRequest,
    OutgoingUnavailable,
    RedirectLimit,
    ResponseTooLarge,
    fetch_with_fallback,
)
from shopwright.infra.settings import OutgoingSettings
from shopwright.infra.telemetry.metrics import Metrics
from shopwright.kit.time import FixedClock

OPEN = OutgoingSettings(allow_private=True)


class Calls:
    """A client with what it did: the waits it made, the metrics it kept."""

    def __init__(self, settings: OutgoingSettings, clock: FixedClock, **more: Any) -> None:
        self.waits: list[float] = []
        self.metrics = Metrics()
        self.seconds = 0.0
        self.client = OutgoingClient(
            settings,
            metrics=self.metrics.outgoing,
            clock=clock,
            random=lambda: 0.0,
            sleep=self._sleep,
            now=lambda: self.seconds,
            **more,
        )

    async def _sleep(self, seconds: float) -> None:
        self.waits.append(seconds)


@pytest.fixture
async def calling(clock: FixedClock) -> AsyncIterator[Callable[..., Calls]]:
    made: list[Calls] = []

    def make(settings: OutgoingSettings = OPEN, **more: Any) -> Calls:
        made.append(Calls(settings, clock, **more))
        return made[-1]

    yield make
    for one in made:
        await one.client.close()


@asynccontextmanager
async def answering(*replies: Reply) -> AsyncIterator[Any]:
    """A server that answers with one reply after the other; the last one stays."""
    left = list(replies)
    async with serving(lambda _: left.pop(0) if len(left) > 1 else left[0]) as server:
        yield server


async def test_an_answer_comes_back_whole(calling: Callable[..., Calls]) -> None:
    async with answering(Reply(body='{"a": "ü"}'.encode(), headers={"X-Rows": "1"})) as server:
        calls = calling()
        answer = await calls.client.get(server.url("/feed"), params={"page": "2"}, headers={"x-key": "k"})
    assert (answer.status, answer.json(), answer.headers["x-rows"]) == (200, {"a": "ü"}, "1")
    assert answer.url == server.url("/feed?page=2")
    assert server.received[0].target == "/feed?page=2"
    assert server.received[0].headers["x-key"] == "k"
    assert b'outgoing_requests_total{host="127.0.0.1",status="200"} 1.0' in calls.metrics.render()


async def test_json_is_sent_and_other_bodies_are_refused_as_json(calling: Callable[..., Calls]) -> None:
    async with answering(Reply(body=b"<html>", headers={"content-type": "text/html; charset=latin-1"})) as server:
        answer = await calling().client.post_json(server.url(), {"price": "1.10"})
    assert server.received[0].body == b'{"price":"1.10"}'
    assert answer.text() == "<html>"
    with pytest.raises(MalformedResponse):
        answer.json()


async def test_a_refusal_of_the_other_side_is_an_answer(calling: Callable[..., Calls]) -> None:
    async with answering(Reply(status=404)) as server:
        calls = calling()
        answer = await calls.client.get(server.url())
    assert (answer.status, answer.is_success, calls.waits) == (404, False, [])


@pytest.mark.property_test(49)
async def test_failures_are_retried_after_1_2_4_8_seconds_then_the_last_good_data_serves(
    calling: Callable[..., Calls],
) -> None:
    async def last_good() -> str:
        return "yesterday's prices"

    async with answering(Reply(status=503)) as server:
        calls = calling()

        async def fetch() -> str:
            return (await calls.client.get(server.url())).text()

        fetched = await fetch_with_fallback(fetch, last_good)
    assert calls.waits == [1, 2, 4, 8]
    assert len(server.received) == 5
    assert fetched.value == "yesterday's prices"
    assert fetched.warning is not None
    assert "answers 503" in fetched.warning


async def test_without_last_good_data_the_failure_is_told(calling: Callable[..., Calls]) -> None:
    async def nothing() -> str | None:
        return None

    async with answering(Reply(status=500)) as server:
        calls = calling()

        async def fetch() -> str | None:
            return (await calls.client.get(server.url())).text()

        with pytest.raises(OutgoingUnavailable) as raised:
            await fetch_with_fallback(fetch, nothing)
    assert raised.value.details == {"host": "127.0.0.1", "status": 500, "attempts": 5}


async def test_fresh_data_carry_no_warning() -> None:
    async def fetch() -> str:
        return "fresh"

    async def last_good() -> str:
        raise AssertionError("not needed")

    assert (await fetch_with_fallback(fetch, last_good)).warning is None


@pytest.mark.parametrize("failure", [Reply(status=502), Reply(status=429), Reply(breaks=True)])
async def test_a_passing_failure_is_survived(calling: Callable[..., Calls], failure: Reply) -> None:
    async with answering(failure, failure, Reply(body=b"good")) as server:
        calls = calling()
        answer = await calls.client.get(server.url())
    assert (answer.body, calls.waits) == (b"good", [1, 2])


async def test_retry_after_is_respected(calling: Callable[..., Calls], clock: FixedClock) -> None:
    later = (clock.now() + dt.timedelta(seconds=17)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    replies = (Reply(status=429, headers={"retry-after": "7"}), Reply(status=503, headers={"retry-after": later}))
    async with answering(*replies, Reply()) as server:
        calls = calling()
        await calls.client.get(server.url())
    assert calls.waits == [7, 17]


async def test_a_long_retry_after_is_handed_on_instead_of_waited_for(calling: Callable[..., Calls]) -> None:
    async with answering(Reply(status=429, headers={"retry-after": "3600"})) as server:
        calls = calling()
        with pytest.raises(OutgoingUnavailable) as raised:
            await calls.client.get(server.url())
    assert (raised.value.retry_after, calls.waits) == (3600, [])


async def test_what_may_have_happened_is_not_done_twice(calling: Callable[..., Calls]) -> None:
    async with answering(Reply(status=500)) as server:
        calls = calling()
        with pytest.raises(OutgoingUnavailable):
            await calls.client.post_json(server.url(), {})
        assert (len(server.received), calls.waits) == (1, [])
        with pytest.raises(OutgoingUnavailable):
            await calls.client.post_json(server.url(), {}, idempotent=True)
        assert len(server.received) == 6


async def test_a_server_that_is_not_there_is_retried_even_for_a_post(calling: Callable[..., Calls]) -> None:
    async with answering(Reply()) as server:
        gone = server.url()
    calls = calling()
    with pytest.raises(OutgoingUnavailable):
        await calls.client.post_json(gone, {})
    assert calls.waits == [1, 2, 4, 8]


async def test_silence_and_slowness_end(calling: Callable[..., Calls]) -> None:
    async with answering(Reply(after_seconds=5)) as server:
        calls = calling(replace(OPEN, read_timeout_seconds=0.05, retries=0))
        with pytest.raises(OutgoingUnavailable, match="takes too long"):
            await calls.client.get(server.url())
        calls = calling(replace(OPEN, total_timeout_seconds=0.05, retries=0))
        with pytest.raises(OutgoingUnavailable, match="takes too long"):
            await calls.client.get(server.url())


@pytest.mark.parametrize(
    "reply",
    [
        Reply(body=b"x" * 3_000),
        Reply(body=gzip.compress(b"x" * 100_000), headers={"content-encoding": "gzip"}),
        Reply(body=b"x" * 3_000, headers={"content-length": "3000"}),
    ],
)
async def test_a_response_beyond_the_limit_is_cut_off(calling: Callable[..., Calls], reply: Reply) -> None:
    async with answering(reply) as server:
        calls = calling(replace(OPEN, max_response_bytes=2_000))
        with pytest.raises(ResponseTooLarge):
            await calls.client.get(server.url())
        assert len(server.received) == 1
        answer = await calls.client.get(server.url(), max_bytes=200_000)
    assert set(answer.body) == {ord("x")}


async def test_a_large_body_is_read_in_pieces(calling: Callable[..., Calls]) -> None:
    async with answering(Reply(body=b"x" * 300_000)) as server:
        client = calling().client
        async with client.stream(OutgoingRequest(method="GET", url=server.url())) as (answer, chunks):
            sizes = [len(chunk) async for chunk in chunks]
    assert (answer.status, sum(sizes), answer.body) == (200, 300_000, b"")
    assert max(sizes) <= 65_536


async def test_a_stream_of_a_failing_host_counts_as_a_failure(calling: Callable[..., Calls]) -> None:
    async with answering(Reply(status=503)) as server:
        calls = calling(replace(OPEN, breaker_failures=1))
        with pytest.raises(OutgoingUnavailable):
            async with calls.client.stream(OutgoingRequest(method="GET", url=server.url())):
                raise AssertionError("no body of a failure")
        assert calls.client.breakers.state("127.0.0.1") is Circuit.OPEN


async def test_a_failing_host_is_left_alone_and_tried_again_later(calling: Callable[..., Calls]) -> None:
    bad, good = Reply(status=503), Reply()
    async with answering(bad, bad, good) as server:
        calls = calling(replace(OPEN, breaker_failures=2, retries=0))
        for _ in range(2):
            with pytest.raises(OutgoingUnavailable):
                await calls.client.get(server.url())
        with pytest.raises(CircuitOpen):
            await calls.client.get(server.url())
        assert len(server.received) == 2
        calls.seconds = 31
        assert (await calls.client.get(server.url())).is_success
        assert calls.client.breakers.state("127.0.0.1") is Circuit.CLOSED


async def test_a_host_that_limits_our_rate_is_not_taken_for_a_failing_one(calling: Callable[..., Calls]) -> None:
    async with answering(Reply(status=429)) as server:
        calls = calling(replace(OPEN, breaker_failures=1, retries=0))
        with pytest.raises(OutgoingUnavailable):
            await calls.client.get(server.url())
    assert calls.client.breakers.state("127.0.0.1") is Circuit.CLOSED


async def test_a_cancelled_call_leaves_the_breaker_usable(calling: Callable[..., Calls]) -> None:
    async with answering(Reply(after_seconds=5)) as server:
        calls = calling()
        task = asyncio.create_task(calls.client.get(server.url()))
        await server.arrived.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert calls.client.breakers.state("127.0.0.1") is Circuit.CLOSED


async def test_redirects_are_followed_up_to_the_limit(calling: Callable[..., Calls]) -> None:
    def answer(request: Received) -> Reply:
        step = int(request.target[1:])
        return Reply(302, {"location": f"/{step - 1}"}) if step else Reply(body=b"there")

    async with serving(answer) as server:
        calls = calling()
        arrived = await calls.client.get(server.url("/5"))
        assert (arrived.body, arrived.url) == (b"there", server.url("/0"))
        with pytest.raises(RedirectLimit):
            await calls.client.get(server.url("/6"))
    assert calls.waits == []


async def test_cookies_of_one_tenant_never_reach_the_next_call(calling: Callable[..., Calls]) -> None:
    async with answering(Reply(headers={"set-cookie": "session=tenant-a; Path=/"})) as server:
        client = calling().client
        await client.get(server.url())
        await client.get(server.url())
    assert "cookie" not in server.received[1].headers


@pytest.mark.parametrize(
    "url", ["ftp://a.example/x", "file:///etc/passwd", "http://", "//a.example", "http://[::1", ""]
)
async def test_other_addresses_than_http_are_refused(calling: Callable[..., Calls], url: str) -> None:
    with pytest.raises(InvalidAddress):
        await calling().client.get(url)


async def test_a_redirect_to_another_scheme_and_an_unsendable_header_are_refused(calling: Callable[..., Calls]) -> None:
    async with answering(Reply(302, {"location": "file:///etc/passwd"})) as server:
        with pytest.raises(InvalidAddress):
            await calling().client.get(server.url())
        with pytest.raises(InvalidAddress):
            await calling().client.get(server.url(), headers={"x": "a\r\nb: c"})


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
