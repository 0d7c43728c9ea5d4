// What other systems than Linux say in words of their own.
#include "support/catch.hpp"
#include "support/sim_stage.hpp"

#include <cerrno>

using namespace sim_test;

TEST_CASE("a send that meets a connection being torn down finds it reset", "[dispatcher][E28]") {
    stage s;
    auto [fd, other] = s.w.connect_pair();
    chat channel(s.loop, fd);
    s.turn();
    s.w.faults().fail(call::send, EPROTOTYPE);
    channel.push("hello\n");
    s.turn(2);
    CHECK_FALSE(channel.is_open());
    CHECK(channel.seen->reason == system_code(ECONNRESET));
    CHECK(channel.seen->closes == 1);
}
