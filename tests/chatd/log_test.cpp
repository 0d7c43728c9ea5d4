#include "chatd/log.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <string>
#include <string_view>

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
    CHECK(seen == "info login name=bob peer=127.0.0.1:4711 sessions=3\n"
                  "warning accept_failed\n"
                  "error stop reason=\"no memory\"\n");
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
