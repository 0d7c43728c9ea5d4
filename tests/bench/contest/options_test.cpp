#include "bench/contest/options.hpp"

#include "bench/contest/machine.hpp"

#include "support/catch.hpp"

#include <string>
#include <variant>
#include <vector>

using Catch::Matchers::ContainsSubstring;
using contest::early_exit;
using contest::options;
using contest::setting;
using numbers = std::vector<std::uint32_t>;

namespace {

std::variant<options, early_exit> parse(std::vector<const char*> words) {
    words.insert(words.begin(), "shootout");
    return contest::parse_options(static_cast<int>(words.size()), words.data());
}

options chosen(std::vector<const char*> words) {
    const auto parsed = parse(std::move(words));
    if (const auto* exit = std::get_if<early_exit>(&parsed))
        FAIL(exit->text);
    return std::get<options>(parsed);
}

} // namespace

TEST_CASE("without options all is tried as the yardsticks say", "[contest]") {
    const auto all = chosen({});
    CHECK(all.servers.empty());
    CHECK(all.members == numbers{10, 100, 1000});
    CHECK(all.idle == numbers{0, 5000, 15'000});
    CHECK(all.repeats == 5);
}

TEST_CASE("lists are given with commas", "[contest]") {
    const auto some = chosen({"--servers", "chatd,redis", "--members=20,30", "--idle", "7",
                              "--repeats", "9", "--duration", "250ms", "--output", "out"});
    CHECK(some.servers == std::vector<std::string>{"chatd", "redis"});
    CHECK(some.members == numbers{20, 30});
    CHECK(some.idle == numbers{7});
    CHECK(some.repeats == 9);
    CHECK(some.duration == std::chrono::milliseconds{250});
    CHECK(some.output == "out");
}

TEST_CASE("a quick contest leaves what is chosen as it is", "[contest]") {
    const auto quick = chosen({"--quick", "--members", "50"});
    CHECK(quick.members == numbers{50});
    CHECK(quick.idle == numbers{0});
    CHECK(quick.repeats == 3);
    CHECK(quick.duration == std::chrono::seconds{1});
}

TEST_CASE("a wrong option is answered with one line", "[contest]") {
    const auto wrong = GENERATE(
        std::vector<const char*>{"--servers", "chatd,apache"},
        std::vector<const char*>{"--members", "0"}, std::vector<const char*>{"--idle", "many"},
        std::vector<const char*>{"--repeats", "0"}, std::vector<const char*>{"--duration", "soon"},
        std::vector<const char*>{"--frobnicate"});
    const auto parsed = parse(wrong);
    REQUIRE(std::holds_alternative<early_exit>(parsed));
    const auto& exit = std::get<early_exit>(parsed);
    CHECK(exit.status == 2);
    CHECK(exit.text.find('\n') == exit.text.size() - 1);
    CHECK_THAT(exit.text, ContainsSubstring(wrong.front()));
}

TEST_CASE("what needs too many descriptors is left out and said", "[contest]") {
    std::vector<setting> settings{{10, 0}, {100, 5000}, {1000, 0}};
    const auto lines = contest::leave_out_what_does_not_fit(settings, 1200);
    CHECK(settings == std::vector<setting>{{10, 0}, {1000, 0}});
    REQUIRE(lines.size() == 1);
    CHECK_THAT(lines.front(), ContainsSubstring("100 members, 5000 idle") &&
                                  ContainsSubstring("the limit is 1200"));
}
