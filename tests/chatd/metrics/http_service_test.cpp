#include "chatd/metrics/http_service.hpp"

#include "support/captured_stderr.hpp"
#include "support/catch.hpp"
#include "support/loop_fixture.hpp"
#include "support/temp_dir.hpp"

#include <chrono>
#include <filesystem>
#include <list>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

using namespace std::chrono_literals;

namespace {

/// A service on a UNIX socket whose pages are big on demand, and its clients.
class http_stage : public support::loop_fixture {
public:
    explicit http_stage(chatd::http_limits bounds = {})
        : service(
              loop, limits, log, [this](std::string_view path) { return answer(path); }, bounds) {
        std::string why;
        const auto where = chatd::listen_spec::parse("unix:" + directory.file("http"));
        REQUIRE(service.listen(where.value(), why));
    }

    support::scripted_peer& client() {
        auto& made = clients.emplace_back(service.addresses().front());
        also_pump(made);
        const auto before = service.counts().connections;
        run_until("the client is accepted", [&] { return service.counts().connections > before; });
        return made;
    }
    /// What a client that sends `text` gets until the service ends the connection.
    std::string exchange(std::string_view text) {
        auto& peer = client();
        peer.send(text);
        run_until("the connection has ended", [&] { return peer.ended(); });
        return peer.received();
    }
    void run_until_gone() {
        run_until("no connection is left", [&] { return service.connections() == 0; });
    }

    support::temp_dir directory;
    chatd::limits limits;
    chatd::logger log{[](std::string_view) {}};
    std::list<support::scripted_peer> clients;
    std::size_t big = std::size_t{4} * 1024 * 1024;
    int answers = 0;
    chatd::http_service service;

private:
    chatd::http_answer answer(std::string_view path) {
        ++answers;
        if (path == "/throw")
            throw std::runtime_error("as asked");
        if (path == "/big")
            return {.body = std::string(big, 'b')};
        return {.body = std::string(path) + "\n"};
    }
};

bool begins(std::string_view text, std::string_view with) { return text.starts_with(with); }

} // namespace

TEST_CASE("a GET is answered with its length and closed when asked", "[chatd][http]") {
    http_stage stage;
    const auto got = stage.exchange("GET /a HTTP/1.1\r\nConnection: close\r\n\r\n");
    CHECK(begins(got, "HTTP/1.1 200 OK\r\n"));
    CHECK(got.find("\r\nContent-Length: 3\r\n") != std::string::npos);
    CHECK(got.find("\r\nConnection: close\r\n") != std::string::npos);
    CHECK(got.ends_with("\r\n\r\n/a\n"));
}

TEST_CASE("a HEAD is answered like a GET without the body", "[chatd][http]") {
    http_stage stage;
    const auto got = stage.exchange("HEAD /a HTTP/1.0\r\n\r\n");
    CHECK(begins(got, "HTTP/1.1 200 OK\r\n"));
    CHECK(got.find("\r\nContent-Length: 3\r\n") != std::string::npos);
    CHECK(got.ends_with("\r\n\r\n"));
}

TEST_CASE("a connection serves one request after the other", "[chatd][http]") {
    http_stage stage;
    auto& peer = stage.client();
    for (const std::string path : {"/one", "/two", "/three"}) {
        peer.send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
        stage.run_until("the answer is there",
                        [&] { return peer.received().ends_with("\r\n\r\n" + path + "\n"); });
    }
    CHECK_FALSE(peer.ended());
}

TEST_CASE("pipelined requests are answered in order and one at a time", "[chatd][http]") {
    http_stage stage;
    auto& peer = stage.client();
    peer.never_read();
    std::string requests;
    for (int i = 0; i < 50; ++i)
        requests += "GET /big HTTP/1.1\r\n\r\n";
    peer.send(requests + "GET /last HTTP/1.0\r\n\r\n");
    stage.run_until("the first answer waits", [&] { return stage.answers > 0; });
    stage.iterate(200);
    CHECK(stage.answers == 1); // it is not taken: the others are not even made
    CHECK(stage.loop.output_memory() < 2 * stage.big + 65536);
    peer.read_again();
    stage.run_until("all is taken", [&] { return peer.ended(); });
    CHECK(stage.answers == 51);
    CHECK(peer.received().ends_with("/last\n"));
}

TEST_CASE("a client that ends its side early still gets its answer", "[chatd][http]") {
    http_stage stage;
    auto& peer = stage.client();
    peer.send("GET /a HTTP/1.1\r\n\r\n");
    peer.half_close();
    stage.run_until("the connection has ended", [&] { return peer.ended(); });
    CHECK(peer.received().ends_with("/a\n"));
}

TEST_CASE("other methods are refused by naming the right ones", "[chatd][http]") {
    http_stage stage;
    const auto got =
        stage.exchange("POST /a HTTP/1.1\r\nContent-Length: 5\r\n\r\nhelloGET / HTTP/1.1\r\n\r\n");
    CHECK(begins(got, "HTTP/1.1 405 Method Not Allowed\r\n"));
    CHECK(got.find("\r\nAllow: GET, HEAD\r\n") != std::string::npos);
    CHECK(stage.answers == 0);
    CHECK(stage.service.counts().refused == 1);
}

TEST_CASE("a body is never taken for a request", "[chatd][http]") {
    http_stage stage;
    const auto got = stage.exchange("GET /a HTTP/1.1\r\nContent-Length: 19\r\n\r\n"
                                    "GET /b HTTP/1.1\r\n\r\n");
    CHECK(got.ends_with("/a\n"));
    CHECK(stage.answers == 1);
}

TEST_CASE("garbage is told so and closed", "[chatd][http]") {
    http_stage stage;
    CHECK(begins(stage.exchange("login alice\n"), "HTTP/1.1 400 Bad Request\r\n"));
    CHECK(begins(stage.exchange(std::string(20'000, 'x')), "HTTP/1.1 414 URI Too Long\r\n"));
    std::string fields = "GET / HTTP/1.1\r\n";
    for (int i = 0; i < 2000; ++i)
        fields += "x: 1\r\n";
    CHECK(begins(stage.exchange(fields), "HTTP/1.1 431 Request Header Fields Too Large\r\n"));
    CHECK(stage.answers == 0);
}

TEST_CASE("a head that comes too slowly is cut off", "[chatd][http]") {
    http_stage stage({.request_time = 20ms});
    auto& peer = stage.client();
    peer.send("GET / HTTP/1.1\r\nx: ");
    stage.run_until("the connection has ended", [&] { return peer.ended(); });
    CHECK(begins(peer.received(), "HTTP/1.1 408 Request Timeout\r\n"));
    CHECK(stage.service.counts().timed_out == 1);
}

TEST_CASE("a client that drips bytes gets no more time for it", "[chatd][http]") {
    http_stage stage({.request_time = 50ms});
    auto& peer = stage.client();
    peer.send("GET / HTTP/1.1\r\n");
    stage.run_until("it is told so", [&] {
        if (peer.received().empty())
            peer.send("x: 1\r\n");
        return !peer.received().empty();
    });
    CHECK(begins(peer.received(), "HTTP/1.1 4"));
    peer.close();
    CHECK(stage.answers == 0);
    stage.run_until_gone();
}

TEST_CASE("an answer that is not taken does not wait for ever", "[chatd][http]") {
    http_stage stage({.answer_time = 20ms});
    auto& peer = stage.client();
    peer.never_read();
    peer.send("GET /big HTTP/1.1\r\n\r\n");
    stage.run_until("the answer is made", [&] { return stage.answers == 1; });
    stage.run_until_gone();
    CHECK(stage.service.counts().timed_out == 1);
    CHECK(stage.loop.output_memory() == 0);
}

TEST_CASE("the last answer of a connection does not wait for ever either", "[chatd][http]") {
    for (const std::string_view request :
         {"GET /big HTTP/1.0\r\n\r\n", "GET /big HTTP/1.1\r\nConnection: close\r\n\r\n"}) {
        INFO(request);
        http_stage stage({.answer_time = 20ms});
        auto& peer = stage.client();
        peer.never_read();
        peer.send(request);
        stage.run_until("the answer is made", [&] { return stage.answers == 1; });
        stage.run_until_gone();
        CHECK(stage.service.counts().timed_out == 1);
        CHECK(stage.loop.output_memory() == 0);
    }
}

TEST_CASE("a client that ended its side has as long for its answer", "[chatd][http]") {
    http_stage stage({.answer_time = 20ms});
    auto& peer = stage.client();
    peer.never_read();
    peer.send("GET /big HTTP/1.1\r\n\r\n");
    peer.half_close();
    stage.run_until("the answer is made", [&] { return stage.answers == 1; });
    stage.run_until_gone();
    CHECK(stage.service.counts().timed_out == 1);
}

TEST_CASE("an idle connection is closed in time", "[chatd][http]") {
    http_stage stage({.idle_time = 20ms});
    auto& peer = stage.client();
    peer.send("GET /a HTTP/1.1\r\n\r\n");
    stage.run_until("the connection has ended", [&] { return peer.ended(); });
    CHECK(peer.received().ends_with("/a\n"));
    CHECK(stage.service.counts().timed_out == 0);
    CHECK(stage.service.counts().idle == 1);
}

TEST_CASE("one connection more closes the oldest", "[chatd][http]") {
    http_stage stage({.connections = 3});
    auto& oldest = stage.client();
    stage.client();
    stage.client();
    stage.iterate(3);
    CHECK_FALSE(oldest.ended());
    auto& newest = stage.client();
    stage.run_until("the oldest is closed", [&] { return oldest.ended(); });
    newest.send("GET /a HTTP/1.0\r\n\r\n");
    stage.run_until("the newest is served", [&] { return newest.ended(); });
    CHECK(newest.received().ends_with("/a\n"));
    CHECK(stage.service.counts().evicted == 1);
}

TEST_CASE("one connection has so many requests and no more", "[chatd][http]") {
    http_stage stage({.requests = 2});
    const auto got = stage.exchange("GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n"
                                    "GET /3 HTTP/1.1\r\n\r\n");
    CHECK(got.ends_with("/2\n"));
    CHECK(stage.answers == 2);
    CHECK(stage.service.counts().used_up == 1);
}

TEST_CASE("an answer that cannot be made costs that connection only", "[chatd][http]") {
    http_stage stage;
    auto& peer = stage.client();
    const support::captured_stderr said; // what the channel logs of it
    peer.send("GET /throw HTTP/1.1\r\n\r\n");
    stage.run_until("the connection has ended", [&] { return peer.ended(); });
    CHECK(stage.exchange("GET /a HTTP/1.0\r\n\r\n").ends_with("/a\n"));
}

TEST_CASE("a service that closes leaves nothing open", "[chatd][http]") {
    http_stage stage;
    auto& peer = stage.client();
    stage.service.close();
    stage.run_until("the connection has ended", [&] { return peer.ended(); });
    stage.run_until("the loop has no work", [&] { return !stage.loop.has_work(); });
}

TEST_CASE("a service that is destroyed leaves nothing open", "[chatd][http]") {
    support::loop_fixture stage;
    const support::temp_dir directory;
    const chatd::limits limits;
    chatd::logger log{[](std::string_view) {}};
    std::optional<chatd::http_service> service;
    service.emplace(stage.loop, limits, log, [](std::string_view) { return chatd::http_answer{}; });
    std::string why;
    REQUIRE(
        service->listen(chatd::listen_spec::parse("unix:" + directory.file("http")).value(), why));
    support::scripted_peer peer(service->addresses().front());
    stage.pump({&peer});
    stage.run_until("the client is accepted", [&] { return service->connections() == 1; });
    service.reset();
    stage.run_until("the connection has ended", [&] { return peer.ended(); });
    CHECK_FALSE(stage.loop.has_work());
    CHECK_FALSE(std::filesystem::exists(directory.file("http")));
}

TEST_CASE("an address that is taken is named", "[chatd][http]") {
    http_stage first;
    chatd::http_service second(first.loop, first.limits, first.log,
                               [](std::string_view) { return chatd::http_answer{}; });
    std::string why;
    const auto taken = chatd::listen_spec::parse(first.service.addresses().front().to_string());
    CHECK_FALSE(second.listen(taken.value(), why));
    CHECK(why.find(first.directory.file("http")) != std::string::npos);
}
