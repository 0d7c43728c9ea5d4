#include "address_text.hpp"

#include <reactor/host_port.hpp>

namespace reactor {

using detail::quoted;
using detail::refuse;

namespace {

constexpr std::size_t longest_name = 253;
constexpr std::size_t longest_label = 63;

/// What is wrong with a name; empty when nothing is.
std::string fault_of(std::string_view name) {
    if (detail::looks_like_v4(name))
        return quoted(name) + " is not an IPv4 address: " + std::string(detail::v4_form);
    if (!detail::looks_like_name(name))
        return quoted(name) + " is no host name: only letters, digits, - and . stand in one (other "
                              "letters in their xn-- form)";
    if (name.ends_with('.'))
        name.remove_suffix(1); // says that the name is complete
    if (name.size() > longest_name)
        return "the name is " + std::to_string(name.size()) + " bytes long, at most " +
               std::to_string(longest_name) + " can be";
    while (true) {
        const auto label = name.substr(0, name.find('.'));
        if (label.empty())
            return "there is nothing between two dots of the name, or before its first";
        if (label.size() > longest_label)
            return quoted(label) + " is too long for a part of a name: at most " +
                   std::to_string(longest_label) + " bytes can be";
        if (label.size() == name.size())
            return {};
        name.remove_prefix(label.size() + 1);
    }
}

} // namespace

std::optional<host_port> host_port::parse(std::string_view text, std::string* why) {
    if (text.empty())
        return refuse(why, "it is empty; HOST:PORT or [IPV6]:PORT is expected");
    if (text.starts_with("unix:"))
        return refuse(why, "a UNIX socket has no host and port");
    const auto parts = detail::split_address(text, why);
    if (!parts)
        return std::nullopt;
    host_port made{std::string(parts->host), parts->port};
    if (parts->bracketed)
        return endpoint::parse(text, why) ? std::optional{made} : std::nullopt;
    if (made.numeric())
        return made;
    if (auto fault = fault_of(parts->host); !fault.empty())
        return refuse(why, std::move(fault));
    return made;
}

std::optional<endpoint> host_port::numeric() const {
    const auto made = endpoint::parse(to_string());
    return made && made->family() != AF_UNIX ? made : std::nullopt; // a host may be called `unix`
}

std::string host_port::to_string() const {
    const bool is_v6 = host.find(':') != std::string::npos;
    return (is_v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

} // namespace reactor
