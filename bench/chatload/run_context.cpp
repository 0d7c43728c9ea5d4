#include "bench/chatload/run_context.hpp"

#include "bench/chatload/source_address.hpp"

#include <algorithm>
#include <utility>

namespace chatload {

namespace {

/// By role: the thread that counts what it says, one where somebody gets it.
std::vector<std::uint32_t> counting_threads(const cast& people, bool echoes) {
    std::vector<std::uint32_t> made;
    std::vector<std::vector<std::uint32_t>> members(people.rooms.size()); // by room and thread
    std::uint32_t threads = 1;
    for (const role& one : people.roles)
        threads = std::max(threads, one.thread + 1);
    for (auto& of : members)
        of.assign(echoes ? 0 : threads, 0);
    for (const role& one : people.roles) {
        if (!echoes && one.room != no_room && !one.late)
            ++members[one.room][one.thread];
    }
    for (const role& one : people.roles) {
        std::uint32_t thread = one.thread;
        if (!echoes && one.sender && members[one.room][thread] < 2) {
            for (std::uint32_t other = 0; other < threads; ++other) {
                if (other != one.thread && members[one.room][other] > 0)
                    thread = other;
            }
        }
        made.push_back(thread);
    }
    return made;
}

} // namespace

run_context::run_context(plan p, run_reports& r)
    : asked(std::move(p)), traits(make_protocol(asked.protocol)->traits()),
      format(line_format::fresh_tag(), asked.size), people(make_cast(asked, traits)),
      who(static_cast<std::uint32_t>(people.rooms.size())), frame_bytes(people.rooms.size()),
      reports(r) {
    for (const std::string& address : asked.sources)
        sources.push_back(*read_source(address));
    const auto counted_by = counting_threads(people, traits.echoes);
    for (std::size_t i = 0; i < people.roles.size(); ++i) {
        const role& one = people.roles[i];
        if (one.sender)
            who.add(one.number, one.room, one.load, counted_by[i]);
    }
    who.start_visitors_at(people.names);
}

} // namespace chatload
