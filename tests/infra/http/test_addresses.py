from ipaddress import ip_address, ip_network

import pytest

from shopwright.infra.http import AddressGuard, AddressRefused


@pytest.mark.parametrize(
    "text",
    [
        "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "127.0.0.1", "127.255.255.254", "0.0.0.0",
        "0.1.2.3", "169.254.169.254", "100.64.0.1", "100.127.255.255", "100.100.100.200", "168.63.129.16",
        "192.0.0.192", "198.18.0.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "203.0.113.9",
        "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:10.0.0.1",
        "::ffff:8.8.8.8", "::8.8.8.8", "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b:1::1", "2001::1", "2001:db8::1",
        "100::1", "4000::1",
    ],
)  # fmt: skip
def test_what_is_not_public_is_refused(text: str) -> None:
    assert AddressGuard().find_reason(ip_address(text)) is not None


@pytest.mark.parametrize(
    "text", ["8.8.8.8", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"]
)
def test_public_addresses_may_be_called(text: str) -> None:
    assert AddressGuard().find_reason(ip_address(text)) is None


@pytest.mark.parametrize("text", ["10.0.0.1", "127.0.0.1", "::1", "fd12::1", "100.64.0.1"])
def test_private_addresses_are_opened_by_a_setting(text: str) -> None:
    assert AddressGuard(allow_private=True).find_reason(ip_address(text)) is None


@pytest.mark.parametrize("text", ["169.254.169.254", "fd00:ec2::254", "100.100.100.200", "0.0.0.0", "::ffff:10.0.0.1"])
def test_metadata_and_disguises_stay_closed_when_private_addresses_are_open(text: str) -> None:
    assert AddressGuard(allow_private=True).find_reason(ip_address(text)) is not None


def test_a_named_network_opens_itself_only() -> None:
    guard = AddressGuard(allowed_networks=(ip_network("10.1.0.0/16"), ip_network("fd00::/8")))
    assert guard.find_reason(ip_address("10.1.2.3")) is None
    assert guard.find_reason(ip_address("10.2.2.3")) == "private"
    assert guard.find_reason(ip_address("fd12::1")) is None
    assert guard.find_reason(ip_address("::1")) == "loopback"


def test_of_several_addresses_only_the_permitted_are_left() -> None:
    guard = AddressGuard()
    public, private = ip_address("8.8.8.8"), ip_address("10.0.0.1")
    assert guard.permitted("mixed.example", [private, public]) == [public]
    with pytest.raises(AddressRefused) as refused:
        guard.permitted("inside.example", [private])
    assert refused.value.details == {"host": "inside.example", "reason": "private"}
