import asyncio
import datetime as dt
import gzip
from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.infra.http.calls import OPEN, Calls, answering
from tests.infra.http.local_servers import Received, Reply, serving

from shopwright.infra.http import (
    Circuit,
    CircuitOpen,
    InvalidAddress,
    MalformedResponse,
    OutgoingRequest,
    OutgoingUnavailable,
    RedirectLimit,
    ResponseTooLarge,
    fetch_with_fallback,
)
from shopwright.kit.time import FixedClock


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
