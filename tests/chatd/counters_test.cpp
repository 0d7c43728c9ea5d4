#include "chatd/counters.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <set>
#include <string>
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

    void note(incident what, std::chrono::nanoseconds now) {
        incidents.note(what, now, "peer", [] { return std::string("192.0.2.1:7"); });
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
