from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopwright.infra.http import AddressGuard
from shopwright.infra.http.retries import DELAYS, delay_before

_PRIVATE = [
    IPv4Network(text) for text in ("10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16")
]
_any_ipv4 = st.integers(0, 2**32 - 1).map(IPv4Address)
_private_ipv4 = st.sampled_from(_PRIVATE).flatmap(
    lambda network: st.integers(0, network.num_addresses - 1).map(lambda offset: network[offset])
)


@given(_private_ipv4)
def test_no_private_address_may_be_called(address: IPv4Address) -> None:
    assert AddressGuard().find_reason(address) is not None


@given(_any_ipv4)
def test_no_ipv4_address_may_be_called_in_the_disguise_of_ipv6(address: IPv4Address) -> None:
    number = int(address)
    disguises = [
        IPv6Address(number),
        IPv6Address(0xFFFF << 32 | number),
        IPv6Address(0x2002 << 112 | number << 80),
        IPv6Address(0x64FF9B << 96 | number),
    ]
    assert all(AddressGuard(allow_private=True).find_reason(one) is not None for one in disguises if int(one) != 1)


@given(_any_ipv4)
def test_what_may_be_called_is_global_by_the_python_library_too(address: IPv4Address) -> None:
    if AddressGuard().find_reason(address) is None:
        assert address.is_global
        assert not address.is_multicast


@given(_any_ipv4, st.integers(8, 32))
def test_a_named_network_opens_its_addresses_and_no_more(address: IPv4Address, length: int) -> None:
    network = ip_network(f"{address}/{length}", strict=False)
    guard = AddressGuard(allowed_networks=(network,))
    assert guard.find_reason(address) is None
    outside = IPv4Address(int(address) ^ 1 << (32 - length))
    assert guard.find_reason(outside) == AddressGuard().find_reason(outside)


@pytest.mark.property_test(49)
@given(st.integers(0, 3), st.floats(0, 1, exclude_max=True), st.none() | st.floats(0, 60))
def test_retries_wait_1_2_4_8_seconds_at_least_and_a_quarter_more_at_most(
    retry: int, random: float, retry_after: float | None
) -> None:
    asked = retry_after or 0.0
    assert max(DELAYS[retry], asked) <= delay_before(retry, random, retry_after) <= max(DELAYS[retry] * 1.25, asked)
    assert DELAYS == (1, 2, 4, 8)
