#include "examples/example.hpp"

using examples::example;
using support::program;

TEST_CASE("the echo server sends back what it gets", "[examples]") {
    example server("echo_server");
    auto first = server.connect("first");
    auto second = server.connect("second");
    first.send("hello\n");
    second.send("without an end");
    first.expect("hello\n");
    second.expect("without an end");
    server.process.stop();
}

TEST_CASE("the echo server sends everything before it closes", "[examples][E11]") {
    example server("echo_server");
    auto client = server.connect();
    client.send("the last words");
    client.half_close();
    client.expect("the last words");
    client.expect_eof();
    server.process.stop(SIGINT);
}
