// Channels over what is no socket: pipes, FIFOs, terminals, devices, regular files.
#include "file_channels.hpp"

#include "support/poller_limits.hpp"

#include <reactor/dispatcher_with_send.hpp>

#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>

#include <chrono>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

using namespace file_channels;

namespace {

/// Whether an iteration ends no sooner than its timeout.
bool waits(reactor::loop& loop) {
    constexpr std::chrono::milliseconds timeout{20};
    const auto start = std::chrono::steady_clock::now();
    loop.run_once(timeout);
    return std::chrono::steady_clock::now() - start >= timeout;
}

} // namespace

// ---- what asyncore's test did

TEST_CASE("a file_dispatcher works on a duplicate and closes it", "[files]") {
    files_test t;
    auto [to_read, to_write] = make_pipe();
    auto channel = std::make_unique<reader>(t.loop, to_read.get());
    const int copy = channel->fileno();
    CHECK(copy != to_read.get());
    CHECK((::fcntl(copy, F_GETFD) & FD_CLOEXEC) != 0);
    write_all(to_write.get(), "hello");
    t.run_until("it is read", [&] { return channel->input == "hello"; });
    channel.reset();
    CHECK(::fcntl(copy, F_GETFD) < 0);
    CHECK(::fcntl(to_read.get(), F_GETFD) >= 0);
}

TEST_CASE("a file_dispatcher takes a descriptor over and closes it", "[files]") {
    files_test t;
    auto [to_read, to_write] = make_pipe();
    const int fd = to_read.get();
    {
        reader channel(t.loop, std::move(to_read));
        CHECK(channel.fileno() == fd);
        CHECK(channel.connected());
        t.iterate(2);
    }
    CHECK(::fcntl(fd, F_GETFD) < 0);
}

TEST_CASE("a regular file is read to its end and written to", "[files][E29]") {
    files_test t;
    const auto path = t.directory.file("data");
    std::string text;
    for (int i = 0; i < 50'000; ++i)
        text += std::to_string(i) + "\n";
    auto writer = t.lines_over(opened(path, O_WRONLY | O_CREAT));
    CHECK(writer->push(text));
    writer->close_when_done();
    t.run_until("it is written", [&] { return writer->closes == 1; });
    CHECK_FALSE(writer->reason);
    CHECK(contents(path) == text);

    auto again = t.lines_over(opened(path, O_RDONLY));
    t.run_until("it is read", [&] { return again->closes == 1; });
    CHECK(again->got.size() == 50'000);
    CHECK(again->got.back() == "49999");
    CHECK(again->eofs == 1);
    CHECK_FALSE(again->reason);
}

TEST_CASE("the null device is at its end and takes everything", "[files][E29]") {
    files_test t;
    if (const auto why = missing(support::need::devices, t.loop); !why.empty())
        SKIP(why);
    auto channel = t.lines_over(opened("/dev/null", O_RDWR));
    channel->on_eof = [] {};
    t.run_until("it has ended", [&] { return channel->eofs == 1; });
    CHECK(channel->push(std::string(1'000'000, 'x')));
    t.run_until("it has taken all", [&] { return channel->output_size() == 0; });
    t.iterate(3);
    CHECK(waits(t.loop)); // as nothing is wanted
    channel->close();
    t.iterate();
    CHECK(channel->closes == 1);
}

TEST_CASE("a character device without end is read as long as it is wanted", "[files][E29]") {
    files_test t;
    if (const auto why = missing(support::need::devices, t.loop); !why.empty())
        SKIP(why);
    reader channel(t.loop, opened("/dev/zero", O_RDONLY));
    t.run_until("much is read", [&] { return channel.input.size() > 1'000'000; });
    channel.pause_reading();
    t.iterate(2);
    const auto size = channel.input.size();
    t.iterate(5);
    CHECK(channel.input.size() == size);
    channel.resume_reading();
    t.run_until("it goes on", [&] { return channel.input.size() > size; });
}

TEST_CASE("a regular file of which nothing is wanted lets the loop wait", "[files][E29]") {
    files_test t;
    reader channel(t.loop, opened(t.directory.file("data"), O_RDWR | O_CREAT));
    channel.pause_reading();
    t.iterate(2);
    CHECK(waits(t.loop));
    write_all(channel.fileno(), "hello");
    REQUIRE(::lseek(channel.fileno(), 0, SEEK_SET) == 0);
    channel.resume_reading();
    t.run_until("it is read", [&] { return channel.input == "hello"; });
}

TEST_CASE("files that are always ready leave sockets their turn", "[files][E29][E35]") {
    files_test t;
    if (const auto why = missing(support::need::devices, t.loop); !why.empty())
        SKIP(why);
    reader loud(t.loop, opened("/dev/zero", O_RDONLY));
    auto pair = support::make_socket_pair(AF_UNIX);
    hooked::lines quiet(t.loop, std::move(pair.ours));
    support::scripted_peer peer(std::move(pair.theirs));
    t.also_pump(peer);
    for (std::size_t i = 1; i <= 20; ++i) {
        peer.send("hello\n");
        t.run_until("the line is there", [&] { return quiet.got.size() == i; });
        loud.input.clear();
    }
}

// ---- pipes and terminals

TEST_CASE("lines go through a pipe and its end comes after them", "[files]") {
    files_test t;
    auto [to_read, to_write] = make_pipe();
    auto source = t.lines_over(std::move(to_write));
    auto sink = t.lines_over(std::move(to_read));
    CHECK(source->input_ended());   // it has no input
    std::string text(300'000, 'x'); // more than a pipe holds
    for (std::size_t i = 99; i < text.size(); i += 100)
        text[i] = '\n';
    source->push(text);
    source->close_when_done();
    t.run_until("all has come", [&] { return sink->closes == 1; });
    CHECK(sink->got.size() == 3000);
    CHECK(sink->eofs == 1);
    CHECK_FALSE(sink->reason);
    CHECK(source->closes == 1);
    CHECK(source->eofs == 0);
    CHECK_FALSE(source->reason);
}

TEST_CASE("a child's pipes are channels", "[files]") {
    files_test t;
    auto in = make_pipe();
    auto out = make_pipe();
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        ::dup2(in.to_read.get(), 0);
        ::dup2(out.to_write.get(), 1);
        ::execl("/bin/sh", "sh", "-c", "read line; echo \"child got $line\"", nullptr);
        ::_exit(127);
    }
    in.to_read.reset();
    out.to_write.reset();
    auto to_child = t.lines_over(std::move(in.to_write));
    auto from_child = t.lines_over(std::move(out.to_read));
    to_child->push("hello\n");
    t.run_until("it has ended", [&] { return from_child->closes == 1; });
    CHECK(from_child->got == std::vector<std::string>{"child got hello"});
    int status = -1;
    CHECK(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
}

TEST_CASE("a dispatcher_with_send writes to a pipe", "[files]") {
    files_test t;
    auto [to_read, to_write] = make_pipe();
    reactor::dispatcher_with_send channel(t.loop);
    channel.set_file(std::move(to_write));
    channel.send("hello");
    t.iterate(2);
    CHECK(read_some(to_read.get()) == "hello");
}

TEST_CASE("a FIFO is read and written", "[files]") {
    files_test t;
    const auto path = t.directory.file("fifo");
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    auto sink = t.lines_over(opened(path, O_RDONLY | O_NONBLOCK));
    t.iterate(3);
    CHECK(sink->eofs == 0); // no writer yet is no end
    auto source = t.lines_over(opened(path, O_WRONLY));
    source->push("hello\n");
    t.run_until("the line is there", [&] { return sink->got.size() == 1; });
    source->close();
    t.run_until("the end is there", [&] { return sink->closes == 1; });
    CHECK(sink->eofs == 1);
}

TEST_CASE("both sides of a terminal are channels until one hangs up", "[files]") {
    files_test t;
    terminal pty;
    auto master = t.lines_over(std::move(pty.master));
    auto slave = t.lines_over(std::move(pty.slave));
    master->push("typed\n");
    t.run_until("it is typed", [&] { return slave->got.size() == 1; });
    CHECK(slave->got[0] == "typed");
    slave->push("shown\n");
    t.run_until("it is shown", [&] { return master->got.size() == 2; }); // after the echo
    CHECK(master->got[1] == "shown\r");
    const bool by_master = GENERATE(false, true);
    auto& who_hangs_up = by_master ? master : slave;
    auto& other = by_master ? slave : master;
    who_hangs_up->close();
    t.run_until("the hang-up is told", [&] { return other->closes == 1; });
    CHECK(other->eofs == 1);
    CHECK_FALSE(other->reason);
}

TEST_CASE("the packets of a terminal's master are input and nothing urgent", "[files]") {
    class packet_reader final : public reader {
    public:
        using reader::reader;
        int urgent = 0;

    protected:
        void handle_expt() override { ++urgent; }
    };
    files_test t;
    terminal pty;
    const int on = 1;
    REQUIRE(::ioctl(pty.master.get(), TIOCPKT, &on) == 0);
    packet_reader master(t.loop, std::move(pty.master));
    t.iterate(2);
    REQUIRE(::tcflush(pty.slave.get(), TCIFLUSH) == 0); // which the master is told of
    t.run_until("it is told", [&] { return !master.input.empty(); });
    CHECK(master.input == std::string(1, TIOCPKT_FLUSHREAD));
    CHECK(master.urgent == 0);

    master.input.clear();
    write_all(pty.slave.get(), "hello");
    char byte = 0;
    CHECK(master.recv_oob({&byte, 1}).ec == std::errc::not_a_socket);
    t.run_until("the rest is read", [&] { return !master.input.empty(); });
    CHECK(master.input == std::string(1, TIOCPKT_DATA) + "hello");
}
