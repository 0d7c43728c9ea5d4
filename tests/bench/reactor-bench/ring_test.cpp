#include "bench/reactor-bench/posts.hpp"
#include "bench/reactor-bench/ring.hpp"

#include "support/catch.hpp"

#include <string>

using namespace reactor_bench;

TEST_CASE("a ring passes every byte on through the library and without it", "[ring]") {
    const auto loop = GENERATE(loop_kind::reactor, loop_kind::epoll);
    const auto io = GENERATE(io_kind::channel, io_kind::direct);
    const auto found = run_ring({.pairs = 10, .active = 3, .writes = 1000, .loop = loop, .io = io});
    CHECK(found.events == 1003);
    CHECK(found.waits >= 1003 / 10);
    CHECK_THAT(found.loop_name,
               Catch::Matchers::ContainsSubstring(loop == loop_kind::epoll ? "epoll" : "reactor"));
    CHECK_THAT(to_text(found), Catch::Matchers::ContainsSubstring("1003 events"));
}

TEST_CASE("a ring may be of one pair and may be all active", "[ring]") {
    const auto loop = GENERATE(loop_kind::reactor, loop_kind::epoll);
    CHECK(run_ring({.pairs = 1, .active = 1, .writes = 5, .loop = loop}).events == 6);
    CHECK(run_ring({.pairs = 4, .active = 4, .writes = 0, .loop = loop}).events == 4);
}

TEST_CASE("a ring tells when the descriptors do not suffice", "[ring]") {
    CHECK_THROWS_WITH(run_ring({.pairs = 1'000'000'000, .active = 1, .writes = 1}),
                      Catch::Matchers::ContainsSubstring("the limit is"));
}

TEST_CASE("every posted function runs once", "[posts]") {
    const auto threads = GENERATE(1U, 3U);
    const auto found = run_posts({.threads = threads, .posts = 1000});
    CHECK(found.ran == 1000);
    CHECK(found.iterations > 0);
    CHECK_THAT(to_text(found), Catch::Matchers::ContainsSubstring("ns a post"));
}

TEST_CASE("threads may be more than posts", "[posts]") {
    CHECK(run_posts({.threads = 3, .posts = 2}).ran == 2);
}
