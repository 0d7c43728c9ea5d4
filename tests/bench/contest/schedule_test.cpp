#include "bench/contest/schedule.hpp"

#include "support/catch.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

using contest::make_schedule;
using contest::make_settings;
using contest::setting;
using contest::trial;

TEST_CASE("every server meets every setting once in each repetition", "[contest]") {
    const auto order = make_schedule(3, 2, 4);
    REQUIRE(order.size() == 24);
    for (std::size_t server = 0; server < 3; ++server)
        for (std::size_t at = 0; at < 2; ++at)
            for (std::size_t repeat = 0; repeat < 4; ++repeat)
                CHECK(std::count(order.begin(), order.end(), trial{server, at, repeat}) == 1);
}

TEST_CASE("the servers of one setting follow one another in each repetition", "[contest]") {
    const auto order = make_schedule(3, 2, 4);
    for (std::size_t i = 0; i < order.size(); ++i) {
        CHECK(order[i].repeat == i / 6);
        CHECK(order[i].setting == i / 3 % 2);
    }
}

TEST_CASE("each repetition begins with another server", "[contest]") {
    const auto order = make_schedule(3, 1, 3);
    const std::vector<trial> expected{{0, 0, 0}, {1, 0, 0}, {2, 0, 0}, {1, 0, 1}, {2, 0, 1},
                                      {0, 0, 1}, {2, 0, 2}, {0, 0, 2}, {1, 0, 2}};
    CHECK(order == expected);
}

TEST_CASE("idle connections are tried beside the middle number of members", "[contest]") {
    const std::vector<std::uint32_t> members{10, 100, 1000};
    const std::vector<setting> all{{10, 0}, {100, 0}, {1000, 0}, {100, 5000}, {100, 15'000}};
    CHECK(make_settings(members, std::vector<std::uint32_t>{0, 5000, 15'000}) == all);
    const std::vector<setting> busy{{10, 0}, {100, 0}, {1000, 0}};
    CHECK(make_settings(members, std::vector<std::uint32_t>{0}) == busy);
    CHECK(make_settings(members, {}) == busy);
    const std::vector<setting> quiet{{100, 5000}};
    CHECK(make_settings(members, std::vector<std::uint32_t>{5000}) == quiet);
}

TEST_CASE("a setting names what is there of it", "[contest]") {
    CHECK(contest::to_text(setting{100, 0}) == "100 members");
    CHECK(contest::to_text(setting{100, 5000}) == "100 members, 5000 idle");
}
