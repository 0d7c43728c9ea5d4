#include "support/catch.hpp"
#include "support/daemon_process.hpp"
#include "support/metrics_text.hpp"
#include "support/temp_dir.hpp"
#include "support/wire_client.hpp"

#include <csignal>
#include <string>
#include <string_view>

using support::daemon_process;
using support::metrics_text;
using support::wait_until;
using support::wire_client;

namespace {

/// Where the daemon's log says that it serves metrics.
std::string metrics_address(const daemon_process& daemon) {
    const std::string mark = "info metrics_listening address=";
    std::string log;
    wait_until("the daemon says where its metrics are", [&] {
        log = daemon.log();
        const auto at = log.find(mark);
        return at != std::string::npos && log.find('\n', at) != std::string::npos;
    });
    const auto begin = log.find(mark) + mark.size();
    return log.substr(begin, log.find_first_of(" \n", begin) - begin);
}

/// The answer to a GET: status line, fields and body.
std::string get(const std::string& address, const std::string& path) {
    wire_client client(address, "scraper");
    client.send("GET " + path + " HTTP/1.0\r\n\r\n");
    return client.read_to_eof();
}

std::string body_of(const std::string& answer) {
    return answer.substr(answer.find("\r\n\r\n") + 4);
}

metrics_text scrape(const std::string& address) {
    const std::string answer = get(address, "/metrics");
    REQUIRE(answer.starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(answer.find("\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n") !=
          std::string::npos);
    return metrics_text(body_of(answer));
}

} // namespace

TEST_CASE("the daemon's metrics say what went on", "[chatd][wire][metrics]") {
    daemon_process daemon({"--metrics", "127.0.0.1:0"});
    const auto address = metrics_address(daemon);
    auto people = support::log_in_many(daemon.endpoint(), "m", 3);
    people[0].send("say hello\nsay again\n");
    support::settle(people);
    wire_client refused(daemon.endpoint(), "refused");
    refused.send("login m0\n");
    CHECK(refused.read_until("UserName Exist") == "Connect SuccessUserName Exist");

    const auto page = scrape(address);
    CHECK(page.value("chatd_connections") == 4);
    CHECK(page.value("chatd_room_members") == 3);
    CHECK(page.value("chatd_accepting") == 1);
    CHECK(page.value("chatd_accepted_total") == 4);
    CHECK(page.value("chatd_logins_total") == 3);
    CHECK(page.value("chatd_says_total") == 2);
    // Two newcomers were told of to one and two members, two lines to three.
    CHECK(page.value("chatd_deliveries_total") == 9);
    CHECK(page.value("chatd_name_refused_total", {{"reason", "taken"}}) == 1);
    CHECK(page.value("chatd_refused_total", {{"reason", "server_full"}}) == 0);
    CHECK(page.value("chatd_closed_total", {{"reason", "no_progress"}}) == 0);
    CHECK(page.value("chatd_received_bytes_total") > 0);
    CHECK(page.value("chatd_sent_bytes_total") > 0);
    CHECK(page.value("chatd_loop_iteration_seconds_count") > 0);
    CHECK(page.value("chatd_loop_wakeups_total", {{"cause", "event"}}) > 0);
    CHECK(page.value("chatd_http_connections_total") == 1);
#ifdef __linux__
    CHECK(page.value("process_open_fds") >= 4);
    CHECK(page.value("process_resident_memory_bytes") > 100'000);
#endif
}

TEST_CASE("the daemon's metrics are served on a socket file too", "[chatd][wire][metrics]") {
    const support::temp_dir directory;
    daemon_process daemon({"--metrics", "unix:" + directory.file("metrics")});
    CHECK(scrape(metrics_address(daemon)).value("chatd_connections") == 0);
    CHECK(get(metrics_address(daemon), "/no/such").starts_with("HTTP/1.1 404 Not Found\r\n"));
}

TEST_CASE("the daemon says that it is alive and ready until it drains", "[chatd][wire][metrics]") {
    daemon_process daemon(
        {"--metrics", "127.0.0.1:0", "--soft-limit", "1KiB", "--flood-rate", "0"});
    const auto address = metrics_address(daemon);
    CHECK(get(address, "/healthz").starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(get(address, "/readyz").starts_with("HTTP/1.1 200 OK\r\n"));

    // Somebody who does not take what is owed keeps the daemon draining.
    auto stalled = wire_client::logged_in(daemon.endpoint(), "stalled");
    auto talker = support::log_in_many(daemon.endpoint(), "t", 1);
    const std::string line = "say " + std::string(8000, 'x') + "\n";
    wait_until("output waits for the stalled one", [&] {
        talker[0].send(line);
        (void)talker[0].read_to_fence();
        return scrape(address).value("chatd_output_queue_bytes") >
               262144; // more than the kernel may still take
    });
    daemon.signal(SIGTERM);
    wait_until("the daemon is not ready", [&] {
        return get(address, "/readyz").starts_with("HTTP/1.1 503 Service Unavailable\r\n");
    });
    CHECK(get(address, "/healthz").starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(scrape(address).value("chatd_accepting") == 0);
    CHECK(stalled.read_to_close().size() > 262144);
    CHECK(daemon.wait().exit_code == 0);
}

TEST_CASE("metrics on an address that is taken stop the daemon", "[chatd][wire][metrics]") {
    daemon_process first({"--metrics", "127.0.0.1:0"});
    const auto taken = metrics_address(first);
    const auto second = daemon_process::run({"--listen", "127.0.0.1:0", "--metrics", taken});
    CHECK(second.exit_code == 1);
    CHECK(second.log.find("metrics: cannot listen on " + taken) != std::string::npos);
}

TEST_CASE("metrics where anybody can read them are warned of", "[chatd][wire][metrics]") {
    daemon_process daemon({"--metrics", "0.0.0.0:0"});
    (void)metrics_address(daemon);
    wait_until("the log warns", [&] {
        return daemon.log().find("warning metrics_public address=0.0.0.0:") != std::string::npos;
    });
}
