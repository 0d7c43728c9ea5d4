#include <reactor/error.hpp>

#include "support/catch.hpp"

#include <set>
#include <string>
#include <system_error>

using reactor::errc;

namespace {

const errc all[] = {errc::no_progress,    errc::output_limit, errc::memory_limit,
                    errc::linger_limit,   errc::nested_run,   errc::forked,
                    errc::not_open,       errc::already_open, errc::not_listening,
                    errc::already_watched};

} // namespace

TEST_CASE("each error of the library has a message of its own", "[error]") {
    std::set<std::string> messages;
    for (const errc value : all)
        messages.insert(std::error_code(value).message());
    CHECK(messages.size() == std::size(all));
    CHECK_FALSE(messages.contains("unknown error"));
    CHECK(std::error_code(errc::no_progress).message() == "the peer took no output for too long");
    CHECK(std::error_code(errc::output_limit).message() == "too much output is pending");
    CHECK(std::error_code(errc::not_open).message() == "the channel has no descriptor");
}

TEST_CASE("an error of the library is no system error", "[error]") {
    const std::error_code code = errc::no_progress;
    CHECK(code);
    CHECK(code == errc::no_progress);
    CHECK(code != errc::output_limit);
    CHECK(code.category() == reactor::error_category());
    CHECK(std::string(code.category().name()) == "reactor");
    CHECK(code != std::error_code(code.value(), std::system_category()));
}

TEST_CASE("an unknown value has a message too", "[error]") {
    CHECK(std::error_code(999, reactor::error_category()).message() == "unknown error");
    CHECK(reactor::error_category().message(0) == "unknown error");
}
