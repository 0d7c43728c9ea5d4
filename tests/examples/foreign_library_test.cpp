#include "examples/example.hpp"

using examples::binary;
using examples::example;
using support::program;

TEST_CASE("a foreign library talks through the loop", "[examples]") {
    example server("echo_server");
    program client(binary("foreign_library"), {server.address, "hello", "world"});
    CHECK(client.wait() == 0);
    CHECK(client.output() == "hello\nworld\n");
    server.process.stop();
}

TEST_CASE("a foreign library that reaches nobody says so", "[examples]") {
    std::string address;
    {
        example server("echo_server");
        address = server.address;
        server.process.stop();
    }
    program client(binary("foreign_library"), {address, "hello"});
    CHECK(client.wait() == 1);
    CHECK(client.output().find("refused") != std::string::npos);
}
