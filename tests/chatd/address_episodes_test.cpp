#include "chatd/address_episodes.hpp"

#include "support/catch.hpp"

#include <chrono>
#include <cstddef>
#include <string>

using namespace chatd;
using namespace std::chrono_literals;

namespace {

network address(std::size_t number) {
    const auto read =
        network::parse("10.0." + std::to_string(number / 256) + "." + std::to_string(number % 256));
    REQUIRE(read);
    return *read;
}

} // namespace

TEST_CASE("each address has one line a minute", "[chatd][log]") {
    address_episodes episodes;
    CHECK(episodes.begins(address(1), 1000s));
    CHECK(episodes.begins(address(2), 1030s));
    CHECK_FALSE(episodes.begins(address(1), 1059s));
    CHECK(episodes.begins(address(1), 1060s));
    CHECK_FALSE(episodes.begins(address(2), 1089s));
    CHECK(episodes.begins(address(2), 1090s));
    CHECK(episodes.take_unsaid() == 2);
    CHECK(episodes.take_unsaid() == 0);
}

TEST_CASE("so many addresses have lines in one minute and no more", "[chatd][log]") {
    address_episodes episodes;
    CHECK(episodes.begins(address(0), 1000s));
    for (std::size_t i = 1; i < address_episodes::most; ++i)
        CHECK(episodes.begins(address(i), 1010s));
    CHECK_FALSE(episodes.begins(address(address_episodes::most), 1010s));
    CHECK_FALSE(episodes.begins(address(address_episodes::most), 1059s));
    CHECK(episodes.begins(address(address_episodes::most), 1060s)); // the first is forgotten
    CHECK_FALSE(episodes.begins(address(0), 1069s));
    CHECK_FALSE(episodes.begins(address(1), 1069s));
    CHECK(episodes.take_unsaid() == 4);
    for (std::size_t i = 0; i + 1 < address_episodes::most; ++i)
        CHECK(episodes.begins(address(1000 + i), 1070s));
    CHECK_FALSE(episodes.begins(address(0), 1070s));
}

TEST_CASE("an address that goes on keeps its place among many", "[chatd][log]") {
    address_episodes episodes;
    for (std::size_t i = 0; i < address_episodes::most; ++i)
        CHECK(episodes.begins(address(i), 1000s));
    CHECK_FALSE(episodes.begins(address(1000), 1001s));
    for (std::size_t i = 0; i < address_episodes::most; ++i)
        CHECK(episodes.begins(address(i), 1060s));
    CHECK_FALSE(episodes.begins(address(1000), 1061s));
    CHECK_FALSE(episodes.begins(address(1000), 1119s));
    CHECK(episodes.begins(address(1000), 1120s));
}
