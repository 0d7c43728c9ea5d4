#include "chatd/counters.hpp"

#include "support/catch.hpp"

#include <reactor/endpoint.hpp>

#include <chrono>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace chatd;
using namespace std::chrono_literals;

namespace {

struct noted {
    std::vector<std::string> lines;
    logger log{[this](std::string_view line) { lines.emplace_back(line); }};
    service_counters counts;
    incident_log incidents{counts, log};

    void note(incident what, std::chrono::nanoseconds now, std::string_view peer = "192.0.2.1:7") {
        const auto address = reactor::endpoint::parse(peer);
        REQUIRE(address);
        incidents.note(what, now, *address);
    }
};

} // namespace

TEST_CASE("every incident has an event and a reason of its own", "[chatd][counters]") {
    std::set<std::pair<std::string_view, std::string_view>> seen;
    for (std::size_t i = 0; i < incidents; ++i) {
        const incident_info& info = info_of(static_cast<incident>(i));
        CHECK_FALSE(info.event.empty());
        CHECK_FALSE(info.help.empty());
        CHECK(seen.insert({info.event, info.reason}).second);
    }
}

TEST_CASE("every plain counter is told of once", "[chatd][counters]") {
    service_counters all;
    std::set<std::string_view> names;
    for (const counter_info& info : plain_counters()) {
        CHECK_FALSE(info.help.empty());
        CHECK(names.insert(info.name).second);
        CHECK(all.*info.value == 0);
        all.*info.value = 1;
    }
    CHECK(sizeof(service_counters) ==
          (plain_counters().size() + incidents) * sizeof(std::uint64_t));
}

TEST_CASE("incidents are all counted and one line a minute tells of them", "[chatd][counters]") {
    noted n;
    n.note(incident::refused_too_fast, 0s);
    n.note(incident::refused_too_fast, 1s);
    n.note(incident::refused_too_fast, 59s);
    n.note(incident::wait_flood, 59s);
    n.note(incident::refused_too_fast, 60s);
    CHECK(n.counts.of(incident::refused_too_fast) == 4);
    CHECK(n.counts.of(incident::wait_flood) == 1);
    CHECK(n.lines ==
          std::vector<std::string>{
              "warning refused reason=too_fast peer=192.0.2.1:7 category=admission\n",
              "info wait reason=flood peer=192.0.2.1:7 category=session\n",
              "warning refused reason=too_fast peer=192.0.2.1:7 unsaid=2 category=admission\n"});
}

TEST_CASE("each address has a line of its own", "[chatd][counters]") {
    noted n;
    for (const char* const peer : {"192.0.2.1:7", "192.0.2.1:8", "192.0.2.2:7", "[2001:db8::1]:7",
                                   "[2001:db8::2]:7", "[2001:db8:0:1::1]:7"})
        n.note(incident::refused_too_fast, 0s, peer);
    n.note(incident::refused_too_fast, 60s, "192.0.2.1:9");
    const std::string begin = "warning refused reason=too_fast peer=";
    const std::string end = " category=admission\n";
    CHECK(n.lines == std::vector<std::string>{begin + "192.0.2.1:7" + end,
                                              begin + "192.0.2.2:7 unsaid=1" + end,
                                              begin + "[2001:db8::1]:7" + end,
                                              begin + "[2001:db8:0:1::1]:7 unsaid=1" + end,
                                              begin + "192.0.2.1:9" + end});
    CHECK(n.counts.of(incident::refused_too_fast) == 7);
}

TEST_CASE("addresses that the log shows alike have one line", "[chatd][counters]") {
    noted n;
    n.log.set_options({log_level::info, log_addresses::network});
    for (const char* const peer : {"192.0.2.1:7", "192.0.2.2:7", "192.0.3.1:7"})
        n.note(incident::refused_too_fast, 0s, peer);
    CHECK(n.lines.size() == 2);
    n.lines.clear();
    n.log.set_options({log_level::info, log_addresses::none});
    for (const char* const peer : {"198.51.100.1:7", "203.0.113.1:7", "unix:/x"})
        n.note(incident::refused_too_fast, 0s, peer);
    CHECK(n.lines.size() == 1);
}

TEST_CASE("those who have a name have one line among them", "[chatd][counters]") {
    noted n;
    n.incidents.note(incident::wait_flood, 0s, "alice");
    n.incidents.note(incident::wait_flood, 0s, "bob");
    n.incidents.note(incident::wait_flood, 60s, "carol");
    CHECK(n.lines == std::vector<std::string>{
                         "info wait reason=flood name=alice category=session\n",
                         "info wait reason=flood name=carol unsaid=1 category=session\n"});
}

TEST_CASE("what was wrong is a field of its own", "[chatd][counters]") {
    noted n;
    n.incidents.note(incident::refused_proxy_header, 0s, *reactor::endpoint::parse("192.0.2.1:7"),
                     "no header");
    CHECK(n.lines == std::vector<std::string>{"warning refused reason=proxy_header "
                                              "peer=192.0.2.1:7 fault=\"no header\" "
                                              "category=admission\n"});
}
