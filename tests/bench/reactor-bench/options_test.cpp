#include "bench/reactor-bench/options.hpp"

#include "support/catch.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

using namespace reactor_bench;

namespace {

auto parse(std::vector<const char*> words) {
    words.insert(words.begin(), "reactor-bench");
    return parse_options(static_cast<int>(words.size()), words.data());
}

template <class Kind>
Kind parsed_as(const std::vector<const char*>& words) {
    const auto parsed = parse(words);
    REQUIRE(std::holds_alternative<Kind>(parsed));
    return std::get<Kind>(parsed);
}

} // namespace

TEST_CASE("the ring's defaults are those of the yardsticks", "[options]") {
    const auto none = parsed_as<ring_options>({"ring"});
    CHECK(none.pairs == 1000);
    CHECK(none.active == 100);
    CHECK(none.loop == loop_kind::reactor);
    CHECK(none.io == io_kind::channel);
}

TEST_CASE("all options of a ring are read", "[options]") {
    const auto all = parsed_as<ring_options>({"ring", "--pairs", "8", "--active", "3", "--writes",
                                              "0", "--loop", "epoll", "--io", "direct"});
    CHECK(all.pairs == 8);
    CHECK(all.active == 3);
    CHECK(all.writes == 0);
    CHECK(all.loop == loop_kind::epoll);
    CHECK(all.io == io_kind::direct);
}

TEST_CASE("all options of posts are read", "[options]") {
    const auto none = parsed_as<posts_options>({"posts"});
    CHECK(none.threads == 1);
    const auto all = parsed_as<posts_options>({"posts", "--threads", "4", "--posts", "10000000"});
    CHECK(all.threads == 4);
    CHECK(all.posts == 10'000'000);
}

TEST_CASE("a wrong command line of reactor-bench gives status 2 and one line that says what",
          "[options]") {
    const auto wrong = GENERATE(values<std::pair<std::vector<const char*>, std::string>>({
        {{}, "subcommand"},
        {{"polygon"}, "polygon"},
        {{"ring", "--pairs", "0"}, "--pairs"},
        {{"ring", "--pairs", "many"}, "--pairs"},
        {{"ring", "--pairs", "5", "--active", "6"}, "--active"},
        {{"ring", "--active", "0"}, "--active"},
        {{"ring", "--writes", "-1"}, "--writes"},
        {{"ring", "--loop", "select"}, "--loop"},
        {{"ring", "--io", "both"}, "--io"},
        {{"ring", "surplus"}, "surplus"},
        {{"posts", "--threads", "0"}, "--threads"},
        {{"posts", "--posts", "0"}, "--posts"},
    }));
    const auto parsed = parse(wrong.first);
    REQUIRE(std::holds_alternative<early_exit>(parsed));
    const auto exit = std::get<early_exit>(parsed);
    CHECK(exit.status == 2);
    CHECK_THAT(exit.text, Catch::Matchers::ContainsSubstring(wrong.second));
    CHECK(exit.text.starts_with("reactor-bench: "));
    CHECK(std::count(exit.text.begin(), exit.text.end(), '\n') == 1);
}

TEST_CASE("help of reactor-bench names its subcommands and theirs names the options", "[options]") {
    const auto help = parsed_as<early_exit>({"--help"});
    CHECK(help.status == 0);
    CHECK_THAT(help.text, Catch::Matchers::ContainsSubstring("ring"));
    CHECK_THAT(help.text, Catch::Matchers::ContainsSubstring("posts"));
    const auto ring = parsed_as<early_exit>({"ring", "--help"});
    CHECK(ring.status == 0);
    CHECK_THAT(ring.text, Catch::Matchers::ContainsSubstring("--active"));
    CHECK(parsed_as<early_exit>({"--version"}).text.starts_with("reactor-bench "));
}
