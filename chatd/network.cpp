#include "chatd/network.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <utility>

namespace chatd {

namespace {

constexpr std::size_t bytes_before_mapped = 12;
constexpr unsigned bits_before_mapped = 96;

bool is_mapped(std::span<const unsigned char> v6) noexcept {
    static constexpr unsigned char before[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    return std::equal(std::begin(before), std::end(before), v6.begin());
}

/// Whether the first `bits` are the same.
bool same_start(const unsigned char* a, const unsigned char* b, unsigned bits) noexcept {
    const std::size_t whole = bits / 8;
    if (std::memcmp(a, b, whole) != 0)
        return false;
    const unsigned rest = bits % 8;
    return rest == 0 || ((a[whole] ^ b[whole]) >> (8 - rest)) == 0;
}

std::optional<network> fail(std::string* why, std::string text) {
    if (why != nullptr)
        *why = std::move(text);
    return std::nullopt;
}

} // namespace

std::optional<network> network::parse(std::string_view text, std::string* why) {
    const auto slash = text.find('/');
    const std::string address{text.substr(0, slash)};
    network made;
    const bool whole = address.find('\0') == std::string::npos; // as far as inet_pton sees
    if (!whole || ::inet_pton(AF_INET, address.c_str(), made.bytes_.data()) != 1) {
        made.v4_ = false;
        if (!whole || ::inet_pton(AF_INET6, address.c_str(), made.bytes_.data()) != 1)
            return fail(why, "'" + address + "' is not an IP address");
    }
    unsigned bits = made.most_bits();
    if (slash != std::string_view::npos) {
        const std::string_view number = text.substr(slash + 1);
        const auto* const end = number.data() + number.size();
        const auto [rest, failure] = std::from_chars(number.data(), end, bits);
        if (failure != std::errc{} || rest != end || bits > made.most_bits())
            return fail(why, "'/" + std::string{number} + "' is not a prefix length from /0 to /" +
                                 std::to_string(made.most_bits()));
    }
    if (!made.v4_ && is_mapped(made.bytes_) && bits >= bits_before_mapped) {
        made.v4_ = true;
        bits -= bits_before_mapped;
        std::copy(made.bytes_.begin() + bytes_before_mapped, made.bytes_.end(),
                  made.bytes_.begin());
        std::fill(made.bytes_.begin() + 4, made.bytes_.end(), static_cast<unsigned char>(0));
    }
    made.bits_ = static_cast<std::uint8_t>(bits);
    const network given = made;
    made.clear_behind_bits();
    if (made != given)
        return fail(why, "bits are set behind the first " + std::to_string(bits) + ": " +
                             made.to_string() + " is the whole network, " + address +
                             " the one address");
    return made;
}

std::optional<network> network::around(const reactor::endpoint& address, unsigned bits_v4,
                                       unsigned bits_v6) {
    network made;
    if (address.family() == AF_INET) {
        sockaddr_in native{};
        std::memcpy(&native, address.native(), sizeof native);
        std::memcpy(made.bytes_.data(), &native.sin_addr, sizeof native.sin_addr);
    } else if (address.family() == AF_INET6) {
        sockaddr_in6 native{};
        std::memcpy(&native, address.native(), sizeof native);
        const auto& all = native.sin6_addr.s6_addr;
        made.v4_ = is_mapped(all);
        std::copy(std::begin(all) + (made.v4_ ? bytes_before_mapped : 0), std::end(all),
                  made.bytes_.begin());
    } else {
        return std::nullopt;
    }
    made.bits_ =
        static_cast<std::uint8_t>(std::min(made.v4_ ? bits_v4 : bits_v6, made.most_bits()));
    made.clear_behind_bits();
    return made;
}

void network::clear_behind_bits() noexcept {
    std::size_t first = bits_ / 8U;
    if (bits_ % 8 != 0) {
        bytes_[first] = static_cast<unsigned char>(bytes_[first] & (0xff00U >> bits_ % 8));
        ++first;
    }
    std::fill(bytes_.begin() + static_cast<std::ptrdiff_t>(first), bytes_.end(),
              static_cast<unsigned char>(0));
}

bool network::contains(const network& other) const noexcept {
    return v4_ == other.v4_ && bits_ <= other.bits_ &&
           same_start(bytes_.data(), other.bytes_.data(), bits_);
}

bool network::contains(const reactor::endpoint& address) const noexcept {
    const auto one = around(address);
    return one && contains(*one);
}

std::string network::to_string() const {
    char text[INET6_ADDRSTRLEN] = {};
    ::inet_ntop(v4_ ? AF_INET : AF_INET6, bytes_.data(), text, sizeof text);
    return bits_ == most_bits() ? std::string{text} : text + ("/" + std::to_string(bits_));
}

std::optional<network_limit> network_limit::parse(std::string_view text, std::string* why) {
    const auto sign = text.find('=');
    const auto where = network::parse(text.substr(0, sign), why);
    if (!where)
        return std::nullopt;
    network_limit made{*where};
    const std::string_view number =
        sign != std::string_view::npos ? text.substr(sign + 1) : std::string_view{};
    const auto* const end = number.data() + number.size();
    const auto [rest, failure] = std::from_chars(number.data(), end, made.most);
    if (failure == std::errc{} && rest == end && made.most >= 1 && made.most <= greatest)
        return made;
    if (why != nullptr)
        *why = sign == std::string_view::npos
                   ? "'=N' is missing"
                   : "'" + std::string{number} + "' is not a number from 1 to " +
                         std::to_string(greatest);
    return std::nullopt;
}

std::string network_limit::to_string() const {
    return where.to_string() + "=" + std::to_string(most);
}

bool contains(std::span<const network> networks, const reactor::endpoint& address) noexcept {
    if (networks.empty())
        return false;
    const auto one = network::around(address);
    return one && std::any_of(networks.begin(), networks.end(),
                              [&one](const network& each) { return each.contains(*one); });
}

} // namespace chatd
