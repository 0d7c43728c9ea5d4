#include "bench/yardstick/shared_log.hpp"

#include "support/catch.hpp"

#include <string>

using yardstick::shared_log;

TEST_CASE("positions stay what they are when old bytes are forgotten", "[shared_log]") {
    shared_log log;
    log.append("abc");
    log.append("defg");
    CHECK(log.from(2) == "cdefg");
    log.forget_before(5);
    CHECK(log.end() == 7);
    CHECK(log.from(5) == "fg");
    log.append("h");
    CHECK(log.from(6) == "gh");
}

TEST_CASE("a log forgets only when it frees more than it moves", "[shared_log]") {
    shared_log log;
    log.append("0123456789");
    log.forget_before(5);
    CHECK(log.from(0) == "0123456789");
    log.forget_before(6);
    CHECK(log.from(6) == "6789");
}

TEST_CASE("a log that all have read is empty", "[shared_log]") {
    shared_log log;
    log.append("0123456789");
    log.forget_before(10);
    CHECK(log.from(10).empty());
    log.append("a");
    CHECK(log.from(10) == "a");
}
