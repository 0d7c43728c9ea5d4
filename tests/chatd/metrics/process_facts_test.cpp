#include "chatd/metrics/process_facts.hpp"

#include <reactor/loop.hpp>

#include "support/catch.hpp"
#include "support/socket_pair.hpp"

#include <chrono>

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
