#include "bench/contest/peers.hpp"

#include "bench/chatload/protocols/protocol.hpp"

#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>

using Catch::Matchers::ContainsSubstring;

TEST_CASE("Every peer speaks a protocol that the load generator speaks") {
    for (const contest::peer& server : contest::peers()) {
        INFO(server.name);
        CHECK(chatload::make_protocol(server.protocol) != nullptr);
    }
}

TEST_CASE("A peer is prepared with a configuration of its own for its port") {
    const support::temp_dir directory;
    for (const contest::peer& server : contest::peers()) {
        const auto argv = contest::prepare(server, "/opt/server", directory.path(), 12345);
        CHECK(std::find(argv.begin(), argv.end(), "/opt/server") != argv.end());
        const std::string name = directory.file(std::string{server.name} + ".conf");
        CHECK(std::find(argv.begin(), argv.end(), name) != argv.end());
        std::ifstream file(name);
        const std::string text{std::istreambuf_iterator<char>{file}, {}};
        CHECK_THAT(text, ContainsSubstring("12345") && ContainsSubstring("127.0.0.1"));
    }
}

TEST_CASE("A peer without a place for its configuration is not prepared") {
    const support::temp_dir directory;
    CHECK_THROWS_AS(contest::prepare(contest::peers().front(), "/opt/server",
                                     directory.path() / "absent", 12345),
                    std::system_error);
}

TEST_CASE("Programs are found by their full path") {
    CHECK(contest::find_program("sh").is_absolute());
    CHECK(contest::find_program("sh").filename() == "sh");
    CHECK(contest::find_program("no-such-program").empty());
    CHECK(contest::find_program("").empty());
}
