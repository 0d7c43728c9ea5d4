#include "bench/contest/machine.hpp"

#include <fmt/format.h>

#include <sched.h>

namespace contest {

namespace {

/// Beside the connections: files, listeners, what a loop has for itself.
constexpr std::uint64_t spare_descriptors = 100;

} // namespace

std::optional<core_pair> find_cores() {
    cpu_set_t allowed;
    CPU_ZERO(&allowed);
    if (::sched_getaffinity(0, sizeof allowed, &allowed) != 0)
        return {};
    std::vector<unsigned> found;
    for (unsigned core = 0; core < CPU_SETSIZE && found.size() < 2; ++core)
        if (CPU_ISSET(core, &allowed))
            found.push_back(core);
    if (found.size() < 2)
        return {};
    return core_pair{found[0], found[1]};
}

std::vector<std::string> leave_out_what_does_not_fit(std::vector<setting>& settings,
                                                     std::uint64_t limit) {
    std::vector<std::string> lines;
    std::erase_if(settings, [&](const setting& one) {
        const std::uint64_t needed = std::uint64_t{one.members} + one.idle + spare_descriptors;
        if (needed > limit)
            lines.push_back(fmt::format("Left out: {}, which needs {} descriptors; the limit is "
                                        "{} (raise it: ulimit -Hn)",
                                        to_text(one), needed, limit));
        return needed > limit;
    });
    return lines;
}

} // namespace contest
