#include "chatd/bans/ban_target.hpp"

#include "chatd/line_filter.hpp"
#include "chatd/text.hpp"

namespace chatd {

namespace {

constexpr std::string_view name_prefix = "name:";

std::optional<ban_target> of_name(ban_target::kind what, std::string_view name, std::string* why) {
    std::string valid;
    std::string scratch;
    const auto clean = clean_name(to_valid_utf8(name, valid), scratch);
    if (!clean.empty() && clean == name)
        return ban_target{what, {}, std::string{name}};
    if (why != nullptr)
        *why = clean.empty() ? "a name is missing"
                             : "nobody can have that name: it has characters that are removed from "
                               "names, or blanks at its ends";
    return std::nullopt;
}

/// Whether whoever wrote it meant a network: a slash behind what only addresses are made of.
bool looks_like_network(std::string_view text) noexcept {
    const auto slash = text.find('/');
    return slash != std::string_view::npos && slash > 0 &&
           text.find_first_not_of("0123456789abcdefABCDEF.:/") == std::string_view::npos;
}

} // namespace

std::optional<ban_target> ban_target::parse(std::string_view text, std::string* why) {
    if (text.starts_with(name_prefix))
        return of_name(kind::name, text.substr(name_prefix.size()), why);
    std::string fault;
    if (const auto read = network::parse(text, &fault))
        return ban_target{kind::addresses, *read, {}};
    if (!looks_like_network(text))
        return of_name(kind::name, text, why);
    if (why != nullptr)
        *why = fault;
    return std::nullopt;
}

std::optional<ban_target> ban_target::mute_of(std::string_view name, std::string* why) {
    return of_name(kind::mute, name, why);
}

std::string ban_target::to_string() const {
    if (what == kind::addresses)
        return where.to_string();
    const auto read = what == kind::name ? parse(name) : std::nullopt;
    const bool ambiguous = what == kind::name && (!read || *read != *this);
    return ambiguous ? std::string{name_prefix} + name : name;
}

std::string_view word_of(ban_target::kind what) noexcept {
    switch (what) {
    case ban_target::kind::addresses:
        return "addresses";
    case ban_target::kind::name:
        return "name";
    case ban_target::kind::mute:
        break;
    }
    return "mute";
}

} // namespace chatd
