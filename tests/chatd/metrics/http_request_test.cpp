#include "chatd/metrics/http_request.hpp"

#include "support/catch.hpp"

#include <initializer_list>
#include <string>
#include <string_view>

using chatd::http_request;
using chatd::http_status;
using progress = http_request::progress;

namespace {

/// Feeds lines until the request has come to an end one way or the other.
progress feed(http_request& request, std::initializer_list<std::string_view> lines) {
    for (const auto line : lines)
        if (const auto now = request.take_line(line); now != progress::more)
            return now;
    return progress::more;
}

http_status fault(std::initializer_list<std::string_view> lines) {
    http_request request;
    return feed(request, lines) == progress::failed ? request.error() : http_status::ok;
}

bool keeps_alive(std::initializer_list<std::string_view> lines) {
    http_request request;
    CHECK(feed(request, lines) == progress::complete);
    return request.keeps_alive();
}

} // namespace

TEST_CASE("a request is read with either kind of line end", "[chatd][http]") {
    const std::string_view end = GENERATE("", "\r");
    http_request request;
    CHECK(request.empty());
    CHECK(request.take_line("GET /metrics?name[]=a HTTP/1.1" + std::string{end}) == progress::more);
    CHECK(request.take_line("Host: localhost" + std::string{end}) == progress::more);
    CHECK(request.take_line(end) == progress::complete);
    CHECK(request.method() == "GET");
    CHECK(request.path() == "/metrics");
    CHECK_FALSE(request.empty());
}

TEST_CASE("an absolute target counts by its path", "[chatd][http]") {
    http_request request;
    CHECK(feed(request, {"GET http://localhost:9191/healthz HTTP/1.1", ""}) == progress::complete);
    CHECK(request.path() == "/healthz");
    http_request bare;
    CHECK(feed(bare, {"GET http://localhost HTTP/1.1", ""}) == progress::complete);
    CHECK(bare.path() == "/");
}

TEST_CASE("one empty line before a request is forgiven", "[chatd][http]") {
    http_request request;
    CHECK(feed(request, {"\r", "GET / HTTP/1.0\r", "\r"}) == progress::complete);
    CHECK(fault({"\r", "\r"}) == http_status::bad_request);
}

TEST_CASE("a connection stays open as version and fields say", "[chatd][http]") {
    CHECK(keeps_alive({"GET / HTTP/1.1", ""}));
    CHECK_FALSE(keeps_alive({"GET / HTTP/1.0", ""}));
    CHECK(keeps_alive({"GET / HTTP/1.0", "connection: x, Keep-Alive", ""}));
    CHECK_FALSE(keeps_alive({"GET / HTTP/1.1", "CONNECTION: foo ,\tclose", ""}));
    CHECK(keeps_alive({"GET / HTTP/1.1", "Connection: closed", ""}));
    CHECK(keeps_alive({"GET / HTTP/1.1", "Content-Length: 0", ""}));
    CHECK_FALSE(keeps_alive({"GET / HTTP/1.1", "Content-Length: 5", ""}));
    CHECK_FALSE(keeps_alive({"GET / HTTP/1.1", "Transfer-Encoding: chunked", ""}));
}

TEST_CASE("what is no request is refused at its first wrong line", "[chatd][http]") {
    using namespace std::string_view_literals;
    CHECK(fault({"login alice"}) == http_status::bad_request);
    CHECK(fault({"GET /"}) == http_status::bad_request);
    CHECK(fault({"GET  HTTP/1.1"}) == http_status::bad_request);
    CHECK(fault({" GET / HTTP/1.1"}) == http_status::bad_request);
    CHECK(fault({"GET / HTTP/1.1 "}) == http_status::bad_request);
    CHECK(fault({"GET / http/1.1"}) == http_status::bad_request);
    CHECK(fault({"G\x01T / HTTP/1.1"}) == http_status::bad_request);
    CHECK(fault({"GET metrics HTTP/1.1"}) == http_status::bad_request);
    CHECK(fault({"GET /\0 HTTP/1.1"sv}) == http_status::bad_request);
    CHECK(fault({"\x16\x03\x01\x02"}) == http_status::bad_request); // TLS
    CHECK(fault({"PRI * HTTP/2.0"}) == http_status::version_not_supported);
    CHECK(fault({"GET / HTTP/1.1", "no colon"}) == http_status::bad_request);
    CHECK(fault({"GET / HTTP/1.1", "Host: a", " folded: b"}) == http_status::bad_request);
    CHECK(fault({"GET / HTTP/1.1", "a name: b"}) == http_status::bad_request);
}

TEST_CASE("a request's head is bounded in all its parts", "[chatd][http]") {
    const std::string line = "GET /" + std::string(http_request::max_request_line - 14, 'a');
    CHECK(fault({line + " HTTP/1.1"}) == http_status::ok);
    CHECK(fault({line + "a HTTP/1.1"}) == http_status::uri_too_long);
    const std::string request = "GET / HTTP/1.1"; // with their LFs and that of the end: 16 bytes
    const std::string field = "x: " + std::string(http_request::max_head - 20, 'y');
    CHECK(fault({request, field, ""}) == http_status::ok);
    CHECK(fault({request, field + "y", ""}) == http_status::header_too_large);
}
