#include "chatd/token_bucket.hpp"

#include "support/catch.hpp"

#include <chrono>

using chatd::token_bucket;
using chatd::token_rate;
using namespace std::chrono_literals;

TEST_CASE("a new bucket gives its burst and then its rate", "[chatd][token_bucket]") {
    constexpr token_rate bucket_rate{50, 256};
    token_bucket bucket;
    const auto now = std::chrono::nanoseconds{100s};
    for (int i = 1; i < 256; ++i)
        REQUIRE(bucket.take(bucket_rate, now, 1));
    CHECK_FALSE(bucket.take(bucket_rate, now, 1));
    CHECK(bucket.ready_at(bucket_rate, now) == now + 20ms);
    CHECK_FALSE(bucket.ready(bucket_rate, now + 20ms - 1ns));
    CHECK(bucket.ready(bucket_rate, now + 20ms));
    CHECK_FALSE(bucket.take(bucket_rate, now + 20ms, 1));
    CHECK(bucket.ready_at(bucket_rate, now + 20ms) == now + 40ms);
}

TEST_CASE("what costs more than is left is taken on credit", "[chatd][token_bucket]") {
    constexpr token_rate bucket_rate{1000, 100};
    token_bucket bucket;
    CHECK_FALSE(bucket.take(bucket_rate, 0s, 600));
    CHECK(bucket.ready_at(bucket_rate, 0s) == 501ms); // 500 of debt and one token
    CHECK_FALSE(bucket.ready(bucket_rate, 500ms));
    CHECK(bucket.ready(bucket_rate, 501ms));
}

TEST_CASE("a bucket never holds more than its burst", "[chatd][token_bucket]") {
    constexpr token_rate bucket_rate{10, 2};
    token_bucket bucket;
    CHECK(bucket.take(bucket_rate, 0s, 1));
    CHECK_FALSE(bucket.full(99ms));
    CHECK(bucket.full(100ms));
    CHECK(bucket.take(bucket_rate, 1h, 1));
    CHECK_FALSE(bucket.take(bucket_rate, 1h, 1));
}

TEST_CASE("more than one token can be waited for", "[chatd][token_bucket]") {
    constexpr token_rate bucket_rate{10, 20};
    token_bucket bucket;
    bucket.take(bucket_rate, 0s, 15);
    CHECK(bucket.ready(bucket_rate, 0s, 5));
    CHECK_FALSE(bucket.ready(bucket_rate, 0s, 6));
    CHECK(bucket.ready_at(bucket_rate, 0s, 6) == 100ms);
    CHECK(bucket.ready_at(bucket_rate, 0s, 20) == 1500ms);
}

TEST_CASE("a bucket with a rate of 0 is always ready", "[chatd][token_bucket]") {
    for (const token_rate bucket_rate : {token_rate{}, token_rate{0, 5}}) {
        token_bucket bucket;
        CHECK(bucket.take(bucket_rate, 7s, 1'000'000));
        CHECK(bucket.ready_at(bucket_rate, 7s) == 7s);
        CHECK(bucket.full(7s));
    }
}

TEST_CASE("time that goes back counts as no time passed", "[chatd][token_bucket]") {
    constexpr token_rate bucket_rate{10, 1};
    token_bucket bucket;
    CHECK_FALSE(bucket.take(bucket_rate, 10s, 1));
    CHECK_FALSE(bucket.take(bucket_rate, 5s, 1));
    CHECK(bucket.ready_at(bucket_rate, 5s) == 10s + 200ms);
}

TEST_CASE("the greatest costs and rates do not overflow", "[chatd][token_bucket]") {
    constexpr token_rate slow_rate{1, 1};
    token_bucket slow;
    for (int i = 0; i < 100; ++i)
        slow.take(slow_rate, 1h, 0xFFFFFFFF);
    CHECK(slow.ready_at(slow_rate, 1h) > 1h);
    constexpr token_rate fast_rate{0xFFFFFFFF, 0xFFFFFFFF};
    token_bucket fast;
    CHECK_FALSE(fast.take(fast_rate, 0s, 0xFFFFFFFF));
    CHECK(fast.ready(fast_rate, 1s));
}

TEST_CASE("what is missing stays missing when the rate changes", "[chatd][token_bucket]") {
    constexpr token_rate slow{1, 256};
    constexpr token_rate fast{100, 256};
    token_bucket bucket;
    CHECK_FALSE(bucket.take(slow, 10s, 356)); // 100 on credit
    CHECK(bucket.ready_at(slow, 10s) == 111s);
    bucket.change_rate(slow, fast, 10s);
    CHECK(bucket.ready_at(fast, 10s) == 11010ms);
    bucket.change_rate(fast, slow, 10s);
    CHECK(bucket.ready_at(slow, 10s) == 111s);
    bucket.change_rate(slow, token_rate{}, 10s);
    CHECK(bucket.full(10s));
    bucket.change_rate(token_rate{}, slow, 10s);
    CHECK(bucket.full(10s));
}

TEST_CASE("a change of the rate makes no debt longer than the longest", "[chatd][token_bucket]") {
    constexpr token_rate fastest{0xFFFFFFFF, 0xFFFFFFFF};
    constexpr token_rate slowest{1, 1};
    token_bucket bucket;
    bucket.take(fastest, 1h, 0xFFFFFFFF);
    bucket.change_rate(fastest, slowest, 1h);
    CHECK(bucket.ready_at(slowest, 1h) > 1h);
    CHECK(bucket.full(1h + std::chrono::hours{24 * 365}));
}
