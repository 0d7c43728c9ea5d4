// What members whose sockets are full cost of this process's memory, counted by operator new.
#include "chatd/crowd.hpp"
#include "support/catch.hpp"
#include "support/counted_heap.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using support::heap_count;

/// Members that are owed nothing and take nothing: whatever is said from now on is pending.
std::vector<crowd::member> make_stalled(crowd& all, std::size_t count, std::string_view name_end) {
    std::vector<crowd::member> members;
    for (std::size_t i = 0; i < count; ++i)
        members.push_back(all.add("m" + std::to_string(1000 + i) + std::string(name_end)));
    all.run_until("all have heard all", [&] {
        for (const auto& member : members)
            (void)member.read();
        return all.pending() == 0;
    });
    for (const auto& member : members)
        member.stall();
    all.run(3);
    return members;
}

std::string list_of(std::size_t count, std::string_view name_end) {
    std::string list = "Online Users:\n";
    for (std::size_t i = 0; i < count; ++i)
        list.append("m" + std::to_string(1000 + i)).append(name_end).append("\n");
    return list;
}

/// Lets the member read until it has got what ends so.
std::string read_until(crowd& all, const crowd::member& member, const std::string& end) {
    std::string text;
    all.run_until("a member has read to the end", [&] {
        text += member.read();
        return text.ends_with(end);
    });
    return text;
}

} // namespace

TEST_CASE("a thousand stalled members cost what was said once and little more", "[chatd][memory]") {
    constexpr std::size_t count = 1000;
    constexpr std::size_t said = 64 * 1024;
    constexpr std::size_t line_bytes = 64;
    crowd all;
    const auto speaker = all.add_speaker("talker");
    const auto members = make_stalled(all, count, "");
    const std::string line =
        "say " + std::string(line_bytes - std::string_view{"talker: \n"}.size(), 'x') + "\n";
    const auto before = heap_count::now();
    for (std::size_t sent = 0; sent < said; sent += line_bytes) {
        speaker.send(line);
        if (sent % 4096 == 0)
            all.run(1);
    }
    all.run_until("all is said", [&] { return all.most_pending() >= said; });
    const auto after = heap_count::now();
    const auto growth = after.bytes - before.bytes;
    WARN("growth: 64 KiB and " << (static_cast<double>(growth) - said) / count
                               << " bytes a member; blocks that grew:\n"
                               << support::growth_by_size(before, after));
    CHECK(growth <= said + 200 * count);
}

TEST_CASE("who looks into a large room shares one answer with all who do", "[chatd][memory]") {
    constexpr std::size_t count = 300;
    const std::string dots(50, '.');
    crowd all;
    const auto members = make_stalled(all, count, dots);
    const auto list = list_of(count, dots);
    const auto look = [&](const crowd::member& asker) {
        asker.send("look\n");
        const auto pending = all.pending();
        all.run_until("it is answered", [&] { return all.pending() >= pending + list.size(); });
    };
    look(members[0]);
    const auto memory = all.loop().output_memory();
    for (std::size_t i = 1; i < 100; ++i) {
        const auto before = heap_count::totals();
        look(members[i]);
        REQUIRE(heap_count::totals().given - before.given <= 512); // of some 17 000 bytes
    }
    CHECK(all.loop().output_memory() <= memory + 100 * 200);

    // A newcomer makes another answer, and those before get theirs whole.
    const auto newcomer = all.add("newcomer");
    look(members[200]);
    const std::string entered = "newcomer has entered the room.\n";
    CHECK(read_until(all, members[0], entered) == list + entered);
    CHECK(read_until(all, members[99], entered) == list + entered);
    CHECK(read_until(all, members[200], "\nnewcomer\n") == entered + list + "newcomer\n");
}
