#include "support/sim_stage.hpp"

#include <cerrno>

using namespace sim_test;

TEST_CASE("listen_on does all that a server needs", "[listener]") {
    stage s;
    raw door(s.loop);
    door.listen_on(reactor::endpoint::loopback_v4(0));
    CHECK(door.accepting());
    CHECK(door.local_address().port() != 0);
    auto client = s.w.connect(door.local_address());
    CHECK(client.connected());
    s.no_findings();
}

TEST_CASE("listen_on stops at the first failure and names the address", "[listener]") {
    stage s;
    listener other(s.loop);
    raw door(s.loop);
    std::error_code ec;
    door.listen_on(other.local_address(), ec);
    CHECK(ec == system_code(EADDRINUSE));
    CHECK_FALSE(door.accepting());
    raw again(s.loop);
    CHECK_THROWS_WITH(again.listen_on(other.local_address()),
                      Catch::Matchers::ContainsSubstring(other.local_address().to_string()));
    s.no_findings();
}
