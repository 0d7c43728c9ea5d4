// --check-config and --show-config, from outside.

#include <cstddef>
#include <fstream>
#include <string>

#include "support/catch.hpp"
#include "support/daemon_process.hpp"
#include "support/temp_dir.hpp"

using Catch::Matchers::ContainsSubstring;
using support::daemon_process;

namespace {

struct config_directory {
    explicit config_directory(const std::string& text) { std::ofstream(file()) << text; }
    [[nodiscard]] std::string file() const { return directory.file("chatd.conf"); }

    support::temp_dir directory;
};

} // namespace

TEST_CASE("a right configuration is told in one line and exit code 0", "[wire][config]") {
    const config_directory place("max-line = 4KiB\n");
    const auto result = daemon_process::run({"--config", place.file(), "--check-config"});
    CHECK(result.exit_code == 0);
    CHECK(result.log.empty());
    CHECK(result.output == "chatd: the configuration is right\n");
}

TEST_CASE("a wrong configuration is a line for each mistake and exit code 2", "[wire][config]") {
    const config_directory place("max-lines = 4KiB\nno-progress = soon\nflood-rate = -1\n");
    for (const char* asked : {"--check-config", "--show-config", "--strict-names"}) {
        CAPTURE(asked);
        const auto result = daemon_process::run({"--config", place.file(), asked});
        CHECK(result.exit_code == 2);
        CHECK(result.output.empty());
        CHECK(result.log ==
              "chatd: " + place.file() +
                  ":1: there is no key 'max-lines'; did you mean max-line?\n"
                  "chatd: " +
                  place.file() +
                  ":2: no-progress: 'soon' is not a number of seconds, or of ms, min or h with "
                  "that suffix\n"
                  "chatd: " +
                  place.file() + ":3: flood-rate: -1 is out of range; give 0 to 1000000\n");
    }
}

TEST_CASE("a file that is not there is named and exit code 2", "[wire][config]") {
    const config_directory place("");
    const std::string missing = place.directory.file("missing.conf");
    const auto result = daemon_process::run({"--config", missing});
    CHECK(result.exit_code == 2);
    CHECK_THAT(result.log, ContainsSubstring(missing + ": cannot be read: No such file"));
}

TEST_CASE("what is in force is shown with where it comes from", "[wire][config]") {
    const config_directory place("\nmax-line = 4KiB\n");
    const auto result =
        daemon_process::run({"--config", place.file(), "--show-config", "--max-name", "7"});
    CHECK(result.exit_code == 0);
    CHECK(result.log.empty());
    const auto line_of = [&](const std::string& key) {
        const auto at = result.output.find("\n" + key + " = ");
        REQUIRE(at != std::string::npos);
        return result.output.substr(at + 1, result.output.find('\n', at + 1) - at - 1);
    };
    CHECK_THAT(line_of("max-line"), Catch::Matchers::StartsWith("max-line = 4KiB ") &&
                                        Catch::Matchers::EndsWith(" # " + place.file() + ":2"));
    CHECK_THAT(line_of("max-name"), Catch::Matchers::EndsWith(" # command line"));
    CHECK_THAT(line_of("flood-rate"), Catch::Matchers::EndsWith(" # default"));
}

TEST_CASE("a daemon with a file runs by it", "[wire][config]") {
    const config_directory place("");
    const std::string path = place.directory.file("chat.sock");
    std::ofstream(place.file()) << "listen = unix:" << path << "\n";
    daemon_process::options chosen;
    chosen.own_listen = true;
    daemon_process daemon({"--config", place.file()}, chosen);
    CHECK(daemon.endpoint() == "unix:" + path);
    daemon.stop();
}
