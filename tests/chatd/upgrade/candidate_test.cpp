// A binary that is asked whether it can take over, and the answers that it may give.

#include "chatd/upgrade/candidate.hpp"
#include "chatd/upgrade/question.hpp"
#include "chatd/upgrade/state_format.hpp"
#include "support/catch.hpp"
#include "support/loop_fixture.hpp"
#include "support/temp_dir.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

using Catch::Matchers::ContainsSubstring;

namespace {

class asking : public support::loop_fixture {
public:
    /// A shell script with this text.
    std::string script(const std::string& text) {
        const std::string path = dir_.file("script");
        std::ofstream(path) << "#!/bin/sh\n" << text;
        std::filesystem::permissions(path, std::filesystem::perms::owner_all);
        return path;
    }
    std::string ask(const std::string& binary, std::chrono::seconds patience = support::patience,
                    const std::vector<std::string>& words = {}) {
        chatd::candidate candidate(loop, patience);
        std::optional<std::string> answer;
        candidate.ask(binary, words, [&](const std::string& why) { answer = why; });
        run_until("an answer comes", [&] { return answer.has_value(); });
        CHECK_FALSE(candidate.asking());
        return *answer;
    }
    std::string file(const std::string& name) const { return dir_.file(name); }

private:
    support::temp_dir dir_;
};

std::string consent() {
    return "printf '%s' '" + chatd::upgrade_consent(std::to_string(chatd::state_format)) + "'\n";
}

} // namespace

TEST_CASE("a binary that consents is taken", "[chatd][upgrade]") {
    asking world;
    CHECK(world.ask(world.script(consent())).empty());
}

TEST_CASE("the candidate gets the question and the command line", "[chatd][upgrade]") {
    asking world;
    const auto path = world.script("for word; do echo \"<$word>\" >>'" + world.file("words") +
                                   "'; done\n" + consent());
    CHECK(world.ask(path, support::patience, {"--listen", "a b"}).empty());
    std::ifstream words(world.file("words"));
    const std::string text{std::istreambuf_iterator<char>(words), {}};
    CHECK(text ==
          "<--check-upgrade=" + std::to_string(chatd::state_format) + ">\n<--listen>\n<a b>\n");
}

TEST_CASE("a binary that does not consent is told with what it said", "[chatd][upgrade]") {
    asking world;
    CHECK_THAT(world.ask(world.script("echo nonsense\n")),
               ContainsSubstring("status 0") && ContainsSubstring("nonsense"));
    CHECK_THAT(world.ask(world.script("exit 0\n")), ContainsSubstring("said nothing"));
    CHECK_THAT(world.ask(world.script(consent() + "exit 3\n")), ContainsSubstring("status 3"));
    CHECK_THAT(world.ask(world.script("kill -9 $$\n")), ContainsSubstring("ended by signal 9"));
}

TEST_CASE("a binary that cannot be started is told", "[chatd][upgrade]") {
    asking world;
    CHECK_THAT(world.ask(world.file("nothing")), ContainsSubstring("cannot be started"));
    CHECK_THAT(world.ask("/"), ContainsSubstring("cannot be started"));
}

TEST_CASE("a binary that gives no answer is ended", "[chatd][upgrade]") {
    asking world;
    CHECK_THAT(world.ask(world.script("exec sleep 1000\n"), std::chrono::seconds{0}),
               ContainsSubstring("no answer"));
}

TEST_CASE("a candidate that goes away ends what it asked", "[chatd][upgrade]") {
    asking world;
    bool told = false;
    {
        chatd::candidate candidate(world.loop);
        candidate.ask(world.script("exec sleep 1000\n"), {},
                      [&](const std::string&) { told = true; });
        CHECK(candidate.asking());
    }
    world.iterate(3);
    CHECK_FALSE(told);
}

TEST_CASE("a question that is cancelled has the answer that was given for it", "[chatd][upgrade]") {
    asking world;
    chatd::candidate candidate(world.loop);
    candidate.cancel("nobody asked");
    std::string answer;
    candidate.ask(world.script("exec sleep 1000\n"), {},
                  [&](const std::string& why) { answer = why; });
    candidate.cancel("too late");
    CHECK(answer == "too late");
    CHECK_FALSE(candidate.asking());
}
