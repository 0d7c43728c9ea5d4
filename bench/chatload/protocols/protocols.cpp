#include "bench/chatload/protocols/protocol.hpp"

#include <array>
#include <iterator>

namespace chatload {

using factory = std::unique_ptr<protocol>();

// Each in the file of its name.
factory make_chatd, make_irc, make_nats, make_redis;

namespace {

struct entry {
    std::string_view name;
    factory* make;
};
constexpr entry entries[] = {
    {"chatd", make_chatd},
    {"irc", make_irc},
    {"nats", make_nats},
    {"redis", make_redis},
};

constexpr auto names = [] {
    std::array<std::string_view, std::size(entries)> made;
    for (std::size_t i = 0; i < made.size(); ++i)
        made[i] = entries[i].name;
    return made;
}();

} // namespace

std::span<const std::string_view> protocol_names() noexcept { return names; }

std::unique_ptr<protocol> make_protocol(std::string_view name) {
    for (const entry& known : entries) {
        if (known.name == name)
            return known.make();
    }
    return nullptr;
}

} // namespace chatload
