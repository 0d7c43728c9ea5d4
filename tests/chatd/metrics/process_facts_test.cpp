#include "chatd/metrics/process_facts.hpp"

#include <reactor/dispatcher.hpp>
#include <reactor/loop.hpp>

#include "support/catch.hpp"
#include "support/socket_pair.hpp"

#include <sys/socket.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <utility>

using chatd::process_facts;

TEST_CASE("a process knows its memory and its time", "[chatd][metrics]") {
    const reactor::loop loop;
    const process_facts facts(loop);
    const auto memory = process_facts::memory_now();
    REQUIRE(memory);
    CHECK(memory->resident > 100'000);
    CHECK(memory->virtual_size > memory->resident);
    const std::chrono::duration<double> now = std::chrono::system_clock::now().time_since_epoch();
    CHECK(facts.start_time() <= now);
    CHECK(facts.start_time() > now - std::chrono::minutes{1});
    CHECK(facts.uptime().count() >= 0);
}

TEST_CASE("a process counts the descriptors it has open", "[chatd][metrics]") {
    const reactor::loop loop;
    const process_facts facts(loop);
    const auto before = facts.open_descriptors();
    CHECK(before >= 3);
    const auto limit = process_facts::descriptor_limit();
    CHECK((!limit || before < *limit));
    reactor::loop other;
    CHECK(facts.open_descriptors() >= before);
}

TEST_CASE("sockets that become channels later are counted once", "[chatd][metrics]") {
    reactor::loop loop;
    const process_facts facts(loop, false);
    auto carried = support::make_socket_pair(AF_UNIX);
    loop.spawn<reactor::dispatcher>(std::move(carried.ours));
    const auto open = [] { // the directory's own descriptor is in the list
        using directory = std::filesystem::directory_iterator;
        return static_cast<std::uint64_t>(std::distance(directory{"/proc/self/fd"}, directory{})) -
               1;
    };
    CHECK(facts.open_descriptors() == open());
    auto more = support::make_socket_pair(AF_UNIX);
    loop.spawn<reactor::dispatcher>(std::move(more.ours));
    CHECK(facts.open_descriptors() == open() - 1); // the other end is none of the loop's
}
