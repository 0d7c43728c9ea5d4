// What one process writes the next one reads; whatever else is read, nothing bad comes of it.

#include "chatd/upgrade/sealed_file.hpp"
#include "chatd/upgrade/state_format.hpp"
#include "support/catch.hpp"

#include <reactor/endpoint.hpp>

#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <system_error>
#include <vector>

namespace {

using namespace std::chrono_literals;
using chatd::decode_state;
using chatd::encode_state;

constexpr std::chrono::nanoseconds here = 1000s; // the writer's clock
constexpr std::chrono::nanoseconds there = 5s;   // the reader's
constexpr std::size_t header_bytes = 28;

chatd::session_state member() {
    chatd::session_state s;
    s.peer = *reactor::endpoint::parse("192.0.2.7:4711");
    s.name = "alice";
    s.input = "say half";
    s.output = {"Login Success", std::string("a\0b\n", 4)};
    s.lines.take({50, 256}, here, 100);
    s.bytes.take({1000, 1000}, here, 5000);
    s.phase_end = here + 40ms;
    s.greeted_only = false;
    s.owed = 6;
    s.held = true;
    return s;
}

chatd::session_state outsider() {
    chatd::session_state s;
    s.peer = *reactor::endpoint::parse("[2001:db8::1]:9");
    s.discarding = true;
    s.login_bytes = 77;
    s.phase_end = std::chrono::nanoseconds::max();
    return s;
}

chatd::session_state leaver() {
    chatd::session_state s;
    s.peer = *reactor::endpoint::parse("unix:/run/x");
    s.output = {"the last words"};
    s.ending = true;
    return s;
}

chatd::handed_state some_state() {
    chatd::handed_state state;
    state.saved.sessions.push_back(member());
    state.saved.sessions.push_back(outsider());
    state.saved.sessions.push_back(leaver());
    state.saved.stream = "bob: hello\n";
    state.saved.room.take({10, 10}, here, 10);
    state.sessions = {{-1, 0x1122334455667788}, {-1, 2}, {-1, 3}};
    state.listeners = {{-1, 99}};
    state.bans = "name mallory\n";
    state.adopted = true;
    return state;
}

/// With the checksum and the size that a body has, so that what is behind them is looked at.
std::string with_right_header(std::string bytes) {
    std::uint64_t sum = 0xCBF29CE484222325;
    for (std::size_t i = header_bytes; i < bytes.size(); ++i)
        sum = (sum ^ static_cast<unsigned char>(bytes[i])) * 0x100000001B3;
    std::uint64_t size = bytes.size() - header_bytes;
    for (std::size_t i = 0; i < 8; ++i, sum >>= 8, size >>= 8) {
        bytes[12 + i] = static_cast<char>(sum & 0xFF);
        bytes[20 + i] = static_cast<char>(size & 0xFF);
    }
    return bytes;
}

std::string complaint(const std::string& bytes) {
    std::string why;
    return decode_state(bytes, there, why) ? "none" : why;
}

/// A state that was made of damaged bytes may be any, but its parts fit each other.
void check_fits(const chatd::handed_state& state) {
    REQUIRE(state.sessions.size() == state.saved.sessions.size());
    for (const auto& s : state.saved.sessions) {
        REQUIRE(s.owed <= state.saved.stream.size());
        REQUIRE((s.owed == 0 || !s.name.empty()));
    }
}

} // namespace

TEST_CASE("a state that is written is read as it was", "[chatd][upgrade]") {
    std::string why;
    const auto read = decode_state(encode_state(some_state(), here), there, why);
    REQUIRE(read);
    const auto expected = some_state();
    CHECK(read->sessions == expected.sessions);
    CHECK(read->listeners == expected.listeners);
    CHECK(read->adopted);
    CHECK(read->bans == expected.bans);
    CHECK(read->saved.stream == expected.saved.stream);
    CHECK(read->saved.room.debt(there) == 1s);
    REQUIRE(read->saved.sessions.size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
        const auto& was = expected.saved.sessions[i];
        const auto& is = read->saved.sessions[i];
        CHECK(is.peer == was.peer);
        CHECK(is.name == was.name);
        CHECK(is.input == was.input);
        CHECK(is.output == was.output);
        CHECK(is.discarding == was.discarding);
        CHECK(is.greeted_only == was.greeted_only);
        CHECK(is.held == was.held);
        CHECK(is.ending == was.ending);
        CHECK(is.owed == was.owed);
        CHECK(is.login_bytes == was.login_bytes);
        CHECK(is.lines.debt(there) == was.lines.debt(here));
        CHECK(is.bytes.debt(there) == was.bytes.debt(here));
    }
    CHECK(read->saved.sessions[0].phase_end == there + 40ms);
    CHECK(read->saved.sessions[1].phase_end == std::chrono::nanoseconds::max());
}

TEST_CASE("a state of nothing is one", "[chatd][upgrade]") {
    std::string why;
    const auto read = decode_state(encode_state({}, here), there, why);
    REQUIRE(read);
    CHECK(read->saved.sessions.empty());
}

TEST_CASE("what is wrong with a state is said", "[chatd][upgrade]") {
    auto bytes = encode_state(some_state(), here);
    CHECK(complaint("") == "it does not begin as a state of chatd does");
    CHECK(complaint("GET / HTTP/1.1") == "it does not begin as a state of chatd does");
    CHECK(complaint(bytes.substr(0, header_bytes - 1)) == "it ends within its header");
    CHECK(complaint(bytes + "x").find("its header says") != std::string::npos);
    auto other = bytes;
    other[8] = 2;
    CHECK(complaint(other) == "its format is 2, this chatd reads format 1");
    other = bytes;
    other.back() = static_cast<char>(other.back() ^ 1);
    CHECK(complaint(other) == "its checksum is wrong");
    CHECK(complaint(with_right_header(bytes + "x")) == "its parts do not fit each other");
}

TEST_CASE("a state that is cut anywhere is refused", "[chatd][upgrade]") {
    const auto bytes = encode_state(some_state(), here);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        CHECK(complaint(bytes.substr(0, size)) != "none");
        if (size >= header_bytes)
            CHECK(complaint(with_right_header(bytes.substr(0, size))) ==
                  "its parts do not fit each other");
    }
}

TEST_CASE("no single flipped bit passes the checksum", "[chatd][upgrade]") {
    const auto bytes = encode_state(some_state(), here);
    for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
        auto damaged = bytes;
        damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
        CHECK(complaint(damaged) != "none");
    }
}

TEST_CASE("damage behind a right checksum gives a state that fits or none", "[chatd][upgrade]") {
    const auto bytes = encode_state(some_state(), here);
    std::mt19937_64 random(Catch::rngSeed());
    std::size_t read = 0;
    for (int round = 0; round < 20'000; ++round) {
        auto damaged = bytes;
        for (auto hits = random() % 4 + 1; hits > 0; --hits)
            damaged[header_bytes + random() % (damaged.size() - header_bytes)] =
                static_cast<char>(random() % 3 == 0 ? 0xFF : random());
        if (random() % 4 == 0)
            damaged.resize(header_bytes + random() % (damaged.size() - header_bytes));
        std::string why;
        if (const auto state = decode_state(with_right_header(damaged), there, why)) {
            ++read;
            check_fits(*state);
        }
    }
    CHECK(read > 0); // damage within a text or a number goes through, or nothing was tried
}

TEST_CASE("a sealed file is read as it was written and cannot be changed", "[chatd][upgrade]") {
    std::error_code ec;
    const std::string bytes(100'000, 'x');
    const auto file = chatd::make_sealed_file(bytes, ec);
    REQUIRE(file);
    CHECK(chatd::is_sealed_file(file.get()));
    CHECK(chatd::read_sealed_file(file.get(), ec) == bytes);
#ifdef __linux__
    CHECK(::pwrite(file.get(), "y", 1, 0) == -1);
    CHECK(::ftruncate(file.get(), 0) == -1);
#endif
}

TEST_CASE("what is no sealed file is not read", "[chatd][upgrade]") {
    std::error_code ec;
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    CHECK_FALSE(chatd::read_sealed_file(ends[0], ec));
    CHECK(ec);
    ::close(ends[0]);
    ::close(ends[1]);
    CHECK_FALSE(chatd::read_sealed_file(-1, ec));
}
