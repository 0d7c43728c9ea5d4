// What random programs found, each as small as it can be.
#include "support/sim_stage.hpp"

#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

using namespace sim_test;

namespace {

/// Throws for the lines and in the producers that ask for it, and goes on.
class tough_chat : public chat {
public:
    using chat::chat;

protected:
    void handle_error(std::exception_ptr) override { ++errors; }

public:
    int errors = 0;
};

struct failing_producer final : reactor::producer {
    std::string more() override { throw std::runtime_error("no more"); }
};

} // namespace

TEST_CASE("a handler that throws loses no input behind its line", "[async_chat][property]") {
    stage s;
    auto [fd, other] = s.w.connect_pair();
    tough_chat channel(s.loop, fd);
    channel.on_line = [](chat&, const std::string& line) {
        if (line == "bad")
            throw std::runtime_error("bad line");
    };
    SECTION("in one read") { other.send("one\nbad\ntwo\nthr"); }
    SECTION("behind the beginning of a terminator") {
        channel.set_terminator("\r\n");
        other.send("one\r");
        s.turn();
        other.send("\nbad\r\ntwo\r\nthr");
    }
    SECTION("behind a pause") {
        channel.pause_reading();
        other.send("one\nbad\ntwo\nthr");
        s.turn();
        channel.resume_reading();
    }
    s.turn(3);
    CHECK(channel.seen->lines == std::vector<std::string>{"one", "bad", "two"});
    CHECK(channel.errors == 1);
    other.send(std::string("ee") + std::string(channel.get_terminator().bytes()));
    s.turn(2);
    CHECK(channel.seen->lines.back() == "three");
    s.no_findings();
}

TEST_CASE("a producer that throws does not keep back what stands behind it",
          "[async_chat][property]") {
    stage s;
    auto [fd, other] = s.w.connect_pair();
    tough_chat channel(s.loop, fd);
    channel.push("before ");
    channel.push_with_producer(std::make_unique<failing_producer>());
    channel.push("behind");
    s.turn(3);
    CHECK(channel.errors == 1);
    CHECK(other.received() == "before behind");
    CHECK(channel.output_size() == 0);
}

TEST_CASE("a peer that reads on gets all in order", "[sim][property]") {
    stage s;
    s.w.set_keep_segments(true);
    s.w.set_send_capacity(20);
    s.w.set_receive_capacity(10);
    auto [fd, other] = s.w.connect_pair();
    chat channel(s.loop, fd);
    other.stop_reading();
    for (const char* text : {"01234", "56789", "abcdefghij"}) {
        channel.push(text);
        s.turn();
    }
    other.resume_reading();
    s.turn(3);
    CHECK(other.received() == "0123456789abcdefghij");
}
