#include "bench/contest/schedule.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace contest {

std::string to_text(const setting& what) {
    std::string text = fmt::format("{} members", what.members);
    if (what.idle > 0)
        text += fmt::format(", {} idle", what.idle);
    return text;
}

std::vector<setting> make_settings(std::span<const std::uint32_t> members,
                                   std::span<const std::uint32_t> idle) {
    std::vector<setting> made;
    const auto add = [&made](setting what) {
        if (std::find(made.begin(), made.end(), what) == made.end())
            made.push_back(what);
    };
    if (idle.empty() || std::find(idle.begin(), idle.end(), 0U) != idle.end()) {
        for (const std::uint32_t count : members)
            add({count, 0});
    }
    for (const std::uint32_t count : idle)
        add({members[members.size() / 2], count});
    return made;
}

std::vector<trial> make_schedule(std::size_t servers, std::size_t settings, std::size_t repeats) {
    std::vector<trial> order;
    order.reserve(servers * settings * repeats);
    for (std::size_t repeat = 0; repeat < repeats; ++repeat)
        for (std::size_t setting = 0; setting < settings; ++setting)
            for (std::size_t i = 0; i < servers; ++i)
                order.push_back({(i + repeat) % servers, setting, repeat});
    return order;
}

} // namespace contest
