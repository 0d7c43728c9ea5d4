#include "support/catch.hpp"
#include "support/program.hpp"
#include "support/wire_client.hpp"

#include <string>
#include <string_view>

using support::program;
using support::wire_client;

TEST_CASE("a yardstick speaks what a load needs of the protocol", "[yardstick]") {
    program server(YARDSTICK_BINARY);
    const std::string where = server.address();
    wire_client ann(where, "ann");
    ann.expect_segment("Connect Success");
    ann.send("look\nlogin ann\n");
    ann.expect("Unknown command look \nLogin Success");
    auto bob = wire_client::logged_in(where, "bob");
    ann.expect("bob has entered the room.\n");
    bob.send("say one\nfrob\nsay two\nfrob nicate\n");
    bob.expect("bob: one\nUnknown command frob \nbob: two\nUnknown command frob \n");
    ann.expect("bob: one\nbob: two\n");
    bob.send_bytewise("say three\nlogout\n");
    bob.expect("bob: three\n");
    bob.expect_eof();
    ann.expect("bob: three\nbob has left the room.\n");
    auto carl = wire_client::logged_in(where, "carl");
    carl.reset();
    ann.expect("carl has entered the room.\ncarl has left the room.\n");
    server.stop();
}

TEST_CASE("a yardstick loses nothing that a full socket does not take", "[yardstick]") {
    program server(YARDSTICK_BINARY);
    const std::string where = server.address();
    auto slow = wire_client::logged_in(where, "slow", {.receive_buffer = 4096});
    auto fast = wire_client::logged_in(where, "fast");
    slow.expect("fast has entered the room.\n");
    slow.send("say first\nhow\nsay last\n");
    fast.expect("slow: first\nslow: last\n");
    const std::string text(8000, 'x');
    constexpr int lines = 1000; // more than the kernel holds for one that does not read
    for (int i = 0; i < lines; ++i) {
        fast.send("say " + text + "\n");
        fast.expect("fast: " + text + "\n");
    }
    slow.expect("slow: first\nUnknown command how \nslow: last\n");
    for (int i = 0; i < lines; ++i)
        slow.expect("fast: " + text + "\n");
    slow.send("say again\n");
    slow.expect("slow: again\n");
    fast.expect("slow: again\n");
    server.stop();
}

TEST_CASE("a yardstick answers in order when its answers do not fit", "[yardstick]") {
    program server(YARDSTICK_BINARY);
    auto ann = wire_client::logged_in(server.address(), "ann", {.receive_buffer = 4096});
    std::string questions;
    std::string answers;
    for (int i = 0; i < 20'000; ++i) { // 6 MB, more than the kernel holds
        const std::string word = std::to_string(i) + std::string(150, 'x');
        questions += "say " + word + "\n" + word + "\n";
        answers += "ann: " + word + "\nUnknown command " + word + " \n";
    }
    std::string_view left = questions;
    std::string got;
    support::wait_until("all is answered", [&] {
        const std::size_t taken = ann.send_some(left);
        left.remove_prefix(taken);
        if (taken == 0) // it is not read any more
            got += ann.read_available();
        return got.size() >= answers.size();
    });
    CHECK((got == answers)); // too long to print
    server.stop();
}

TEST_CASE("a hundred members of a yardstick get every line", "[yardstick]") {
    program server(YARDSTICK_BINARY);
    program load(CHATLOAD_BINARY, {"--connect", server.address(), "--clients", "100", "--window",
                                   "64", "--warm-up", "50ms", "--duration", "300ms"});
    INFO(load.output());
    CHECK(load.wait() == 0);
    server.stop();
}

TEST_CASE("a yardstick loses nothing while many come and go", "[yardstick]") {
    const char* scenario = GENERATE("evening", "rush-hour"); // more than it sends to at once
    program server(YARDSTICK_BINARY);
    program load(CHATLOAD_BINARY, {"--connect", server.address(), "--scenario",
                                   std::string{SCENARIOS} + "/" + scenario + ".conf", "--warm-up",
                                   "50ms", "--duration", "300ms"});
    INFO(load.output());
    CHECK(load.wait() == 0);
    server.stop();
}

TEST_CASE("a yardstick says in one line why it cannot start", "[yardstick]") {
    program first(YARDSTICK_BINARY);
    const std::string where = first.address();
    const std::string port = where.substr(where.find(':') + 1);
    program second(YARDSTICK_BINARY, {"--port", port});
    CHECK(second.wait() == 1);
    CHECK(second.output() == "yardstick: cannot listen on " + where + ": Address already in use\n");
    program wrong(YARDSTICK_BINARY, {"--port", "70000"});
    CHECK(wrong.wait() == 2);
    CHECK(wrong.output().starts_with("yardstick: --port"));
    first.stop();
}
