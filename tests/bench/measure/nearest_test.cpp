#include "bench/measure/nearest.hpp"

#include "support/catch.hpp"

#include <utility>
#include <vector>

TEST_CASE("the nearest word is found behind a slip of the keyboard", "[nearest]") {
    const std::vector<std::string> known{"ring", "ping-pong", "lines", "fan-out", "posts"};
    const auto [typed, meant] = GENERATE(values<std::pair<std::string, std::string>>({
        {"rign", "ring"},
        {"ringg", "ring"},
        {"pingpong", "ping-pong"},
        {"ping", "ping-pong"},
        {"fanout", "fan-out"},
        {"pots", "posts"},
        {"ring", "ring"},
    }));
    CHECK(bench::nearest_word(typed, known) == meant);
}

TEST_CASE("no word is near to one that is quite another", "[nearest]") {
    const std::vector<std::string> known{"ring", "posts"};
    const std::string typed = GENERATE("", "x", "polygon", "z1");
    CHECK(bench::nearest_word(typed, known).empty());
    CHECK(bench::nearest_word("ring", {}).empty());
}
