// The program itself, with a short run.
#include "support/catch.hpp"
#include "support/program.hpp"
#include "support/temp_dir.hpp"

#include <fstream>
#include <iterator>
#include <string>

using Catch::Matchers::ContainsSubstring;
using support::program;

TEST_CASE("a goal is measured against the yardstick", "[goals]") {
    const support::temp_dir directory;
    const std::string json = (directory.path() / "goals.json").string();
    program run(GOALS_BINARY,
                {"--rows", "window-1-10", "--repeats", "1", "--duration", "200ms", "--json", json});
    INFO(run.output());
    CHECK(run.wait() == 0);
    CHECK_THAT(run.output(), ContainsSubstring("CPU a delivery, 10 members, window 1"));
    CHECK_THAT(run.output(), ContainsSubstring("Longest iteration of all: ")); // chatd's own word
    std::ifstream file(json);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    CHECK_THAT(text, ContainsSubstring("\"schema\": \"goals/1\""));
}
