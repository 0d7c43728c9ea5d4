// dispatcher_with_send where the kernel does not take all at once.
#include "support/sim_stage.hpp"

#include <reactor/dispatcher_with_send.hpp>

#include <cerrno>
#include <memory>
#include <string>

using namespace sim_test;

namespace {

class buffered : public reactor::dispatcher_with_send {
public:
    buffered(reactor::loop& owner, int fd) : dispatcher_with_send(owner, reactor::unique_fd{fd}) {}

    record seen;

protected:
    void handle_read() override { (void)recv(receive_buffer()); }
    void handle_close(std::error_code ec) override {
        ++seen.closes;
        seen.reason = ec;
    }
};

struct with_send_stage : stage {
    explicit with_send_stage(std::size_t send_capacity = 64 * 1024)
        : pair((w.set_send_capacity(send_capacity), w.connect_pair())),
          channel(std::make_unique<buffered>(loop, pair.fd)) {
        turn();
        w.reset_counts();
    }

    connected_pair pair;
    std::unique_ptr<buffered> channel;
};

} // namespace

TEST_CASE("a dispatcher_with_send gives the others their turn after each 256 KiB",
          "[with_send][E35][E37]") {
    with_send_stage s(8 * 1024 * 1024);
    auto [fd, other] = s.w.connect_pair();
    buffered second(s.loop, fd);
    const std::string text(600 * 1024, 'x');
    s.channel->send(text);
    second.send("short");
    s.turn();
    CHECK(other.received() == "short");
    CHECK(s.pair.other.received() == text);
    CHECK(s.w.count(call::send, s.pair.fd) == 3); // 256, 256 and 88 KiB
    s.no_findings();
}

TEST_CASE("a dispatcher_with_send whose peer takes nothing for too long is let go",
          "[with_send][E34][defect26]") {
    with_send_stage s;
    s.pair.other.stop_reading();
    s.channel->send(std::string(1024 * 1024, 'x'));
    s.turn(3);
    s.pass(29s);
    CHECK(s.channel->seen.closes == 0);
    s.pass(2s);
    CHECK(s.channel->seen.closes == 1);
    CHECK(s.channel->seen.reason == reactor::errc::no_progress);
}

TEST_CASE("each byte that a peer takes gives a dispatcher_with_send time anew",
          "[with_send][E34]") {
    with_send_stage s;
    s.pair.other.stop_reading();
    s.channel->send(std::string(1024 * 1024, 'x'));
    s.turn(3);
    for (int i = 0; i < 5; ++i) {
        s.pass(20s);
        s.pair.other.read_some(64 * 1024);
        s.turn(2);
    }
    CHECK(s.channel->seen.closes == 0);
    s.pass(31s);
    CHECK(s.channel->seen.reason == reactor::errc::no_progress);
}

TEST_CASE("a send of a dispatcher_with_send that finds no buffers is tried again",
          "[with_send][defect39]") {
    with_send_stage s;
    s.w.faults().fail(call::send, ENOBUFS);
    s.channel->send("hello");
    s.turn();
    CHECK(s.channel->output_size() == 5);
    s.pass(1ms);
    CHECK(s.pair.other.received() == "hello");
    CHECK(s.channel->seen.closes == 0);
    s.no_findings();
}

TEST_CASE("a dispatcher_with_send may be destroyed with output pending", "[with_send][E39]") {
    with_send_stage s;
    s.pair.other.stop_reading();
    s.channel->send(std::string(1024 * 1024, 'x'));
    s.turn(2);
    s.channel.reset();
    s.turn(2);
    CHECK(s.loop.output_memory() == 0);
    CHECK(s.loop.size() == 0);
}

TEST_CASE("the loop's memory limit closes the dispatcher_with_send with the most output",
          "[with_send][defect26]") {
    reactor::loop_options options;
    options.max_output_bytes = 512 * 1024;
    stage s(options);
    auto small = s.w.connect_pair();
    auto large = s.w.connect_pair();
    small.other.stop_reading();
    large.other.stop_reading();
    buffered less(s.loop, small.fd);
    buffered more(s.loop, large.fd);
    less.send(std::string(200 * 1024, 'x'));
    more.send(std::string(900 * 1024, 'x'));
    s.turn(3);
    CHECK(more.seen.reason == reactor::errc::memory_limit);
    CHECK(less.seen.closes == 0);
}
