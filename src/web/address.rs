//! Which addresses are of the public network. A name that a stranger gives must not lead
//! into the network of whoever asks, so what a name resolves to is looked at, whatever
//! the spelling of the name was, and the connection goes to the address looked at.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Ranges of IPv4 that are not public: the first address and the length of the prefix
/// (IANA's registry of special-purpose addresses).
const NOT_PUBLIC_4: &[([u8; 4], u32)] = &[
    ([0, 0, 0, 0], 8),       // this network
    ([10, 0, 0, 0], 8),      // private
    ([100, 64, 0, 0], 10),   // behind a carrier's translation
    ([127, 0, 0, 0], 8),     // loopback
    ([169, 254, 0, 0], 16),  // link-local; the metadata of cloud machines
    ([172, 16, 0, 0], 12),   // private
    ([192, 0, 0, 0], 24),    // protocol assignments
    ([192, 0, 2, 0], 24),    // documentation
    ([192, 88, 99, 0], 24),  // relays to IPv6
    ([192, 168, 0, 0], 16),  // private
    ([198, 18, 0, 0], 15),   // benchmarks
    ([198, 51, 100, 0], 24), // documentation
    ([203, 0, 113, 0], 24),  // documentation
    ([224, 0, 0, 0], 3),     // multicast, reserved, broadcast
];

/// Ranges of IPv6 within 2000::/3 that are not public, and so of no host or of one that
/// is named by an IPv4 address inside. Outside 2000::/3 nothing is public: loopback,
/// mapped addresses, 64:ff9b::/96, unique local, link-local, multicast lie there.
const NOT_PUBLIC_6: &[([u16; 2], u32)] = &[
    ([0x2001, 0], 23),      // protocol assignments, Teredo, benchmarks
    ([0x2001, 0x0db8], 32), // documentation
    ([0x2002, 0], 16),      // 6to4, an IPv4 address inside
    ([0x3fff, 0], 20),      // documentation
];

/// Whether an address is one of the public network.
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_4(address),
        IpAddr::V6(address) => is_public_6(address),
    }
}

fn is_public_4(address: Ipv4Addr) -> bool {
    let within = |(first, length): &([u8; 4], u32)| {
        let mask = u32::MAX << (u32::BITS - length);
        address.to_bits() & mask == Ipv4Addr::from(*first).to_bits()
    };
    !NOT_PUBLIC_4.iter().any(within)
}

fn is_public_6(address: Ipv6Addr) -> bool {
    let bits = address.to_bits();
    let within = |(first, length): &([u16; 2], u32)| {
        let [high, low] = *first;
        let first = Ipv6Addr::new(high, low, 0, 0, 0, 0, 0, 0).to_bits();
        bits & (u128::MAX << (u128::BITS - length)) == first
    };
    within(&([0x2000, 0], 3)) && !NOT_PUBLIC_6.iter().any(within)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_of_the_public_network_is_told_from_what_is() {
        let not = "0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.255 127.0.0.1 127.9.9.9 \
            169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.2.7 192.88.99.1 192.168.0.1 198.18.0.1 \
            198.19.255.255 198.51.100.9 203.0.113.5 224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 \
            :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:7f00:1 64:ff9b::7f00:1 64:ff9b::808:808 \
            64:ff9b:1::1 100::1 2001::1 2001:2::1 2001:10::1 2001:db8::1 2002:7f00:1::1 3fff::1 3fff:fff::1 \
            5f00::1 fc00::1 fd12:3456::1 fe80::1 febf::1 fec0::1 ff02::1";
        for text in not.split_whitespace() {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
        let public = "1.1.1.1 8.8.8.8 9.255.255.255 11.0.0.1 100.63.255.255 100.128.0.1 126.1.1.1 128.0.0.1 \
            172.15.0.1 172.32.0.1 192.0.1.1 192.167.1.1 198.17.1.1 198.20.0.1 223.255.255.255 \
            2001:200::1 2001:db9::1 2003::1 2606:4700::1111 2a00:1450::1 3ffe::1 3fff:1000::1";
        for text in public.split_whitespace() {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
    }
}
