#include "chatd/control/command_texts.hpp"
#include "chatd/control/commands.hpp"

#include "chatd/daemon.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "support/catch.hpp"
#include "support/socket_pair.hpp"

using namespace chatd::control;

namespace {

/// The daemon's answer to these words, without connection.
std::string answer_to(chatd::daemon& process, const std::vector<std::string>& words) {
    answer to;
    carry_out(process, words, to);
    return to.take();
}

} // namespace

TEST_CASE("every command has a text and every text a command", "[control]") {
    REQUIRE(commands().size() == command_texts().size());
    for (const command& one : commands()) {
        INFO(one.word);
        const command_text* text = find_command_text(one.word);
        REQUIRE(text != nullptr);
        CHECK_FALSE(text->summary.empty());
        CHECK(text->summary.back() != '.');
        CHECK(text->arguments.empty() == (one.most == 0));
        CHECK(text->arguments.starts_with('[') == (one.fewest == 0 && one.most > 0));
    }
}

TEST_CASE("too few and too many arguments are answered with the usage", "[control]") {
    chatd::daemon process({}, {});
    for (const command& one : commands()) {
        INFO(one.word);
        const std::string usage = ".error usage: " + std::string{one.word};
        if (one.fewest > 0)
            CHECK(answer_to(process, {std::string{one.word}}).starts_with(usage));
        if (one.most == any_number)
            continue;
        std::vector<std::string> words(one.most + 2, "x");
        words.front() = one.word;
        CHECK(answer_to(process, words).starts_with(usage));
    }
}

TEST_CASE("an unknown command is named whatever is in it", "[control]") {
    chatd::daemon process({}, {});
    CHECK(answer_to(process, {"frobnicate"}) ==
          ".error there is no command frobnicate; 'help' lists them\n");
    CHECK(answer_to(process, {"\x1b[2J\xff"}) ==
          ".error there is no command \"\\x1b[2J\\xff\"; 'help' lists them\n");
    CHECK(answer_to(process, {}).starts_with(".error there is no command"));
    CHECK(answer_to(process, {std::string(4000, 'x')}).size() < 120);
}

TEST_CASE("who makes its rows a few at a time and forgets who has gone", "[control]") {
    chatd::daemon process({}, {});
    std::vector<support::socket_pair> peers;
    for (int i = 0; i < 500; ++i) {
        peers.push_back(support::make_socket_pair(AF_UNIX));
        process.service().add_connection(std::move(peers.back().ours), {});
    }
    const bool some_go = GENERATE(false, true);
    answer to;
    const std::vector<std::string> words{"who"};
    carry_out(process, words, to);
    const auto rows = to.take_rows();
    REQUIRE(rows);
    const auto lines = [&to] {
        const std::string part = to.take_part();
        return std::count(part.begin(), part.end(), '\n');
    };
    CHECK(lines() == 2); // the form and the columns
    std::ptrdiff_t all = 0;
    for (bool more = true; more;) {
        more = rows->more(to);
        const auto made = lines();
        CHECK(made <= 100);
        all += made;
        if (some_go && all < 200)
            process.loop().close_all();
    }
    CHECK((some_go ? all < 200 : all == 500));
}
