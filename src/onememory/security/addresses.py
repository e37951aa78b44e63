"""Which addresses belong to the public internet, so that a stranger's URL never leads to a machine of ours."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address

_NOT_PUBLIC_4 = tuple(
    map(
        IPv4Network,
        (  # IANA, IPv4 special-purpose address registry (RFC 6890)
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # behind a carrier's NAT; a cloud's metadata service too
            "127.0.0.0/8",  # loopback
            "169.254.0.0/16",  # link-local; most clouds' metadata services
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocol assignments
            "192.0.2.0/24",  # documentation
            "192.31.196.0/24",  # AS112
            "192.52.193.0/24",  # automatic multicast tunnels
            "192.88.99.0/24",  # 6to4 relays
            "192.168.0.0/16",  # private
            "192.175.48.0/24",  # AS112
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, broadcast
            "168.63.129.16/32",  # in no registry: Azure's own services, from inside
        ),
    )
)
_GLOBAL_UNICAST = IPv6Network("2000::/3")  # what lies outside is local, multicast, reserved or holds an IPv4 address
_NOT_PUBLIC_6 = tuple(
    map(
        IPv6Network,
        (  # IANA, IPv6 special-purpose address registry
            "2001::/23",  # protocol assignments, such as Teredo, which holds an IPv4 address
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4, which holds an IPv4 address
            "2620:4f:8000::/48",  # AS112
            "3fff::/20",  # documentation
        ),
    )
)

_INSIDE_4 = tuple(map(IPv4Network, ("10.0.0.0/8", "127.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")))
_INSIDE_6 = tuple(map(IPv6Network, ("::1/128", "fc00::/7")))


def is_public_or_inside(address: Address) -> bool:
    """Whether a server of one's own may have it: public, private or loopback, but never a cloud's metadata service."""
    inside = _INSIDE_4 if isinstance(address, IPv4Address) else _INSIDE_6
    return is_public(address) or any(address in network for network in inside)


def is_public(address: Address) -> bool:
    """Whether this is an ordinary address of the public internet; no IPv6 form of an IPv4 address is."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NOT_PUBLIC_4)
    if address.scope_id is not None or address not in _GLOBAL_UNICAST:
        return False
    return not any(address in network for network in _NOT_PUBLIC_6)
