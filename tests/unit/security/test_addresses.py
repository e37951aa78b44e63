from ipaddress import ip_address

import pytest

from onememory.security.addresses import is_public, is_public_or_inside


@pytest.mark.parametrize(
    "address",
    [
        *("1.1.1.1", "9.255.255.255", "11.0.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255", "223.255.255.255"),
        *(
            "100.63.255.255",
            "100.128.0.0",
            "168.63.129.15",
            "2606:4700::6812:1",
            "2a00:1450:4001::1",
            "2001:4860::8888",
        ),
    ],
)
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "0.255.255.255", "127.0.0.1", "127.255.255.254", "255.255.255.255"),
        *("10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1"),
        *("100.64.0.1", "100.127.255.255", "169.254.1.1"),
        *("192.0.0.8", "192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1", "198.19.255.255"),
        *("192.88.99.1", "192.31.196.1", "192.52.193.1", "192.175.48.1"),
        *("224.0.0.1", "239.255.255.255", "240.0.0.1"),
        *("::", "::1", "fe80::1", "fe80::1%1", "fec0::1", "fc00::1", "fdff::1", "ff02::1", "100::1", "5f00::1"),
        *("2001:db8::1", "3fff::1", "2001:2::1", "2001:20::1", "4000::1", "1fff::1", "2620:4f:8000::1"),
    ],
)
def test_a_local_or_reserved_address_is_not(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["169.254.169.254", "100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2::254"]
)
def test_no_metadata_service_of_a_cloud_is_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("of", ["127.0.0.1", "8.8.8.8"])
@pytest.mark.parametrize("form", ["::ffff:{}", "::{}", "64:ff9b::{}", "64:ff9b:1::{}", "::ffff:0:{}"])
def test_no_ipv6_form_of_an_ipv4_address_is_public(form: str, of: str) -> None:
    assert not is_public(ip_address(form.format(of)))


@pytest.mark.parametrize("address", ["2002:7f00:1::", "2002:808:808::1", "2001:0:7f00:1::", "2001::808:808"])
def test_neither_are_6to4_and_teredo(address: str) -> None:
    assert not is_public(ip_address(address))


def test_a_scope_is_never_public() -> None:
    assert not is_public(ip_address("2606:4700::1%eth0"))


@pytest.mark.parametrize(
    ("address", "may"),
    [
        *((each, True) for each in ("1.1.1.1", "10.0.0.5", "127.0.0.1", "172.18.0.2", "192.168.1.1", "::1", "fd00::5")),
        *((each, False) for each in ("169.254.169.254", "168.63.129.16", "100.100.100.200", "0.0.0.0", "fe80::1")),
        ("::ffff:169.254.169.254", False),
    ],
)
def test_a_server_of_ones_own_may_be_inside_but_is_never_a_metadata_service(address: str, may: bool) -> None:
    assert is_public_or_inside(ip_address(address)) is may
