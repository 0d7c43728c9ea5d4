// The level of the log, changed while the daemon runs.

#include "chatd/control/controlled_daemon.hpp"
#include "support/catch.hpp"
#include "support/wait_until.hpp"
#include "support/wire_client.hpp"

#include <string>

using support::wire_client;

TEST_CASE("the level of the log changes while the daemon runs", "[control][log]") {
    controlled_daemon it;
    auto control = it.connect();
    CHECK(has(ask(control, "log-level"), "info\n"));
    CHECK(has(ask(control, "log-level debug"), "logging debug and above"));
    CHECK(has(it.daemon.log(), "info log_level level=debug category=config\n"));
    auto alice = wire_client::logged_in(it.daemon.endpoint(), "alice");
    CHECK(has(it.daemon.log(), "debug connect peer="));

    CHECK(has(ask(control, "log-level error"), "logging error and above"));
    const std::string before = it.daemon.log();
    auto bob = wire_client::logged_in(it.daemon.endpoint(), "bob");
    CHECK(it.daemon.log() == before);
    CHECK(has(refusal(control, "log-level loud"), "give debug, info, warning or error"));
    CHECK(has(ask(control, "log-level"), "error\n"));
}
