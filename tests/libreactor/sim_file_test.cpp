// Simulated pipes, terminals, devices and files behave as those of Linux.
#include "sim_calls.hpp"

#include <reactor/sim/file.hpp>
#include <reactor/sim/world.hpp>

#include <fcntl.h>
#include <sys/stat.h>

#include <poll.h>

using namespace sim_calls;
using reactor::sim::call;
using reactor::sim::file_kind;
using reactor::sim::world;

namespace {

std::string read(int fd, std::size_t limit = 4096) {
    std::string buffer(limit, '\0');
    const auto given = system::read(fd, buffer);
    return given.ok() ? buffer.substr(0, static_cast<std::size_t>(given.value)) : text_of(given);
}

system::result write(int fd, std::string_view bytes) {
    const iovec piece{const_cast<char*>(bytes.data()), bytes.size()}; // only read
    return system::write(fd, {&piece, 1});
}

} // namespace

TEST_CASE("a simulated file is read from its front and written to at its end", "[sim][files]") {
    world w;
    const int fd = w.make_file("hello");
    CHECK(system::file_type(fd).value == S_IFREG);
    CHECK(system::access_mode(fd).value == O_RDWR);
    CHECK(read(fd, 3) == "hel");
    CHECK(read(fd) == "lo");
    CHECK(read(fd).empty());
    CHECK(write(fd, "more").value == 4);
    CHECK(w.written_to(fd) == "more");
    CHECK(ready(fd) == (POLLIN | POLLOUT));
    CHECK(error_of(system::recv(fd, {}, 0)) == ENOTSOCK);
    CHECK(w.count(call::read) == 3);
}

TEST_CASE("a simulated pipe blocks when it is empty and ends with its writer", "[sim][files]") {
    world w;
    auto [fd, other] = w.open_file(file_kind::pipe_to_read);
    CHECK(system::set_nonblocking(fd, true).value == 0);
    CHECK(system::file_type(fd).value == S_IFIFO);
    CHECK(system::access_mode(fd).value == O_RDONLY);
    CHECK(ready(fd) == 0);
    CHECK(read(fd) == error_text(EAGAIN));
    other.send("hello");
    CHECK(ready(fd) == POLLIN);
    other.close();
    CHECK(ready(fd) == (POLLIN | POLLHUP));
    CHECK(read(fd) == "hello");
    CHECK(ready(fd) == POLLHUP);
    CHECK(read(fd).empty());
    CHECK(error_of(write(fd, "x")) == EBADF);
    CHECK_FALSE(other.ended());
    system::close(fd);
    CHECK(other.ended());
}

TEST_CASE("a simulated pipe takes what it has room for", "[sim][files]") {
    world w;
    auto [fd, other] = w.open_file(file_kind::pipe_to_write);
    system::set_nonblocking(fd, true);
    CHECK(read(fd) == error_text(EBADF));
    other.stop_reading();
    CHECK(write(fd, std::string(100'000, 'x')).value == 65536);
    CHECK(ready(fd) == 0);
    CHECK(error_of(write(fd, "x")) == EAGAIN);
    CHECK(other.read_some(100) == 100);
    CHECK(ready(fd) == 0);                                       // less than PIPE_BUF
    CHECK(error_of(write(fd, std::string(200, 'x'))) == EAGAIN); // all or nothing
    other.resume_reading();
    CHECK(other.take().size() == 65536);
    CHECK(ready(fd) == POLLOUT);
    other.close();
    CHECK(ready(fd) == (POLLOUT | POLLERR));
    CHECK(error_of(write(fd, "x")) == EPIPE);
}

TEST_CASE("a simulated terminal hangs up with an error", "[sim][files]") {
    world w;
    auto [fd, other] = w.open_file(file_kind::terminal);
    CHECK(system::is_terminal(fd));
    CHECK(system::file_type(fd).value == S_IFCHR);
    other.close();
    CHECK(ready(fd) == (POLLOUT | POLLHUP));
    CHECK(read(fd) == error_text(EIO));
    CHECK(error_of(write(fd, "x")) == EIO);
}

TEST_CASE("a duplicate shares the simulated file and its flags", "[sim][files]") {
    world w;
    auto [fd, other] = w.open_file(file_kind::terminal);
    const int copy = fd_of(system::duplicate(fd));
    CHECK(system::set_nonblocking(copy, true).value == 0);
    CHECK(system::set_nonblocking(fd, true).value == 1);
    system::close(fd);
    other.send("hello");
    CHECK(read(copy) == "hello");
    CHECK(error_of(system::duplicate(fd)) == EBADF);
}

TEST_CASE("read and write serve simulated sockets too", "[sim][files]") {
    world w;
    auto [fd, other] = w.connect_pair();
    other.send("hello");
    CHECK(read(fd) == "hello");
    CHECK(write(fd, "answer").value == 6);
    CHECK(other.received() == "answer");
    CHECK(system::file_type(fd).value == S_IFSOCK);
}
