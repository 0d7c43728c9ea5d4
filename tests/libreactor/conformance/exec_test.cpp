// What a program sees that is executed: none of the loop's descriptors.
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"

#include "hooked_channels.hpp"

#include <reactor/broadcast.hpp>
#include <reactor/child_watch.hpp>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <set>
#include <sstream>
#include <string>
#include <utility>

using support::loop_fixture;
using support::make_socket_pair;

namespace {

/// The open descriptors of a program executed now, as numbers; its own way of looking apart.
std::set<int> seen_by_a_program() {
    std::array<int, 2> ends{};
    REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
    const pid_t pid = ::fork();
    REQUIRE(pid >= 0);
    if (pid == 0) {
        ::dup2(ends[1], STDOUT_FILENO);
        // A glob has the folder open while it reads: what is gone afterwards is not listed.
        ::execl(
            "/bin/sh", "sh", "-c",
            "for f in /proc/self/fd/*; do [ -e /proc/$$/fd/${f##*/} ] && echo ${f##*/}; done; true",
            static_cast<char*>(nullptr));
        ::_exit(127);
    }
    ::close(ends[1]);
    std::string text;
    std::array<char, 512> buffer{};
    for (ssize_t n = 0; (n = ::read(ends[0], buffer.data(), buffer.size())) > 0;)
        text.append(buffer.data(), static_cast<std::size_t>(n));
    ::close(ends[0]);
    int status = 0;
    REQUIRE(::waitpid(pid, &status, 0) == pid);
    REQUIRE(status == 0);
    std::istringstream words(text);
    std::set<int> numbers;
    for (int number = 0; words >> number;)
        numbers.insert(number);
    return numbers;
}

class keeper : public reactor::dispatcher {
public:
    using dispatcher::dispatcher;
    [[nodiscard]] const char* class_name() const noexcept override { return "keeper"; }
    reactor::unique_fd taken;

protected:
    void handle_accepted(reactor::unique_fd fd, const reactor::endpoint&) override {
        taken = std::move(fd);
    }
};

} // namespace

TEST_CASE("no descriptor of a loop leaks into an executed program", "[plain][fork][exec]") {
    if (::access("/proc/self/fd", X_OK) != 0)
        SKIP("there is no /proc to look into");
    const auto before = seen_by_a_program();
    CHECK(before.contains(1));

    loop_fixture f;
    keeper listener(f.loop);
    listener.create_socket(AF_INET);
    listener.bind(reactor::endpoint::loopback_v4(0));
    listener.listen();
    hooked::lines client(f.loop);
    client.create_socket(AF_INET);
    client.connect(listener.local_address());
    f.run_until("the connection is taken", [&] { return listener.taken && client.connected(); });
    hooked::lines accepted(f.loop, std::move(listener.taken));
    f.loop.on_signal(SIGUSR1, [] {});
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        ::pause();
        ::_exit(0);
    }
    bool told = false;
    const reactor::child_watch watch(f.loop, child, [&](int) { told = true; });
    f.iterate(2);

    CHECK(seen_by_a_program() == before);

    ::kill(child, SIGKILL);
    f.run_until("the child is gone", [&] { return told; });
}

TEST_CASE("what a program hands over on purpose is seen by the one it executes", "[fork][exec]") {
    if (::access("/proc/self/fd", X_OK) != 0)
        SKIP("there is no /proc to look into");
    const reactor::unique_fd passed{::dup(0)}; // dup clears the flag
    CHECK(seen_by_a_program().contains(passed.get()));
}
