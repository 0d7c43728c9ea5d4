#include "bench/chatload/json.hpp"
#include "bench/chatload/report.hpp"

#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>

using chatload::results;
using chatload::to_json;
using chatload::to_text;
using namespace std::chrono_literals;
using Catch::Matchers::ContainsSubstring;

namespace {

std::unique_ptr<results> good_run() {
    auto run = std::make_unique<results>();
    run->asked.server = reactor::endpoint::loopback_v4(6666);
    run->asked.clients = 100;
    run->login_time = 250ms;
    run->joins = 4950;
    run->measured = 2s;
    run->lines = 2000;
    run->deliveries = 200'000;
    for (int i = 1; i <= 1000; ++i)
        run->own_echo.record(std::chrono::microseconds{i});
    run->all_lines = 3000;
    run->all_deliveries = 300'000;
    run->own_cpu = 500ms;
    chatload::server_usage server;
    server.cpu = {20ms, "schedstat"};
    server.before = {1 << 20, 1 << 20};
    server.logged_in = {(1 << 20) + 100 * 2048, 2 << 20};
    server.end = {3 << 20, 3 << 20};
    run->server = server;
    return run;
}

} // namespace

TEST_CASE("a good run is summed up in words", "[report]") {
    const auto run = good_run();
    CHECK(run->ok());
    const std::string text = to_text(*run);
    CHECK_THAT(text, ContainsSubstring("100 clients, 1 sender, window 64, 64-byte lines"));
    CHECK_THAT(text, ContainsSubstring("100.0 k/s to clients, 1000 lines/s, in 2.00 s"));
    CHECK_THAT(text, ContainsSubstring("p50 50") && ContainsSubstring("max 1 ms"));
    CHECK_THAT(text,
               ContainsSubstring("100.0 ns of CPU per delivery, 1.0 % of a core (schedstat)"));
    CHECK_THAT(text, ContainsSubstring(
                         "3.0 MiB resident, 3.0 MiB at most; 2.0 KiB more per session at login"));
    CHECK_THAT(text, ContainsSubstring("2500 ns of CPU per delivery, 25.0 % of a core"));
    CHECK_THAT(text, ContainsSubstring("ok: 3000 lines, 300000 deliveries in all"));
    CHECK_THAT(text, !ContainsSubstring("warning") && !ContainsSubstring("error"));
}

TEST_CASE("a generator that was the bottleneck is told of", "[report]") {
    const auto run = good_run();
    run->own_cpu = 1900ms;
    CHECK(run->generator_bound());
    CHECK_THAT(to_text(*run), ContainsSubstring("warning: the generator was the bottleneck"));
    CHECK_THAT(to_json(*run), ContainsSubstring("\"bottleneck\": true"));
}

TEST_CASE("a generator that other processes held up is told of", "[report]") {
    const auto run = good_run();
    run->own_wait = 1400ms;
    CHECK_FALSE(run->generator_bound());
    CHECK(run->generator_starved());
    CHECK_THAT(to_text(*run), ContainsSubstring("warning: other processes held the generator up"));
    CHECK_THAT(to_json(*run), ContainsSubstring("\"starved\": true"));
}

TEST_CASE("violations are counted by kind and the first ones shown", "[report]") {
    const auto run = good_run();
    run->found.add({chatload::violation_kind::torn, "ux00001", 17, "half\x1b[1m", "whole"});
    run->found.add({chatload::violation_kind::lost, "ux00002", 18, "", "gone"});
    run->found.count(chatload::violation_kind::lost, 40);
    CHECK_FALSE(run->ok());
    const std::string text = to_text(*run);
    CHECK_THAT(text, ContainsSubstring("error: 42 violations: 41 lost, 1 torn"));
    CHECK_THAT(text,
               ContainsSubstring(R"(ux00001, line 17: torn: "half\u001b[1m"; expected "whole")"));
    CHECK_THAT(text, ContainsSubstring("ux00002, line 18: lost; expected \"gone\""));
    CHECK_THAT(text, !ContainsSubstring("ok:"));
}

TEST_CASE("failures are shown and those left out counted", "[report]") {
    const auto run = good_run();
    run->failures = {"client ux00001: closed by the server"};
    run->failure_count = 3;
    CHECK_FALSE(run->ok());
    CHECK_THAT(to_text(*run), ContainsSubstring("error: client ux00001: closed by the server\n") &&
                                  ContainsSubstring("error: 2 more like these"));
}

TEST_CASE("a run that measured nothing has a report all the same", "[report]") {
    results none;
    none.failures = {"cannot connect"};
    none.failure_count = 1;
    none.server.emplace();
    CHECK_THAT(to_text(none), ContainsSubstring("error: cannot connect"));
    CHECK_THAT(to_json(none), ContainsSubstring("\"deliveries_per_second\": null"));
}

TEST_CASE("JSON strings escape what they must", "[report]") {
    CHECK(chatload::json_string("a\"b\\c\n\x01") == R"("a\"b\\c\u000a\u0001")");
    CHECK(chatload::json_string("\xc3\xa4 \xe4\xbd\xa0 \xf0\x9f\x99\x82") ==
          "\"\xc3\xa4 \xe4\xbd\xa0 \xf0\x9f\x99\x82\"");
    CHECK(chatload::json_string("\xff") == R"("\ufffd")");
    CHECK(chatload::json_string("\xc0\x80") == R"("\ufffd\ufffd")");
    CHECK(chatload::json_string("\xe4\xbd") == R"("\ufffd\ufffd")");
    CHECK(chatload::json_string("\xed\xa0\x80") == R"("\ufffd\ufffd\ufffd")");
}

TEST_CASE("a JSON reader understands the report", "[report]") {
    if (std::system("command -v python3 >/dev/null 2>&1") != 0)
        SKIP("python3 is not installed");
    const support::temp_dir dir;
    const auto run = good_run();
    run->found.add({chatload::violation_kind::torn, "ux00001", 17, "half\xff\"\x1b", "whole"});
    run->failures = {"a \"quoted\" failure"};
    run->failure_count = 1;
    std::ofstream(dir.file("report.json")) << to_json(*run);
    std::ofstream(dir.file("check.py")) << "import json, sys\n"
                                           "r = json.load(open(sys.argv[1], encoding='utf-8'))\n"
                                           "assert r['schema'] == 'chatload/1', r\n"
                                           "assert r['ok'] is False, r\n"
                                           "assert r['deliveries_per_second'] == 100000, r\n"
                                           "assert r['server']['cpu_ns_per_delivery'] == 100, r\n"
                                           "assert r['latency_own_echo_ns']['count'] == 1000, r\n"
                                           "assert r['violations']['by_kind']['torn'] == 1, r\n"
                                           "assert r['failures']['total'] == 1, r\n";
    const std::string command = "python3 " + dir.file("check.py") + " " + dir.file("report.json");
    CHECK(std::system(command.c_str()) == 0);
}
