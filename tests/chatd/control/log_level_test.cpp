// The level of the log, changed while the daemon runs.

#include "chatd/control/controlled_daemon.hpp"
#include "support/catch.hpp"
#include "support/wait_until.hpp"
#include "support/wire_client.hpp"

#include <csignal>
#include <fstream>
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

TEST_CASE("a reload leaves a level that was set at run time unless the file has another",
          "[control][log]") {
    support::temp_dir dir;
    const std::string file = dir.file("chatd.conf");
    std::ofstream(file) << "log-level=info\n";
    controlled_daemon it({"--config", file});
    auto control = it.connect();
    ask(control, "log-level debug");
    std::ofstream(file) << "log-level=info\nmax-name=9\n";
    CHECK(has(ask(control, "reload"), "max-name"));
    CHECK(has(ask(control, "log-level"), "debug\n"));
    std::ofstream(file) << "log-level=warning\n";
    ask(control, "reload");
    CHECK(has(ask(control, "log-level"), "warning\n"));
    ask(control, "log-level debug");
    std::ofstream(file) << "log-level=info\n";
    ask(control, "reload");
    CHECK(has(ask(control, "log-level"), "info\n"));
}
