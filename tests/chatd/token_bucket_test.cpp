#include "chatd/token_bucket.hpp"

#include "support/catch.hpp"

#include <chrono>

using chatd::token_bucket;
using namespace std::chrono_literals;

TEST_CASE("a new bucket gives its burst and then its rate", "[chatd][token_bucket]") {
    token_bucket bucket{50, 256};
    const auto now = std::chrono::nanoseconds{100s};
    for (int i = 1; i < 256; ++i)
        REQUIRE(bucket.take(now, 1));
    CHECK_FALSE(bucket.take(now, 1));
    CHECK(bucket.ready_at(now) == now + 20ms);
    CHECK_FALSE(bucket.ready(now + 20ms - 1ns));
    CHECK(bucket.ready(now + 20ms));
    CHECK_FALSE(bucket.take(now + 20ms, 1));
    CHECK(bucket.ready_at(now + 20ms) == now + 40ms);
}

TEST_CASE("what costs more than is left is taken on credit", "[chatd][token_bucket]") {
    token_bucket bucket{1000, 100};
    CHECK_FALSE(bucket.take(0s, 600));
    CHECK(bucket.ready_at(0s) == 501ms); // 500 of debt and one token
    CHECK_FALSE(bucket.ready(500ms));
    CHECK(bucket.ready(501ms));
}

TEST_CASE("a bucket never holds more than its burst", "[chatd][token_bucket]") {
    token_bucket bucket{10, 2};
    CHECK(bucket.take(0s, 1));
    CHECK_FALSE(bucket.full(99ms));
    CHECK(bucket.full(100ms));
    CHECK(bucket.take(1h, 1));
    CHECK_FALSE(bucket.take(1h, 1));
}

TEST_CASE("more than one token can be waited for", "[chatd][token_bucket]") {
    token_bucket bucket{10, 20};
    bucket.take(0s, 15);
    CHECK(bucket.ready(0s, 5));
    CHECK_FALSE(bucket.ready(0s, 6));
    CHECK(bucket.ready_at(0s, 6) == 100ms);
    CHECK(bucket.ready_at(0s, 20) == 1500ms);
}

TEST_CASE("a rate of 0 and a default bucket are always ready", "[chatd][token_bucket]") {
    for (token_bucket bucket : {token_bucket{}, token_bucket{0, 5}}) {
        CHECK(bucket.take(7s, 1'000'000));
        CHECK(bucket.ready_at(7s) == 7s);
        CHECK(bucket.full(7s));
    }
}

TEST_CASE("time that goes back counts as no time passed", "[chatd][token_bucket]") {
    token_bucket bucket{10, 1};
    CHECK_FALSE(bucket.take(10s, 1));
    CHECK_FALSE(bucket.take(5s, 1));
    CHECK(bucket.ready_at(5s) == 10s + 200ms);
}

TEST_CASE("the greatest costs and rates do not overflow", "[chatd][token_bucket]") {
    token_bucket slow{1, 1};
    for (int i = 0; i < 100; ++i)
        slow.take(1h, 0xFFFFFFFF);
    CHECK(slow.ready_at(1h) > 1h);
    token_bucket fast{0xFFFFFFFF, 0xFFFFFFFF};
    CHECK_FALSE(fast.take(0s, 0xFFFFFFFF));
    CHECK(fast.ready(1s));
}
