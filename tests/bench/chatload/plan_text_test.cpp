#include "bench/chatload/plan_text.hpp"

#include "support/catch.hpp"

using chatload::load;
using chatload::load_text;
using chatload::workload;

TEST_CASE("each workload is said in words", "[plan_text]") {
    load one;
    one.clients = 1;
    one.rate = 0.5;
    const auto text = [&](workload kind) {
        one.kind = kind;
        return load_text(one);
    };
    CHECK(text(workload::fan_out) == "1 client, 1 sender, 0.5 lines/s");
    CHECK(text(workload::rooms) == "1 room of 1 client, 1 sender in each, 0.5 lines/s");
    CHECK(text(workload::ping) == "1 client, 0.5 questions/s");
    CHECK(text(workload::churn) == "0.5 visits/s");
    CHECK(text(workload::idle) == "1 idle connection, not logged in");
    CHECK(text(workload::stalled) ==
          "1 client, 1 sender, 0.5 lines/s; 10.0 % of the readers stop reading");
    CHECK(text(workload::storm) == "1 login at once");
    one.rate = 0;
    CHECK(text(workload::ping) == "1 client, window 64");
}

TEST_CASE("the setting names threads and sources only where there are some", "[plan_text]") {
    chatload::plan asked;
    CHECK(setting_text(asked) == "64-byte lines, 10 s after 1 s of warm-up");
    asked.threads = 2;
    asked.sources = {"127.0.0.2"};
    CHECK(setting_text(asked) ==
          "64-byte lines, 10 s after 1 s of warm-up, 2 threads, from 127.0.0.2");
}
