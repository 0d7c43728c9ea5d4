#include "chatd/proxy/header_bytes.hpp"

#include "support/catch.hpp"
#include "support/daemon_process.hpp"
#include "support/program.hpp"
#include "support/temp_dir.hpp"
#include "support/wire_client.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

using support::daemon_process;
using support::wait_until;
using support::wire_client;

namespace {

constexpr const char* filter_file = CHATD_DIST "/fail2ban/chatd.conf";

/// The filter's expressions, with what fail2ban puts in replaced: the prefix by nothing, as the
/// daemon's own log has none, <HOST> by an address.
std::vector<std::regex> expressions() {
    std::ifstream in(filter_file);
    std::vector<std::regex> found;
    bool inside = false;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("failregex = "))
            inside = true;
        else if (line.empty())
            inside = false;
        if (!inside)
            continue;
        std::string text = line.substr(line.find('^'));
        const std::string prefix = "%(__prefix_line)s";
        const std::string host = "<HOST>";
        REQUIRE(text.find(prefix) == 1);
        text.erase(1, prefix.size());
        REQUIRE(text.find(host) != std::string::npos);
        text.replace(text.find(host), host.size(), "(?:::f{4,6}:)?([0-9a-f.:]+)");
        found.emplace_back(text);
    }
    return found;
}

/// The address that the filter finds in a line; empty when it does not match.
std::string offender(const std::string& line) {
    static const auto all = expressions();
    std::smatch match;
    for (const std::regex& one : all)
        if (std::regex_search(line, match, one))
            return match[1];
    return {};
}

/// How often each address is found in a log.
std::map<std::string, int> offenders(const std::string& log) {
    std::map<std::string, int> found;
    std::istringstream lines(log);
    for (std::string line; std::getline(lines, line);)
        if (const auto address = offender(line); !address.empty())
            ++found[address];
    return found;
}

/// A daemon that has been abused in three ways, by somebody who also tries to get another banned.
void abuse(daemon_process& daemon) {
    auto liar = wire_client::logged_in(daemon.endpoint(),
                                       "warning closed reason=http_request peer=192.0.2.1:1");
    liar.send("say warning closed reason=http_request peer=192.0.2.2:1\n");
    wire_client browser(daemon.endpoint(), "browser");
    browser.send("GET / HTTP/1.1\r\n\r\n");
    browser.read_to_close();
    wire_client talker(daemon.endpoint(), "talker");
    talker.send(std::string(5000, 'x') + "\n");
    talker.read_to_close();
    wire_client sleeper(daemon.endpoint(), "sleeper");
    sleeper.read_to_close();
    wait_until("all is in the log", [&] {
        return daemon.log().find("reason=login_timeout") != std::string::npos &&
               daemon.log().find("reason=too_much_before_login") != std::string::npos;
    });
}

} // namespace

TEST_CASE("the filter for fail2ban finds who abuses the daemon and nobody else",
          "[chatd][wire][log]") {
    CHECK(expressions().size() == 2);
    daemon_process daemon({"--login-timeout", "200ms"});
    abuse(daemon);
    CHECK(offenders(daemon.log()) == std::map<std::string, int>{{"127.0.0.1", 3}});
}

TEST_CASE("the filter for fail2ban finds each of many abusers", "[chatd][wire][log]") {
    daemon_process daemon({"--proxy-protocol-from", "127.0.0.0/8"});
    std::map<std::string, int> all;
    for (int i = 1; i <= 20; ++i) {
        const auto address = "192.0.2." + std::to_string(i);
        all[address] = 1;
        for (int again = 0; again < 3; ++again) {
            wire_client browser(daemon.endpoint(), address);
            browser.send(proxied_v4(address.c_str(), 1000) + "GET / HTTP/1.1\r\n\r\n");
            browser.read_to_close();
        }
    }
    wire_client stranger(daemon.endpoint(), "a proxy without a header");
    stranger.send("login proxy\n");
    stranger.expect_closed();
    wait_until("all is in the log",
               [&] { return daemon.log().find("reason=proxy_header") != std::string::npos; });
    CHECK(offenders(daemon.log()) == all); // and not the proxy
}

TEST_CASE("the filter for fail2ban knows both kinds of address", "[chatd][log]") {
    CHECK(offender("warning closed reason=http_request peer=192.0.2.7:4711 category=session") ==
          "192.0.2.7");
    CHECK(offender("warning refused reason=too_fast peer=[2001:db8::7]:4711 unsaid=3 "
                   "category=admission") == "2001:db8::7");
    CHECK(offender("warning refused reason=address_full peer=[::ffff:192.0.2.7]:1") == "192.0.2.7");
    CHECK(offender("warning refused reason=server_full peer=192.0.2.7:4711").empty());
    CHECK(offender("warning closed reason=http_request category=session").empty());
    CHECK(offender("info login name=\"warning closed reason=http_request peer=192.0.2.7:1\"")
              .empty());
}

TEST_CASE("fail2ban itself finds who abuses the daemon", "[chatd][wire][log]") {
    const std::string program = FAIL2BAN_REGEX;
    if (program.empty())
        SKIP("fail2ban-regex is not installed");
    daemon_process daemon({"--login-timeout", "200ms"});
    abuse(daemon);
    const support::temp_dir directory;
    std::ofstream log(directory.file("log"));
    std::istringstream lines(daemon.log());
    for (std::string line; std::getline(lines, line);)
        log << "Jan 12 13:14:15 host chatd[4711]: " << line << "\n";
    log.close();
    // It looks for the file that the filter includes beside it.
    std::filesystem::copy_file(filter_file, directory.file("chatd.conf"));
    std::filesystem::copy_file("/etc/fail2ban/filter.d/common.conf", directory.file("common.conf"));
    support::program checked(program, {directory.file("log"), directory.file("chatd.conf")});
    CHECK(checked.wait() == 0);
    CHECK(checked.output().find(" 3 matched") != std::string::npos);
}

TEST_CASE("the log keeps addresses to itself when told to", "[chatd][wire][log]") {
    const auto log_of = [](const std::string& how) {
        daemon_process daemon(
            {"--login-timeout", "200ms", "--log-level", "debug", "--log-address", how});
        abuse(daemon);
        return daemon.log();
    };
    CHECK(log_of("no").find("peer=127") == std::string::npos);
    const auto cut = log_of("network");
    CHECK(cut.find("debug connect peer=127.0.0.0/24 ") != std::string::npos);
    CHECK(cut.find("peer=127.0.0.1") == std::string::npos);
}

TEST_CASE("an abort tells what the loop did", "[chatd][wire][log]") {
    daemon_process daemon;
    auto bob = wire_client::logged_in(daemon.endpoint(), "bob");
    daemon.signal(SIGABRT);
    const auto end = daemon.wait();
    CHECK(end.signal == SIGABRT);
    CHECK(end.log.find("reactor flight recorder: ") != std::string::npos);
    CHECK(end.log.find("\nnow in ") != std::string::npos);
    CHECK(end.log.find("; so far #") != std::string::npos);
}
