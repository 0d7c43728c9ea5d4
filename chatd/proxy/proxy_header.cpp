#include "chatd/proxy/proxy_header.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>

namespace chatd {

namespace {

constexpr std::array<unsigned char, 12> signature{0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D,
                                                  0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A};

constexpr std::size_t command_at = 12;
constexpr std::size_t family_at = 13;
constexpr std::size_t length_at = 14;
constexpr std::size_t addresses_at = 16;

constexpr unsigned char local_command = 0x20;
constexpr unsigned char proxy_command = 0x21;

constexpr unsigned char unspecified = 0x00;
constexpr unsigned char tcp_v4 = 0x11;
constexpr unsigned char tcp_v6 = 0x21;
constexpr unsigned char unix_stream = 0x31;

/// Bytes of both addresses and ports; more than any header has for a family that is not allowed.
constexpr std::size_t addresses_size(unsigned char family) noexcept {
    switch (family) {
    case unspecified:
        return 0;
    case tcp_v4:
        return 12;
    case tcp_v6:
        return 36;
    case unix_stream:
        return 216;
    default:
        return 0x10000;
    }
}

} // namespace

std::size_t proxy_header::total() const noexcept {
    return fixed_part + (static_cast<std::size_t>(at(length_at)) << 8 | at(length_at + 1));
}

std::size_t proxy_header::wanted() const noexcept {
    if (result_ != outcome::incomplete)
        return 0;
    return (size_ < fixed_part ? fixed_part : total()) - size_;
}

proxy_header::outcome proxy_header::take(std::string_view bytes) noexcept {
    if (size_ < kept_.size()) {
        const auto kept = std::min(bytes.size(), kept_.size() - size_);
        std::memcpy(kept_.data() + size_, bytes.data(), kept);
    }
    const bool fixed_part_came = size_ < fixed_part && size_ + bytes.size() >= fixed_part;
    size_ += bytes.size();
    result_ = fixed_part_came ? check_fixed_part() : check_signature();
    if (result_ == outcome::incomplete && size_ >= fixed_part && size_ == total())
        result_ = outcome::complete;
    return result_;
}

proxy_header::outcome proxy_header::check_signature() const noexcept {
    const auto came = std::min(size_, signature.size());
    return std::equal(signature.begin(), signature.begin() + static_cast<std::ptrdiff_t>(came),
                      kept_.begin())
               ? outcome::incomplete
               : outcome::no_signature;
}

proxy_header::outcome proxy_header::check_fixed_part() const noexcept {
    if (check_signature() != outcome::incomplete)
        return outcome::no_signature;
    if (at(command_at) != local_command && at(command_at) != proxy_command)
        return outcome::bad_version;
    if (total() > longest_)
        return outcome::too_long;
    if (at(command_at) == local_command) // says nothing of its family
        return outcome::incomplete;
    const auto needed = addresses_size(at(family_at));
    if (needed == addresses_size(0xff))
        return outcome::bad_family;
    return total() < fixed_part + needed ? outcome::too_short : outcome::incomplete;
}

reactor::endpoint proxy_header::source() const noexcept {
    const unsigned char* const addresses = kept_.data() + addresses_at;
    if (result_ != outcome::complete || at(command_at) != proxy_command)
        return {};
    if (at(family_at) == tcp_v4) {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        std::memcpy(&v4.sin_addr, addresses, sizeof v4.sin_addr);
        std::memcpy(&v4.sin_port, addresses + 8, sizeof v4.sin_port);
        return reactor::endpoint::from_native(reinterpret_cast<const sockaddr*>(&v4), sizeof v4);
    }
    if (at(family_at) == tcp_v6) {
        sockaddr_in6 v6{};
        v6.sin6_family = AF_INET6;
        std::memcpy(&v6.sin6_addr, addresses, sizeof v6.sin6_addr);
        std::memcpy(&v6.sin6_port, addresses + 32, sizeof v6.sin6_port);
        return reactor::endpoint::from_native(reinterpret_cast<const sockaddr*>(&v6), sizeof v6);
    }
    return {};
}

std::string_view text_of(proxy_header::outcome outcome) noexcept {
    switch (outcome) {
    case proxy_header::outcome::incomplete:
        return "incomplete";
    case proxy_header::outcome::complete:
        return "complete";
    case proxy_header::outcome::no_signature:
        return "no header of version 2";
    case proxy_header::outcome::bad_version:
        return "neither LOCAL nor PROXY of version 2";
    case proxy_header::outcome::bad_family:
        return "unknown address family";
    case proxy_header::outcome::too_short:
        return "shorter than its addresses";
    case proxy_header::outcome::too_long:
        break;
    }
    return "too long";
}

} // namespace chatd
