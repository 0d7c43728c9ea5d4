// The environment that hands descriptors over, and what is wrong with it.
#include <reactor/dispatcher.hpp>
#include <reactor/inherited.hpp>
#include <reactor/loop.hpp>
#include <reactor/sim/world.hpp>

#include "system.hpp"

#include "support/catch.hpp"

#include <cerrno>
#include <cstdlib>
#include <string>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>
#include <vector>

using namespace std::string_literals;
using reactor::inherited_descriptors;
using reactor::listen_environment;
using reactor::sim::call;

namespace {

constexpr int own_id = 4711;
constexpr const char* names[] = {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"};

/// The three variables, for one test; null: not set.
struct environment {
    environment(const char* process, const char* count, const char* descriptions = nullptr) {
        const char* const values[] = {process, count, descriptions};
        for (std::size_t i = 0; i < 3; ++i)
            values[i] != nullptr ? ::setenv(names[i], values[i], 1) : ::unsetenv(names[i]);
    }
    ~environment() {
        for (const char* name : names)
            ::unsetenv(name);
    }
    environment(const environment&) = delete;
    environment& operator=(const environment&) = delete;

    [[nodiscard]] static std::string value(const char* name) {
        const char* const text = std::getenv(name);
        return text != nullptr ? text : "unset";
    }
};

/// A world in whose program descriptors 3 and 4 are listening sockets.
struct started {
    started() {
        w.set_process_id(own_id);
        for (int expected : {3, 4}) {
            const auto made = reactor::system::socket(AF_INET, SOCK_STREAM);
            REQUIRE(made.value == expected);
            REQUIRE(reactor::system::listen(expected, 5).ok());
        }
    }
    reactor::sim::world w;
};

std::string failure() {
    try {
        (void)inherited_descriptors();
        return "nothing";
    } catch (const std::system_error& error) {
        std::error_code ec;
        CHECK(inherited_descriptors(listen_environment::keep, ec).empty());
        CHECK(ec == error.code());
        return error.what();
    }
}

} // namespace

TEST_CASE("descriptors are taken over with their names", "[inherited]") {
    started s;
    const environment e("4711", "2", "web:admin socket");
    const auto given = inherited_descriptors();
    REQUIRE(given.size() == 2);
    CHECK(given[0].fd.get() == 3);
    CHECK(given[0].name == "web");
    CHECK(given[1].fd.get() == 4);
    CHECK(given[1].name == "admin socket");
    CHECK(s.w.count(call::set_close_on_exec, 3) == 1);
    CHECK(s.w.count(call::set_close_on_exec, 4) == 1);
    for (const char* name : names)
        CHECK(environment::value(name) == "unset");
    CHECK(inherited_descriptors().empty()); // they are taken
}

TEST_CASE("descriptors without names are unknown", "[inherited]") {
    const started s;
    const environment e("4711", "2");
    std::error_code ec = std::make_error_code(std::errc::io_error);
    const auto given = inherited_descriptors(listen_environment::keep, ec);
    CHECK_FALSE(ec);
    REQUIRE(given.size() == 2);
    CHECK(given[1].name == "unknown");
    CHECK(environment::value("LISTEN_FDS") == "2");
}

TEST_CASE("names may be empty", "[inherited]") {
    const started s;
    const environment e("4711", "2", ":");
    const auto given = inherited_descriptors();
    REQUIRE(given.size() == 2);
    CHECK(given[0].name.empty());
    CHECK(given[1].name.empty());
}

TEST_CASE("what is meant for nobody or somebody else gives nothing", "[inherited]") {
    started s;
    const auto [process, count] = GENERATE(table<const char*, const char*>({
        {nullptr, nullptr},
        {"4711", nullptr},
        {nullptr, "2"},
        {"4712", "2"},
        {"4712", "x"},
    }));
    const environment e(process, count);
    CHECK(inherited_descriptors().empty());
    CHECK(s.w.is_open(3));
    CHECK(s.w.count(call::set_close_on_exec) == 0);
    CHECK(environment::value("LISTEN_FDS") == "unset");
}

TEST_CASE("wrong variables are named with what would be right", "[inherited]") {
    started s;
    struct wrong {
        const char *process, *count, *descriptions;
        std::string text;
    };
    const std::vector<wrong> all{
        {"", "2", nullptr, "LISTEN_PID is \"\", not a number from 1 to 2147483647"},
        {"4711x", "2", nullptr, "LISTEN_PID is \"4711x\", not a number from 1 to 2147483647"},
        {"-1", "2", nullptr, "LISTEN_PID is \"-1\", not a number from 1 to 2147483647"},
        {"4711", "", nullptr, "LISTEN_FDS is \"\", not a number from 1 to 2147483644"},
        {"4711", "0", nullptr, "LISTEN_FDS is \"0\", not a number from 1 to 2147483644"},
        {"4711", " 2", nullptr, "LISTEN_FDS is \" 2\", not a number from 1 to 2147483644"},
        {"4711", "2147483645", nullptr,
         "LISTEN_FDS is \"2147483645\", not a number from 1 to 2147483644"},
        {"4711", "2", "web",
         "LISTEN_FDNAMES is \"web\": 1 names, but LISTEN_FDS says 2 descriptors"},
        {"4711", "2", "a:b:c",
         "LISTEN_FDNAMES is \"a:b:c\": 3 names, but LISTEN_FDS says 2 descriptors"},
        {"4711", "3", nullptr, "LISTEN_FDS says 3 descriptors, but descriptor 5"},
    };
    for (const auto& [process, count, descriptions, text] : all) {
        const environment e(process, count, descriptions);
        CHECK_THAT(failure(), Catch::Matchers::StartsWith(text));
        CHECK(environment::value("LISTEN_FDS") == count); // as it was
        CHECK(s.w.is_open(3));
        CHECK(s.w.is_open(4));
    }
}

TEST_CASE("an inherited listener is used as it is", "[inherited]") {
    started s;
    const environment e("4711", "1");
    auto given = inherited_descriptors();
    REQUIRE(given.size() == 1);
    REQUIRE(reactor::system::set_nonblocking(3, false).ok());
    s.w.reset_counts();
    reactor::loop loop;
    reactor::dispatcher listener(loop);
    listener.set_listener(std::move(given[0].fd));
    CHECK(listener.fileno() == 3);
    CHECK(listener.accepting());
    CHECK(s.w.count(call::bind) == 0);
    CHECK(s.w.count(call::listen) == 0);
    std::error_code ec;
    CHECK_FALSE(listener.accept(ec)); // it does not block any more
    CHECK_FALSE(ec);
}
