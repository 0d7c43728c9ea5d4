// asyncore's client and asynchat's request handler, with each other and by themselves.
#include "examples/example.hpp"

#include <string>

using examples::binary;
using examples::example;
using support::program;

TEST_CASE("the HTTP client prints what the HTTP server answers", "[examples]") {
    example server("http_server");
    program client(binary("http_client"), {server.address, "/a/path"});
    CHECK(client.wait() == 0);
    const auto page = client.output();
    CHECK(page.find("HTTP/1.0 200 OK\r\n") == 0);
    CHECK(page.find("\r\n\r\nYou asked for /a/path\n") != std::string::npos);
    server.process.stop();
}

TEST_CASE("the HTTP client says why it got no page", "[examples]") {
    std::string address;
    {
        example server("http_server");
        address = server.address;
        server.process.stop();
    }
    program client(binary("http_client"), {address});
    CHECK(client.wait() == 1);
    CHECK(client.output().find("refused") != std::string::npos);
}

TEST_CASE("the HTTP server gives a posted body back", "[examples]") {
    example server("http_server");
    auto client = server.connect();
    client.send("POST / HTTP/1.0\r\ncontent-LENGTH:  5\r\n\r\nhel");
    client.send("lo and more than it should");
    const auto answer = client.read_to_eof();
    CHECK(answer.find("HTTP/1.0 200 OK\r\n") == 0);
    CHECK(answer.ends_with("\r\n\r\nhello"));
    server.process.stop();
}

TEST_CASE("the HTTP server refuses what it cannot do", "[examples]") {
    example server("http_server");
    const auto ask = [&](const std::string& request) {
        auto client = server.connect();
        client.send(request);
        return client.read_until("\r\n");
    };
    CHECK(ask("PUT / HTTP/1.0\r\n\r\n") == "HTTP/1.0 501 Not Implemented\r\n");
    CHECK(ask("POST / HTTP/1.0\r\n\r\n") == "HTTP/1.0 411 Length Required\r\n");
    CHECK(ask("POST / HTTP/1.0\r\nContent-Length: 9999999\r\n\r\n") ==
          "HTTP/1.0 413 Content Too Large\r\n");
    CHECK(ask("GET / HTTP/1.0\r\nX: " + std::string(20000, 'x')) ==
          "HTTP/1.0 431 Request Header Fields Too Large\r\n");
    server.process.stop();
}
