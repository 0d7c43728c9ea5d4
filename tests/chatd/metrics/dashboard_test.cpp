#include "chatd/limits.hpp"
#include "chatd/log.hpp"
#include "chatd/metrics/page.hpp"
#include "chatd/server.hpp"

#include <reactor/loop.hpp>

#include "support/catch.hpp"
#include "support/metrics_text.hpp"

#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <string_view>

#if __has_include(<nlohmann/json.hpp>)
#include <nlohmann/json.hpp>
#endif

namespace {

std::string dashboard() {
    std::ifstream in(CHATD_DIST "/grafana/chatd.json");
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

support::metrics_text page_of_idle_daemon() {
    reactor::loop loop;
    const chatd::limits limits;
    chatd::logger log{[](std::string_view) {}};
    const chatd::server service(loop, limits, log);
    const chatd::process_facts process(loop);
    return support::metrics_text(chatd::metrics_page({loop, service, process, {}}));
}

} // namespace

TEST_CASE("every metric in the dashboard is one that the daemon has", "[chatd][metrics]") {
    const std::string text = dashboard();
    const auto page = page_of_idle_daemon();
    // In its expressions; a name ends where labels, a range or a comma begin.
    const std::regex metric(R"(\b((?:chatd|process)_[a-z_]+)[{,])");
    std::set<std::string> used;
    for (std::sregex_iterator i{text.begin(), text.end(), metric}, end; i != end; ++i)
        used.insert((*i)[1]);
    CHECK(used.size() > 25);
    for (const std::string& name : used) {
        INFO(name);
        CHECK(page.has(name));
    }
}

TEST_CASE("every reason that the dashboard tells apart is a label", "[chatd][metrics]") {
    const auto page = page_of_idle_daemon();
    for (const std::string name : {"chatd_refused_total", "chatd_closed_total", "chatd_wait_total",
                                   "chatd_name_refused_total", "chatd_line_refused_total"}) {
        INFO(name);
        REQUIRE(page.find(name) != nullptr);
        for (const auto& sample : page.find(name)->samples)
            CHECK(sample.with.contains("reason"));
    }
}

#if __has_include(<nlohmann/json.hpp>)
TEST_CASE("the dashboard is well-formed and its panels have queries", "[chatd][metrics]") {
    const auto read = nlohmann::json::parse(dashboard());
    CHECK(read.at("title") == "chatd");
    std::set<int> ids;
    for (const auto& panel : read.at("panels")) {
        CHECK(ids.insert(panel.at("id").get<int>()).second);
        CHECK_FALSE(panel.at("targets").empty());
        for (const auto& target : panel.at("targets"))
            CHECK_FALSE(target.at("expr").get<std::string>().empty());
    }
}
#endif
