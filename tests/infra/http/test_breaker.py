import pytest

from shopwright.infra.http import Circuit, CircuitOpen
from shopwright.infra.http.breaker import CircuitBreakers

HOST = "shop.example"


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def breakers(seconds: Seconds) -> CircuitBreakers:
    return CircuitBreakers(3, 30.0, seconds)


def fail(breakers: CircuitBreakers, times: int) -> None:
    for _ in range(times):
        breakers.admit(HOST)
        breakers.failed(HOST)


def test_it_opens_after_failures_in_a_row_and_says_when_to_return(breakers: CircuitBreakers, seconds: Seconds) -> None:
    fail(breakers, 3)
    seconds.now = 10
    with pytest.raises(CircuitOpen) as refused:
        breakers.admit(HOST)
    assert refused.value.retry_after == 20
    breakers.admit("other.example")


def test_a_success_between_failures_starts_the_count_anew(breakers: CircuitBreakers) -> None:
    fail(breakers, 2)
    breakers.succeeded(HOST)
    fail(breakers, 2)
    assert breakers.state(HOST) is Circuit.CLOSED


def test_after_the_rest_one_trial_decides(breakers: CircuitBreakers, seconds: Seconds) -> None:
    fail(breakers, 3)
    seconds.now = 30
    assert breakers.state(HOST) is Circuit.HALF_OPEN
    breakers.admit(HOST)
    with pytest.raises(CircuitOpen):
        breakers.admit(HOST)
    breakers.succeeded(HOST)
    assert breakers.state(HOST) is Circuit.CLOSED


def test_a_failed_trial_opens_it_again(breakers: CircuitBreakers, seconds: Seconds) -> None:
    fail(breakers, 3)
    seconds.now = 30
    fail(breakers, 1)
    assert breakers.state(HOST) is Circuit.OPEN
    seconds.now = 60
    assert breakers.state(HOST) is Circuit.HALF_OPEN


def test_an_abandoned_trial_leaves_room_for_the_next(breakers: CircuitBreakers, seconds: Seconds) -> None:
    fail(breakers, 3)
    seconds.now = 30
    breakers.admit(HOST)
    breakers.abandoned(HOST)
    breakers.admit(HOST)


def test_failing_hosts_do_not_fill_the_memory(breakers: CircuitBreakers) -> None:
    for number in range(10_050):
        breakers.failed(f"h{number}")
    assert len(breakers._records) == 10_000
