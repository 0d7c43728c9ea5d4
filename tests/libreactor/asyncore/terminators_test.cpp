// asynchat's terminator rules, row by row, with the cuts at which they were measured.
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"

#include "libreactor/conformance/hooked_channels.hpp"

#include <cstddef>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

using strings = std::vector<std::string>;
using support::loop_fixture;
using support::make_socket_pair;
using support::scripted_peer;

namespace {

struct none {};
using any_terminator = std::variant<none, std::size_t, std::string>;

/// A receive and what it calls: collected pieces, and FOUND for found_terminator.
struct receive {
    std::string bytes;
    strings calls;
};

struct row {
    std::string name;
    any_terminator terminator;
    std::vector<receive> receives;
    strings at_eof = {};
    /// Why it is not what asynchat does; empty where it is.
    std::string difference = {};
};

const strings nothing;

const std::vector<row>& rows() {
    static const std::vector<row> table{
        // none
        {"no terminator collects everything", none{}, {{"ab", {"ab"}}, {"c\nd", {"c\nd"}}}},
        // a length
        {"a length counts down and then there is none",
         std::size_t{5},
         {{"ab", {"ab"}}, {"cd", {"cd"}}, {"efgh", {"e", "FOUND", "fgh"}}, {"ij", {"ij"}}}},
        {"a length of one is the first byte", std::size_t{1}, {{"xyz", {"x", "FOUND", "yz"}}}},
        {"a length met exactly", std::size_t{3}, {{"abc", {"abc", "FOUND"}}, {"d", {"d"}}}},
        // bytes: found
        {"bytes found in one receive", "\r\n", {{"ab\r\ncd", {"ab", "FOUND", "cd"}}}},
        {"an empty message collects nothing",
         "\n",
         {{"\n\nx\n", {"FOUND", "FOUND", "x", "FOUND"}}}},
        // bytes: not found
        {"nothing like the terminator at the end collects all", "\r\n", {{"ab", {"ab"}}}},
        {"the terminator's beginning at the end is kept",
         "\r\n",
         {{"ab\r", {"ab"}}, {"\ncd", {"FOUND", "cd"}}}},
        {"a beginning that came to nothing is collected with what follows",
         "\r\n",
         {{"ab\r", {"ab"}}, {"cd\r\n", {"\rcd", "FOUND"}}}},
        {"only the longest beginning is kept", "\r\n", {{"ab\r\r", {"ab\r"}}, {"\n", {"FOUND"}}}},
        {"a receive that is all beginning is kept whole",
         "\r\n",
         {{"\r", nothing}, {"\n", {"FOUND"}}}},
        {"a terminator byte by byte",
         "qqq",
         {{"a", {"a"}}, {"q", nothing}, {"q", nothing}, {"q", {"FOUND"}}, {"b", {"b"}}}},
        {"a beginning of two bytes that came to nothing",
         "qqq",
         {{"aqq", {"a"}}, {"b", {"qqb"}}, {"qqq", {"FOUND"}}}},
        {"a terminator that overlaps itself", "aab", {{"aa", nothing}, {"ab", {"a", "FOUND"}}}},
        {"a beginning inside a beginning", "abac", {{"aba", nothing}, {"bac", {"ab", "FOUND"}}}},
        // the end
        {"a beginning at the end of input",
         "\r\n",
         {{"ab\r", {"ab"}}},
         {"\r"},
         "asynchat never hands the kept byte over: no byte that arrived is lost (defect 33)"},
    };
    return table;
}

struct terminator_test : loop_fixture {
    terminator_test() { pump({&peer}); }

    void set(const any_terminator& terminator) {
        if (const auto* text = std::get_if<std::string>(&terminator))
            channel.set_terminator(*text);
        else if (const auto* length = std::get_if<std::size_t>(&terminator))
            channel.set_terminator(*length);
        else
            channel.clear_terminator();
    }
    /// What one receive calls.
    strings calls(const std::string& bytes) {
        channel.got.clear();
        deliver(peer, bytes);
        iterate();
        return channel.got;
    }

    support::socket_pair pair = make_socket_pair(AF_UNIX);
    hooked::pieces channel{loop, std::move(pair.ours)};
    scripted_peer peer{std::move(pair.theirs)};
};

} // namespace

TEST_CASE("terminators end messages as in asynchat", "[asyncore][terminator]") {
    const auto number = GENERATE(range(std::size_t{0}, rows().size()));
    const row& r = rows()[number];
    INFO(r.name << (r.difference.empty() ? "" : "; differs: ") << r.difference);
    terminator_test t;
    t.set(r.terminator);
    for (std::size_t i = 0; i < r.receives.size(); ++i) {
        INFO("receive " << i);
        CHECK(t.calls(r.receives[i].bytes) == r.receives[i].calls);
    }
    t.channel.got.clear();
    t.peer.half_close();
    t.run_until("the channel ends", [&] { return t.channel.closes == 1; });
    CHECK(t.channel.got == r.at_eof);
}

TEST_CASE("each row of the table holds byte by byte up to the cuts of its pieces",
          "[asyncore][terminator]") {
    const auto number = GENERATE(range(std::size_t{0}, rows().size()));
    const row& r = rows()[number];
    INFO(r.name);
    // Collected pieces joined between terminators do not depend on the cuts.
    const auto joined = [](const strings& calls) {
        strings messages(1);
        for (const auto& call : calls) {
            if (call == "FOUND")
                messages.emplace_back();
            else
                messages.back() += call;
        }
        return messages;
    };
    terminator_test t;
    t.set(r.terminator);
    strings expected;
    for (const auto& receive : r.receives) {
        for (const char byte : receive.bytes)
            t.deliver(t.peer, {&byte, 1});
        expected.insert(expected.end(), receive.calls.begin(), receive.calls.end());
    }
    t.iterate();
    const auto held = t.channel.held_input();
    auto messages = joined(t.channel.got);
    messages.back() += held;
    auto wanted = joined(expected);
    for (const auto& kept : r.at_eof)
        wanted.back() += kept;
    CHECK(messages == wanted);
}

TEST_CASE("a length still missing can be asked for", "[asyncore][terminator]") {
    terminator_test t;
    t.channel.set_terminator(std::size_t{5});
    t.calls("ab");
    CHECK(t.channel.get_terminator().length() == 3);
    t.calls("cd");
    CHECK(t.channel.get_terminator().length() == 1);
    t.calls("e");
    CHECK(t.channel.get_terminator().type() == reactor::terminator::kind::none);
}

TEST_CASE("found_terminator may change the terminator for the next byte",
          "[asyncore][terminator]") {
    terminator_test t;
    t.channel.set_terminator("\r\n");
    int found = 0;
    t.channel.on_found = [&] {
        switch (++found) {
        case 1:
            t.channel.set_terminator(std::size_t{4});
            break;
        case 2:
            t.channel.clear_terminator();
            break;
        default:
            break;
        }
    };
    CHECK(t.calls("length 4\r\nbodythe rest\r\n") ==
          strings{"length 4", "FOUND", "body", "FOUND", "the rest\r\n"});
}

TEST_CASE("a terminator set in place of another takes up what looked like the former's beginning",
          "[asyncore][terminator]") {
    terminator_test t;
    t.channel.set_terminator("\r\n");
    CHECK(t.calls("ab\r") == strings{"ab"});
    t.channel.got.clear();
    t.channel.set_terminator("\r");
    t.iterate(); // asynchat waits for the next receive
    CHECK(t.channel.got == strings{"FOUND"});
}

// asynchat: callbacks go on after close (defect 31).
TEST_CASE("closing in found_terminator ends the callbacks", "[asyncore][terminator][defect31]") {
    terminator_test t;
    t.channel.set_terminator("\n");
    t.channel.on_found = [&] { t.channel.close(); };
    CHECK(t.calls("one\ntwo\nthree\n") == strings{"one", "FOUND"});
}

// asynchat parses the rest at the next receive; here it needs none.
TEST_CASE("a throw in found_terminator leaves the rest of the buffer", "[asyncore][terminator]") {
    terminator_test t;
    t.channel.set_terminator("\n");
    t.channel.on_found = [&] {
        t.channel.on_found = nullptr;
        throw std::runtime_error("once");
    };
    t.channel.on_error = [](std::exception_ptr) {};
    CHECK(t.calls("one\ntwo\nthree\n") ==
          strings{"one", "FOUND", "two", "FOUND", "three", "FOUND"});
    CHECK(t.channel.errors == strings{"once"});
}

// asynchat takes 0 and the empty string for none (defect 35).
TEST_CASE("a terminator of nothing is refused and the former one stays",
          "[asyncore][terminator][45][defect35]") {
    terminator_test t;
    t.channel.set_terminator("\n");
    CHECK_THROWS_AS(t.channel.set_terminator(""), std::invalid_argument);
    CHECK_THROWS_AS(t.channel.set_terminator(std::size_t{0}), std::invalid_argument);
    CHECK(t.channel.get_terminator().bytes() == "\n");
    CHECK(t.calls("a\n") == strings{"a", "FOUND"});
}

// asynchat's _collect_incoming_data and _get_data.
TEST_CASE("found_terminator takes the message that the default collector kept",
          "[asyncore][terminator]") {
    struct collector : hooked::channel<reactor::async_chat> {
        using channel::channel;
        strings got;
        void found_terminator() override {
            got.push_back(get_data());
            CHECK(get_data().empty());
        }
    };
    loop_fixture f;
    auto pair = make_socket_pair(AF_UNIX);
    collector channel(f.loop, std::move(pair.ours));
    scripted_peer peer(std::move(pair.theirs));
    channel.set_terminator("\n");
    for (const auto* piece : {"one", " and the same\ntwo", "\n\n", "three\nfour"})
        f.deliver(peer, piece);
    f.iterate();
    CHECK(channel.got == strings{"one and the same", "two", "", "three"});
    CHECK(channel.held_input() == "four");
}

TEST_CASE("a throw after discard_buffers brings nothing of what was discarded back",
          "[asyncore][terminator]") {
    terminator_test t;
    t.channel.set_terminator("\n");
    t.channel.on_found = [&] {
        t.channel.discard_buffers();
        throw std::runtime_error("once");
    };
    t.channel.on_error = [](std::exception_ptr) {};
    CHECK(t.calls("one\ntwo\nthree\n") == strings{"one", "FOUND"});
    CHECK(t.channel.held_input().empty());
}
