// Pipes and terminals over the simulated system, and the flag that they share with others.
#include "support/sim_files.hpp"
#include "system.hpp"

#include <cerrno>
#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace sim_test;

namespace {

bool is_nonblocking(int fd) {
    const auto before = reactor::system::set_nonblocking(fd, true);
    if (before.value == 0)
        reactor::system::set_nonblocking(fd, false);
    return before.value == 1;
}

} // namespace

// ---- pipes and terminals

TEST_CASE("lines come through a pipe to the last one", "[files]") {
    stage s;
    auto [fd, other] = s.w.open_file(file_kind::pipe_to_read);
    const auto channel = lines_over(s.loop, fd);
    s.turn();
    other.send("one\ntw");
    s.turn(2);
    other.send("o\nthree\n");
    other.close();
    s.turn(3);
    CHECK(channel->seen->lines == std::vector<std::string>{"one", "two", "three"});
    CHECK(channel->seen->eofs == 1);
    CHECK(channel->seen->closes == 1);
    CHECK_FALSE(channel->seen->reason);
    CHECK(s.w.count(call::recv) == 0);
    s.no_findings();
}

TEST_CASE("output waits for room in a pipe", "[files]") {
    stage s;
    auto [fd, other] = s.w.open_file(file_kind::pipe_to_write);
    const auto channel = lines_over(s.loop, fd);
    other.stop_reading();
    const std::string much(200'000, 'y');
    channel->push(much);
    channel->close_when_done();
    s.turn(3);
    CHECK(other.unread() == 65536);
    s.w.reset_counts();
    s.pass(1s);
    CHECK(s.waits() <= 3);
    other.resume_reading();
    s.turn(8);
    CHECK(other.received() == much);
    CHECK(channel->seen->closes == 1);
    CHECK_FALSE(channel->seen->reason);
    CHECK(s.sends() == 0);
    CHECK(s.w.count(call::read) == 0); // what can only be written to is not read
    CHECK_FALSE(s.w.is_open(fd));
    s.no_findings();
}

TEST_CASE("a pipe that nobody reads any more ends its writer with broken_pipe", "[files][E16]") {
    stage s;
    auto [fd, other] = s.w.open_file(file_kind::pipe_to_write);
    const auto channel = lines_over(s.loop, fd);
    s.turn();
    SECTION("when it writes") {
        other.close();
        s.w.reset_counts();
        s.pass(1s);
        CHECK(s.waits() <= 3); // nothing to write: nobody is told, nothing spins
        CHECK(channel->is_open());
        channel->push("hello\n");
    }
    SECTION("when it waits for room") {
        other.stop_reading();
        channel->push(std::string(100'000, 'y'));
        s.turn(3);
        other.close();
    }
    s.turn(3);
    CHECK(channel->seen->closes == 1);
    CHECK(channel->seen->reason == std::errc::broken_pipe);
    CHECK(channel->seen->eofs == 0);
    s.no_findings();
}

TEST_CASE("a terminal that hangs up is an end of input", "[files]") {
    stage s;
    auto [fd, other] = s.w.open_file(file_kind::terminal);
    const auto channel = lines_over(s.loop, fd);
    s.turn();
    other.send("one\n");
    channel->push("two\n");
    s.turn(2);
    CHECK(other.received() == "two\n");
    other.send("three\n");
    other.close();
    s.turn(3);
    CHECK(channel->seen->lines == std::vector<std::string>{"one", "three"});
    CHECK(channel->seen->eofs == 1);
    CHECK(channel->seen->closes == 1);
    CHECK_FALSE(channel->seen->reason);
}

TEST_CASE("what cannot be read from or written to says so", "[files]") {
    stage s;
    auto [fd, other] = s.w.open_file(file_kind::pipe_to_read);
    const auto channel = lines_over(s.loop, fd);
    channel->push("hello\n");
    s.turn();
    CHECK(channel->seen->reason == std::errc::bad_file_descriptor);
}

TEST_CASE("interrupted and shortened reads and writes of a file lose nothing", "[files]") {
    stage s;
    auto [fd, other] = s.w.open_file(file_kind::terminal);
    const auto channel = lines_over(s.loop, fd);
    s.w.faults().fail(call::read, EINTR, {.times = 3});
    s.w.faults().shorten(call::read, 2, {.times = 5});
    s.w.faults().fail(call::write, EINTR, {.times = 3});
    s.w.faults().shorten(call::write, 3, {.times = 2});
    other.send("hello\nworld\n");
    channel->push("good\n");
    channel->push_alone("bye\n");
    s.turn(10);
    CHECK(channel->seen->lines == std::vector<std::string>{"hello", "world"});
    CHECK(other.received() == "good\nbye\n");
}

// ---- O_NONBLOCK

TEST_CASE("a borrowed descriptor blocks again after its channel", "[files]") {
    stage s;
    auto [fd, other] = s.w.open_file(file_kind::terminal);
    const int shared = s.w.duplicate(fd);
    REQUIRE_FALSE(is_nonblocking(shared));
    auto channel = std::make_unique<file>(s.loop, fd);
    CHECK(is_nonblocking(shared));
    SECTION("closed") { channel->close(); }
    SECTION("destroyed") { channel.reset(); }
    SECTION("detached") { CHECK(channel->detach().get() == fd); }
    SECTION("ended by the other side") {
        s.turn();
        other.close();
        s.turn(3);
    }
    CHECK_FALSE(is_nonblocking(shared));
}

TEST_CASE("a descriptor that did not block stays so", "[files]") {
    stage s;
    auto [fd, other] = s.w.open_file(file_kind::terminal);
    const int shared = s.w.duplicate(fd);
    reactor::system::set_nonblocking(shared, true);
    { file channel(s.loop, fd); }
    CHECK(is_nonblocking(shared));
}

TEST_CASE("channels that share an open file do not make each other block", "[files]") {
    stage s;
    auto [fd, other] = s.w.open_file(file_kind::terminal);
    auto [stranger_fd, stranger] = s.w.open_file(file_kind::terminal);
    reactor::system::set_nonblocking(stranger_fd, true);
    const int shared = s.w.duplicate(fd);
    const int stranger_shared = s.w.duplicate(stranger_fd);
    auto unrelated = std::make_unique<file>(s.loop, stranger_fd);
    auto input = std::make_unique<file>(s.loop, s.w.duplicate(fd));
    auto output = std::make_unique<file>(s.loop, s.w.duplicate(fd));
    auto third = std::make_unique<file>(s.loop, fd);
    const bool reversed = GENERATE(false, true);
    if (reversed)
        std::swap(input, third);
    input.reset();
    CHECK(is_nonblocking(shared));
    output.reset();
    CHECK(is_nonblocking(shared));
    third.reset();
    CHECK_FALSE(is_nonblocking(shared));
    unrelated.reset();
    CHECK(is_nonblocking(stranger_shared));
}

TEST_CASE("a forked child does not make its parent's files block", "[files][E23]") {
    stage s;
    auto [fd, other] = s.w.open_file(file_kind::terminal);
    const int shared = s.w.duplicate(fd);
    auto channel = std::make_unique<file>(s.loop, fd);
    s.turn();
    s.w.set_process_id(4343);
    SECTION("when it only lets go") {}
    SECTION("when it takes the loop over") {
        s.loop.after_fork_child();
        other.send("hello");
        s.turn(2);
        CHECK(channel->seen->input == "hello");
    }
    channel.reset();
    CHECK(is_nonblocking(shared));
}
