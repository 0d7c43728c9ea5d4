// Where the control socket is, what it replaces and whom it lets in.

#include <reactor/endpoint.hpp>
#include <reactor/unique_fd.hpp>

#include <fcntl.h>
#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <functional>
#include <optional>
#include <string>

#include "chatd/control/controlled_daemon.hpp"
#include "support/catch.hpp"

using support::daemon_process;
using support::wire_client;

namespace {

constexpr uid_t nobody = 65534;

bool is_socket(const std::string& path) {
    struct stat file {};
    return ::lstat(path.c_str(), &file) == 0 && S_ISSOCK(file.st_mode);
}

/// What a process of user `nobody` with this group hears when it asks for the version.
std::string heard_by_nobody(const std::string& path, gid_t group) {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    const reactor::unique_fd ours{ends[0]};
    reactor::unique_fd theirs{ends[1]};
    const pid_t child = ::fork();
    if (child == 0) {
        const auto address = reactor::endpoint::unix_path(path);
        const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
        std::array<char, 256> heard{};
        ssize_t size = 0;
        if (::setgroups(1, &group) != 0 || ::setgid(nobody) != 0 || ::setuid(nobody) != 0)
            size = -1;
        else if (::connect(fd, address.native(), address.native_size()) != 0)
            size = std::snprintf(heard.data(), heard.size(), "connect: %d", errno);
        else if (::send(fd, "version\n", 8, MSG_NOSIGNAL) >= -1)
            size = ::read(fd, heard.data(), heard.size());
        if (size > 0 && ::write(theirs.get(), heard.data(), static_cast<std::size_t>(size)) < 0)
            ::_exit(2);
        ::_exit(0);
    }
    theirs.reset();
    std::string all;
    std::array<char, 256> piece{};
    for (ssize_t size = 0; (size = ::read(ours.get(), piece.data(), piece.size())) > 0;)
        all.append(piece.data(), static_cast<std::size_t>(size));
    ::waitpid(child, nullptr, 0);
    return all;
}

/// The daemon runs, without control socket, and its log says why.
void check_without_control(const daemon_process& daemon, const std::string& reason) {
    CHECK(has(daemon.log(), "error control_unavailable reason="));
    CHECK(has(daemon.log(), reason));
    const auto alice = wire_client::logged_in(daemon.endpoint(), "alice");
}

} // namespace

TEST_CASE("a control socket that was left behind is replaced", "[control]") {
    support::temp_dir directory;
    const std::string path = directory.file("control.sock");
    {
        daemon_process killed({"--control", path});
        killed.signal(SIGKILL);
        killed.wait();
    }
    REQUIRE(is_socket(path));
    daemon_process daemon({"--control", path});
    wire_client control("unix:" + path);
    ask(control, "version");
    daemon.stop();
    CHECK_FALSE(is_socket(path));
}

TEST_CASE("a foreign file at the path stays and the daemon serves without control", "[control]") {
    support::temp_dir directory;
    const std::string path = directory.file("control.sock");
    std::ofstream{path} << "precious";
    daemon_process daemon({"--control", path});
    check_without_control(daemon, "a file that is not a socket is in the way");
    daemon.stop();
    std::string text;
    std::getline(std::ifstream{path}, text);
    CHECK(text == "precious");
}

TEST_CASE("the control socket of a running daemon is not taken away from it", "[control]") {
    controlled_daemon first;
    daemon_process second({"--control", first.path});
    check_without_control(second, "another chatd answers there");
    second.stop();
    auto control = first.connect();
    CHECK(has(ask(control, "status"), "pid#\t" + std::to_string(first.daemon.pid()) + "\n"));
}

TEST_CASE("an impossible path is named and the daemon serves without control", "[control]") {
    support::temp_dir directory;
    {
        daemon_process daemon({"--control", directory.file("none/control.sock")});
        check_without_control(daemon, "the directory does not exist");
        CHECK(has(daemon.log(), "none/control.sock"));
    }
    {
        daemon_process daemon({"--control", directory.file(std::string(120, 'x'))});
        check_without_control(daemon, "at most 107 bytes");
    }
    daemon_process daemon({"--control", "@abstract"});
    check_without_control(daemon, "give the path of a file");
}

TEST_CASE("without a descriptor for the control socket the daemon says so", "[control]") {
    bool found = false;
    for (std::size_t limit = 20; limit > 4 && !found; --limit) {
        try {
            daemon_process::options chosen;
            chosen.descriptor_limit = limit;
            controlled_daemon it({}, chosen);
            found = has(it.daemon.log(), "error control_unavailable") &&
                    has(it.daemon.log(), "no descriptor is left");
            it.daemon.stop();
        } catch (const support::failure&) {
            break; // not enough for the daemon itself
        }
    }
    CHECK(found);
}

TEST_CASE("who may not use the control socket is turned away", "[control]") {
    if (::geteuid() != 0)
        SKIP("only root can become somebody else");
    controlled_daemon it;
    REQUIRE(::chmod(it.directory.path().c_str(), 0755) == 0);
    CHECK(heard_by_nobody(it.path, nobody) == "connect: " + std::to_string(EACCES));
    REQUIRE(::chmod(it.path.c_str(), 0666) == 0);
    CHECK(has(heard_by_nobody(it.path, nobody), ".error permission denied: be root"));
    CHECK(has(it.daemon.log(), "warning control_refused uid=65534"));
    struct stat file {};
    REQUIRE(::lstat(it.path.c_str(), &file) == 0);
    CHECK(has(heard_by_nobody(it.path, file.st_gid), ":text\nchatd "));
}
