// The batch by itself.
#include <reactor/datagram.hpp>

#include "support/catch.hpp"

#include <stdexcept>
#include <string>
#include <utility>

using reactor::datagram_batch;
using reactor::endpoint;

TEST_CASE("a batch takes what it has room for", "[datagram][batch]") {
    datagram_batch batch(2, 4);
    CHECK(batch.capacity() == 2);
    CHECK(batch.room() == 4);
    CHECK(batch.empty());
    CHECK_FALSE(batch.add("12345"));
    CHECK(batch.empty());
    CHECK(batch.add("1234", endpoint::loopback_v4(7)));
    CHECK(batch.add(""));
    CHECK(batch.full());
    CHECK_FALSE(batch.add("x"));
    CHECK(batch.size() == 2);
    CHECK(std::string(batch[0].bytes.begin(), batch[0].bytes.end()) == "1234");
    CHECK(batch[0].peer == endpoint::loopback_v4(7));
    CHECK(batch[1].bytes.empty());
    CHECK(batch[1].peer == endpoint{});
    CHECK(batch.end() - batch.begin() == 2);
    batch.clear();
    CHECK(batch.empty());
    CHECK(batch.add("x"));
}

TEST_CASE("a batch without room is refused", "[datagram][batch]") {
    CHECK_THROWS_AS(datagram_batch(0, 1), std::invalid_argument);
    CHECK_THROWS_AS(datagram_batch(1, 0), std::invalid_argument);
}

TEST_CASE("a batch copies what is added", "[datagram][batch]") {
    datagram_batch batch(1, 8);
    std::string text = "before";
    CHECK(batch.add(text));
    text = "after!";
    CHECK(std::string(batch[0].bytes.begin(), batch[0].bytes.end()) == "before");
}

TEST_CASE("a batch that is moved keeps its datagrams", "[datagram][batch]") {
    datagram_batch first(2, 8);
    CHECK(first.add("hello"));
    datagram_batch second = std::move(first);
    REQUIRE(second.size() == 1);
    CHECK(std::string(second[0].bytes.begin(), second[0].bytes.end()) == "hello");
    CHECK(second.add("again"));
}
