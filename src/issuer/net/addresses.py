"""Which IP addresses a fetch may not go to, and why."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

LOOPBACK = "loopback"

_IPV4 = tuple(
    (IPv4Network(network), reason)
    for network, reason in (
        ("0.0.0.0/8", "unspecified"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "carrier-grade NAT"),
        ("127.0.0.0/8", LOOPBACK),
        ("168.63.129.16/32", "metadata service"),  # a public number that one cloud answers inside
        ("169.254.169.254/32", "metadata service"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "protocol assignment"),
        ("192.0.2.0/24", "documentation"),
        ("192.88.99.0/24", "6to4 relay"),
        ("192.168.0.0/16", "private"),
        ("198.18.0.0/15", "benchmarking"),
        ("198.51.100.0/24", "documentation"),
        ("203.0.113.0/24", "documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)

_IPV6 = tuple(
    (IPv6Network(network), reason)
    for network, reason in (
        ("::/128", "unspecified"),
        ("::1/128", LOOPBACK),
        ("64:ff9b:1::/48", "local NAT64"),
        ("100::/64", "discard"),
        ("2001::/23", "protocol assignment"),
        ("2001:db8::/32", "documentation"),
        ("3fff::/20", "documentation"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("ff00::/8", "multicast"),
    )
)

# An address that carries an IPv4 address inside, and how far from its right end that one stands in bits.
# All are refused, whatever they carry: what a gateway makes of them is not ours to see.
_EMBEDDING = tuple(
    (IPv6Network(network), reason, shift)
    for network, reason, shift in (
        ("::ffff:0:0/96", "IPv4-mapped", 0),
        ("::ffff:0:0:0/96", "IPv4-translated", 0),
        ("::/96", "IPv4-compatible", 0),
        ("64:ff9b::/96", "NAT64", 0),
        ("2001::/32", "Teredo", 0),
        ("2002::/16", "6to4", 80),
    )
)
_TEREDO = "Teredo"
_ALL_ONES = 0xFFFF_FFFF
_ISATAP = 0x5EFE
_ISATAP_UNIVERSAL_BIT = 0x0200_0000
_GLOBAL_UNICAST = IPv6Network("2000::/3")


def forbidden_reason(ip: str) -> str | None:
    """Return why a fetch may not go to the address, or None where it may.

    Only the usual spelling of an address counts as one: what a system's resolver would also understand
    (`127.1`, `0x7f000001`) is refused here, because the resolver's answer is what is to be checked.
    """
    try:
        address = ip_address(ip)
    except ValueError:
        return "not an IP address"
    if isinstance(address, IPv4Address):
        return _forbidden_ipv4(address)
    return _forbidden_ipv6(address)


def _forbidden_ipv4(address: IPv4Address) -> str | None:
    for network, reason in _IPV4:
        if address in network:
            return reason
    return None if address.is_global else "reserved"


def _forbidden_ipv6(address: IPv6Address) -> str | None:
    if int(address) > 1 and (embedding := _embedding(address)):
        return embedding
    for network, reason in _IPV6:
        if address in network:
            return reason
    return None if address in _GLOBAL_UNICAST and address.is_global else "reserved"


def _embedding(address: IPv6Address) -> str | None:
    """Return what kind of address carries an IPv4 address, with what is wrong with that one."""
    for network, kind, shift in _EMBEDDING:
        if address in network:
            bits = (int(address) >> shift) & _ALL_ONES
            return _named(kind, bits ^ _ALL_ONES if kind == _TEREDO else bits)  # RFC 4380 section 4
    if (int(address) >> 32) & _ALL_ONES & ~_ISATAP_UNIVERSAL_BIT == _ISATAP:  # RFC 5214 section 6.1
        return _named("ISATAP", int(address) & _ALL_ONES)
    return None


def _named(kind: str, bits: int) -> str:
    carried = _forbidden_ipv4(IPv4Address(bits))
    return f"{kind}, {carried}" if carried else kind
