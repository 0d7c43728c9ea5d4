#include "chatd/log.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

using namespace chatd;
using namespace std::string_view_literals;

namespace {

std::string value(std::string_view text) {
    std::string out;
    append_log_value(out, text);
    return out;
}

} // namespace

TEST_CASE("an event is one line of level and word and fields", "[chatd][log]") {
    std::string seen;
    logger log{[&seen](std::string_view line) { seen += line; }};
    log.info("login", {{"name", "bob"}, {"peer", "127.0.0.1:4711"}, {"sessions", 3}});
    log.warning("accept_failed");
    log.error("stop", {{"reason", "no memory"}});
    CHECK(seen == "info login name=bob peer=127.0.0.1:4711 sessions=3 category=session\n"
                  "warning accept_failed category=admission\n"
                  "error stop reason=\"no memory\" category=daemon\n");
}

TEST_CASE("what is below the level is not written", "[chatd][log]") {
    std::string seen;
    logger log{[&seen](std::string_view line) { seen += line; }};
    CHECK_FALSE(log.writes(log_level::debug));
    log.debug("connect");
    CHECK(seen.empty());
    log.set_level(log_level::debug);
    log.debug("connect");
    CHECK(seen == "debug connect category=admission\n");
    log.set_level(log_level::error);
    log.warning("refused");
    log.error("stop");
    CHECK(seen == "debug connect category=admission\nerror stop category=daemon\n");
}

TEST_CASE("addresses of peers are cut or left out on demand", "[chatd][log]") {
    std::string seen;
    logger log{[&seen](std::string_view line) { seen = line; }};
    const auto said = [&](log_addresses how, std::string_view peer) {
        log.set_options({log_level::info, how});
        log.info("closed", {{"peer", peer}, {"reason", "no_reason"}});
        return seen;
    };
    const std::string end = " reason=no_reason category=session\n";
    CHECK(said(log_addresses::whole, "192.0.2.7:4711") == "info closed peer=192.0.2.7:4711" + end);
    CHECK(said(log_addresses::network, "192.0.2.7:4711") == "info closed peer=192.0.2.0/24" + end);
    CHECK(said(log_addresses::network, "[2001:db8:1:2::3]:4711") ==
          "info closed peer=2001:db8:1::/48" + end);
    CHECK(said(log_addresses::network, "[::ffff:192.0.2.7]:4711") ==
          "info closed peer=192.0.2.0/24" + end);
    CHECK(said(log_addresses::none, "192.0.2.7:4711") == "info closed" + end);
}

namespace {

std::chrono::nanoseconds test_time{};

/// Keeps the lines.
class line_list final : public log_sink {
public:
    explicit line_list(std::vector<std::string>& to) : to_(to) {}
    void write(const log_record& record) override { to_.emplace_back(record.line); }

private:
    std::vector<std::string>& to_;
};

} // namespace

TEST_CASE("what peers can cause has so many lines and no more", "[chatd][log]") {
    test_time = std::chrono::seconds{1000};
    std::vector<std::string> lines;
    logger log{std::make_unique<line_list>(lines), [] { return test_time; }};
    for (std::uint32_t i = 0; i < logger::burst; ++i)
        log.info("login", {{"name", "a"}});
    CHECK(lines.size() == logger::burst);
    log.info("login", {{"name", "b"}});
    log.info("login", {{"name", "c"}});
    CHECK(lines.size() == logger::burst);
    log.info("leave", {{"name", "a"}}); // another event has its own share
    CHECK(lines.size() == logger::burst + 1);
    test_time += logger::interval;
    log.info("login", {{"name", "d"}});
    CHECK(lines.back() == "info login name=d unsaid=2 category=session\n");
    log.info("login", {{"name", "e"}});
    CHECK(lines.back() == "info login name=e category=session\n");
}

TEST_CASE("what a line owns up to is told once with what went without a line", "[chatd][log]") {
    std::vector<std::string> lines;
    logger log{std::make_unique<line_list>(lines), [] { return test_time; }};
    for (std::uint32_t i = 0; i < logger::burst; ++i)
        log.warning("refused", {{"reason", "too_fast"}});
    log.warning("refused", {{"reason", "too_fast"}, {"unsaid", 10U}}); // no line, and ten before
    test_time += logger::interval;
    log.warning("refused", {{"reason", "too_fast"}, {"unsaid", 5U}, {"peer", "10.0.0.1:1"}});
    CHECK(lines.back() ==
          "warning refused reason=too_fast peer=10.0.0.1:1 unsaid=16 category=admission\n");
    log.warning("refused", {{"reason", "too_fast"}, {"unsaid", 5U}});
    CHECK(lines.back() == "warning refused reason=too_fast unsaid=5 category=admission\n");
}

TEST_CASE("what administrators do is always written", "[chatd][log]") {
    std::vector<std::string> lines;
    logger log{std::make_unique<line_list>(lines), [] { return test_time; }};
    for (std::uint32_t i = 0; i < logger::burst + 10; ++i)
        log.info("option_changed");
    CHECK(lines.size() == logger::burst + 10);
}

TEST_CASE("a value that could be misread is quoted", "[chatd][log]") {
    CHECK(value("bob") == "bob");
    CHECK(value("") == "\"\"");
    CHECK(value("a b") == "\"a b\"");
    CHECK(value("a=b") == "\"a=b\"");
    CHECK(value("a\"b\\c") == R"("a\"b\\c")");
    CHECK(value("J\u00f6rg") == "\"J\u00f6rg\"");
}

TEST_CASE("controls and bad bytes never reach the log raw", "[chatd][log]") {
    CHECK(value("a\nerror b\r\t") == R"("a\nerror b\r\t")");
    CHECK(value("\x1b[2J\x7f\0"sv) == R"("\x1b[2J\x7f\x00")");
    CHECK(value("\xff\xe4\xbd") == R"("\xff\xe4\xbd")");
    CHECK(value("\u0085\u202e\u2028\u200b") == R"("\u{85}\u{202e}\u{2028}\u{200b}")");
}

TEST_CASE("an episode has one line a minute and counts the rest", "[chatd][log]") {
    using namespace std::chrono_literals;
    log_episode episode;
    CHECK(episode.begins(1000s));
    CHECK_FALSE(episode.begins(1001s));
    CHECK_FALSE(episode.begins(1059s));
    CHECK(episode.begins(1060s));
    CHECK(episode.take_unsaid() == 2);
    CHECK(episode.take_unsaid() == 0);
}
