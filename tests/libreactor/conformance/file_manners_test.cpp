// What a channel over a file leaves alone: SIGPIPE's disposition, others' flags; and what it
// refuses.
#include "file_channels.hpp"

#include <reactor/error.hpp>

#include <sys/wait.h>

#include <csignal>
#include <memory>
#include <system_error>
#include <utility>

using namespace file_channels;

// ---- SIGPIPE

TEST_CASE("writing to a pipe that nobody reads ends the channel and not the process",
          "[files][E16]") {
    files_test t;
    struct sigaction deadly {
    }, former{}, action{};
    deadly.sa_handler = SIG_DFL;
    REQUIRE(::sigaction(SIGPIPE, &deadly, &former) == 0); // whatever started the test ignores
    auto [to_read, to_write] = make_pipe();
    auto channel = t.lines_over(std::move(to_write));
    to_read.reset();
    SECTION("with one piece") { channel->push("hello\n"); }
    SECTION("with several") {
        for (int i = 0; i < 3; ++i)
            CHECK(channel->push_with_producer(std::make_unique<reactor::simple_producer>("x")));
    }
    t.run_until("it has ended", [&] { return channel->closes == 1; });
    CHECK(channel->reason == std::errc::broken_pipe);
    CHECK(::sigaction(SIGPIPE, nullptr, &action) == 0);
    CHECK(action.sa_handler == SIG_DFL);
    sigset_t set;
    ::sigpending(&set);
    CHECK(::sigismember(&set, SIGPIPE) == 0);
    ::pthread_sigmask(SIG_BLOCK, nullptr, &set);
    CHECK(::sigismember(&set, SIGPIPE) == 0);
    ::sigaction(SIGPIPE, &former, nullptr);
}

TEST_CASE("a SIGPIPE that was pending before stays so", "[files][E16]") {
    files_test t;
    sigset_t only, former, pending;
    ::sigemptyset(&only);
    ::sigaddset(&only, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &only, &former);
    const bool raised = GENERATE(true, false);
    if (raised)
        ::raise(SIGPIPE);
    auto [to_read, to_write] = make_pipe();
    auto channel = t.lines_over(std::move(to_write));
    to_read.reset();
    channel->push("hello\n");
    t.iterate(3);
    CHECK(channel->reason == std::errc::broken_pipe);
    ::sigpending(&pending);
    CHECK((::sigismember(&pending, SIGPIPE) == 1) == raised);
    int taken = 0;
    if (raised)
        ::sigwait(&only, &taken);
    ::pthread_sigmask(SIG_SETMASK, &former, nullptr);
}

// ---- O_NONBLOCK

TEST_CASE("the caller's descriptor blocks again when its channel is gone", "[files][defect40]") {
    files_test t;
    auto [to_read, to_write] = make_pipe();
    auto channel = std::make_unique<reader>(t.loop, to_read.get());
    CHECK(is_nonblocking(to_read.get())); // the flag is the open file's
    SECTION("destroyed") { channel.reset(); }
    SECTION("closed") { channel->close(); }
    SECTION("detached") { CHECK_FALSE(is_nonblocking(channel->detach().get())); }
    SECTION("come to its end") {
        to_write.reset();
        t.run_until("it has ended", [&] { return channel->closes == 1; });
    }
    CHECK_FALSE(is_nonblocking(to_read.get()));
}

TEST_CASE("the caller's descriptor blocks again when the loop is gone", "[files]") {
    auto [to_read, to_write] = make_pipe();
    {
        reactor::loop loop;
        loop.spawn<reader>(to_read.get());
        loop.run_once();
        CHECK(is_nonblocking(to_read.get()));
    }
    CHECK_FALSE(is_nonblocking(to_read.get()));
}

TEST_CASE("what another process inherited blocks for it again", "[files][defect40]") {
    files_test t;
    auto [to_read, to_write] = make_pipe();
    auto [to_wait, to_go_on] = make_pipe();
    const pid_t other = ::fork();
    REQUIRE(other >= 0);
    if (other == 0) {
        ::dup2(to_read.get(), STDIN_FILENO);
        (void)read_some(to_wait.get());
        ::_exit(is_nonblocking(STDIN_FILENO) ? 1 : 0);
    }
    auto channel = std::make_unique<reader>(t.loop, to_read.get());
    write_all(to_write.get(), "hello");
    t.run_until("it is read", [&] { return channel->input == "hello"; });
    channel.reset();
    write_all(to_go_on.get(), "x");
    int status = -1;
    REQUIRE(::waitpid(other, &status, 0) == other);
    CHECK(status == 0);
}

TEST_CASE("the two channels of one terminal do not make each other block", "[files]") {
    files_test t;
    terminal pty;
    reader input(t.loop, pty.slave.get());
    auto output = t.lines_over(unique_fd::duplicate(pty.slave.get()));
    input.close();
    CHECK(is_nonblocking(pty.slave.get()));
    output->close();
    CHECK_FALSE(is_nonblocking(pty.slave.get()));
}

// ---- what is refused

TEST_CASE("a descriptor that is none cannot be a file", "[files][bad_use]") {
    files_test t;
    hooked::lines channel(t.loop);
    std::error_code ec;
    channel.set_file(unique_fd{}, ec);
    CHECK(ec == std::errc::bad_file_descriptor);
    auto [to_read, to_write] = make_pipe();
    const int closed = to_read.get();
    to_read.reset();
    channel.set_file(unique_fd{closed}, ec);
    CHECK(ec == std::errc::bad_file_descriptor);
    CHECK_THROWS_AS(channel.set_file(unique_fd{closed}), std::system_error);
    CHECK_THROWS_AS(reader(t.loop, closed), std::system_error);
    CHECK_FALSE(unique_fd::duplicate(closed, ec));
    CHECK(ec == std::errc::bad_file_descriptor);
    CHECK_THROWS_AS(unique_fd::duplicate(closed), std::system_error);
    channel.set_file(std::move(to_write), ec);
    CHECK_FALSE(ec);
    channel.set_file(unique_fd::duplicate(channel.fileno()), ec);
    CHECK(ec == reactor::errc::already_open);
}

TEST_CASE("a directory is no file to read", "[files][bad_use]") {
    files_test t;
    auto channel = t.lines_over(opened("/", O_RDONLY | O_DIRECTORY));
    t.run_until("it has ended", [&] { return channel->closes == 1; });
    CHECK(channel->reason == std::errc::is_a_directory);
}
