#pragma once

#include <reactor/endpoint.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace chatd {

/// Reads the header of the PROXY protocol, version 2, as it comes: how a proxy that connects says
/// on whose behalf it does so.
///
/// The receiver takes exactly `wanted()` bytes at most before it asks again, so that what follows
/// the header stays in the socket.  Extensions behind the addresses (TLVs) are skipped.
class proxy_header {
public:
    enum class outcome : std::uint8_t {
        incomplete,
        complete,
        no_signature, ///< It is no header of version 2.
        bad_version,  ///< Neither LOCAL nor PROXY of version 2.
        bad_family,   ///< Neither TCP over IPv4 or IPv6, UNIX stream, nor unspecified.
        too_short,    ///< Shorter than the addresses of its family.
        too_long,     ///< Longer than allowed.
    };

    /// @param longest  bytes of the whole header that are allowed.
    explicit proxy_header(std::size_t longest) noexcept : longest_(longest) {}

    /// How many bytes may be received next; 0 when it is complete or bad.
    [[nodiscard]] std::size_t wanted() const noexcept;
    /// Takes what was received, at most `wanted()`.
    outcome take(std::string_view bytes) noexcept;
    [[nodiscard]] outcome result() const noexcept { return result_; }
    /// Bytes taken so far.
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

    /// Of a complete one: who connected to the proxy.  No address if the header names none (the
    /// proxy speaks for itself, or its client has none): then the connection is the proxy's own.
    [[nodiscard]] reactor::endpoint source() const noexcept;

private:
    static constexpr std::size_t fixed_part = 16;
    static constexpr std::size_t longest_addresses = 36; // of those that are looked at

    [[nodiscard]] outcome check_signature() const noexcept;
    [[nodiscard]] outcome check_fixed_part() const noexcept;
    [[nodiscard]] std::size_t total() const noexcept;
    [[nodiscard]] unsigned char at(std::size_t index) const noexcept { return kept_[index]; }

    std::array<unsigned char, fixed_part + longest_addresses> kept_{};
    std::size_t size_ = 0;
    std::size_t longest_;
    outcome result_ = outcome::incomplete;
};

/// The outcome in a phrase for the log.
[[nodiscard]] std::string_view text_of(proxy_header::outcome outcome) noexcept;

} // namespace chatd
