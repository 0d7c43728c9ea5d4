#pragma once

#include <reactor/endpoint.hpp>

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace chatd {

/// The addresses that begin with the same bits, IPv4 or IPv6: `192.0.2.0/24`, `2001:db8::/32`, or
/// one address.  IPv4 mapped into IPv6 is IPv4; no IPv6 network contains any, `::/0` neither.
class network {
public:
    /// 0.0.0.0/0.
    constexpr network() noexcept = default;

    /// Reads `ADDRESS/BITS` or `ADDRESS`.  Empty when `text` is neither or has bits set behind the
    /// first BITS; then `why`, if given, says in one phrase what is wrong and what would be right.
    [[nodiscard]] static std::optional<network> parse(std::string_view text,
                                                      std::string* why = nullptr);
    /// The network of `bits_v4` or `bits_v6` bits that the address lies in; empty for a UNIX
    /// address and for none.
    [[nodiscard]] static std::optional<network>
    around(const reactor::endpoint& address, unsigned bits_v4 = 32, unsigned bits_v6 = 128);

    [[nodiscard]] bool contains(const network& other) const noexcept;
    /// False for UNIX addresses.
    [[nodiscard]] bool contains(const reactor::endpoint& address) const noexcept;

    [[nodiscard]] bool is_v4() const noexcept { return v4_; }
    /// 0 to 32, or 0 to 128.
    [[nodiscard]] unsigned bits() const noexcept { return bits_; }
    /// The address in network order, 4 bytes of it or 16; those behind `bits` are 0.
    [[nodiscard]] std::span<const unsigned char> bytes() const noexcept {
        return std::span{bytes_}.first(v4_ ? 4 : 16);
    }
    /// The form that `parse` reads; without `/BITS` for a single address.
    [[nodiscard]] std::string to_string() const;

    friend auto operator<=>(const network&, const network&) noexcept = default;
    friend bool operator==(const network&, const network&) noexcept = default;

private:
    static constexpr std::size_t longest = 16;

    void clear_behind_bits() noexcept;
    [[nodiscard]] unsigned most_bits() const noexcept { return v4_ ? 32 : 128; }

    std::array<unsigned char, longest> bytes_{};
    std::uint8_t bits_ = 0;
    bool v4_ = true;
};

/// A network with a limit of its own on connections.
struct network_limit {
    static constexpr std::uint32_t greatest = 1'000'000;

    network where;
    /// Connections from all its addresses together; new ones twice as many in
    /// `limits::connect_window`, if that is more than `limits::connect_rate`.
    std::uint32_t most = 1;

    /// Reads `NETWORK=N`, as `network::parse`.
    [[nodiscard]] static std::optional<network_limit> parse(std::string_view text,
                                                            std::string* why = nullptr);
    /// The form that `parse` reads.
    [[nodiscard]] std::string to_string() const;

    friend bool operator==(const network_limit&, const network_limit&) noexcept = default;
};

/// Whether one of them contains the address.
[[nodiscard]] bool contains(std::span<const network> networks,
                            const reactor::endpoint& address) noexcept;

} // namespace chatd
