// What no poller watches, over the simulated system: E29.
#include "support/sim_files.hpp"

#include <cerrno>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

using namespace sim_test;

namespace {

const std::string text(10'000, 'x');

} // namespace

TEST_CASE("a regular file is read to its end without being watched", "[files][E29]") {
    stage s;
    file channel(s.loop, s.w.make_file(text));
    s.turn(12);
    CHECK(channel.seen->input == text);
    CHECK(channel.seen->reads == 11);
    CHECK(channel.seen->eofs == 1);
    CHECK(channel.seen->closes == 1);
    CHECK_FALSE(channel.seen->reason);
    CHECK(s.changes() == 0);
    CHECK(s.loop.size() == 0);
    s.no_findings();
}

TEST_CASE("a device that the poller refuses counts as ready", "[files][E29][E25]") {
    stage s;
    auto [fd, other] = s.w.open_file(file_kind::null);
    file channel(s.loop, fd);
    channel.want_write(true);
    s.turn(3);
    CHECK(channel.seen->eofs == 1);
    CHECK(channel.seen->closes == 1);
    CHECK_FALSE(channel.seen->reason);
    s.no_findings();
}

TEST_CASE("another refusal than that closes a channel over a file", "[files][E29]") {
    stage s;
    if (!s.uses_epoll())
        SKIP("only epoll answers at once");
    auto [fd, other] = s.w.open_file(file_kind::pipe_to_read);
    file channel(s.loop, fd);
    s.w.faults().fail(call::epoll_ctl, ENOSPC, {.fd = fd});
    s.turn(2);
    CHECK(channel.seen->reason == system_code(ENOSPC));
}

TEST_CASE("a wait blocks unless a channel that is always ready wants something", "[files][E29]") {
    stage s;
    int fd = -1;
    SECTION("a regular file") { fd = s.w.make_file(text); }
    SECTION("what the poller refuses") { fd = s.w.open_file(file_kind::null).fd; }
    file channel(s.loop, fd);
    channel.stays = true;
    channel.want_read(false);
    s.turn(2);
    s.w.reset_counts();
    s.pass(1s);
    CHECK(s.waits() <= 2);
    CHECK(channel.seen->reads == 0);

    channel.want_read(true);
    channel.on_read = [](file& me) { me.want_read(false); };
    s.turn(3); // a kqueue refuses in the second
    CHECK(channel.seen->reads == 1);
    s.w.reset_counts();
    s.pass(1s);
    CHECK(s.waits() <= 2);

    channel.on_read = nullptr;
    channel.want_write(true);
    s.turn(1);
    const auto before = s.w.now();
    s.loop.run_once(1s);
    CHECK(s.w.now() == before); // did not block
    CHECK(channel.seen->writes >= 1);
    channel.want_write(false);
    s.turn();
    s.w.reset_counts();
    s.pass(1s);
    CHECK(s.waits() <= 2);
    CHECK(channel.seen->reads == 1);
    s.no_findings();
}

TEST_CASE("a paused channel over a file does not spin and goes on where it stopped",
          "[files][E29][E36]") {
    stage s;
    std::string lines;
    for (int i = 0; i < 1000; ++i)
        lines += std::to_string(i) + "\n";
    const auto channel = lines_over(s.loop, s.w.make_file(lines));
    channel->set_read_limit(100);
    channel->on_line = [](chat& me, const std::string& line) {
        if (line == "500")
            me.pause_reading();
    };
    s.turn(60);
    REQUIRE(channel->seen->lines.size() == 501);
    s.w.reset_counts();
    s.pass(1s);
    CHECK(s.waits() <= 2);
    CHECK(channel->seen->lines.size() == 501);
    channel->resume_reading();
    s.turn(60);
    CHECK(channel->seen->lines.size() == 1000);
    CHECK(channel->seen->closes == 1);
    s.no_findings();
}

TEST_CASE("files take turns with each other and with sockets", "[files][E29][E35]") {
    stage s;
    std::vector<std::unique_ptr<file>> files;
    for (int i = 0; i < 5; ++i)
        files.push_back(std::make_unique<file>(s.loop, s.w.make_file(text)));
    auto [fd, other] = s.w.connect_pair();
    chat echo(s.loop, fd);
    echo.on_line = [](chat& me, const std::string& line) { me.push(line + "\n"); };
    s.turn();
    for (int i = 1; i <= 8; ++i) {
        other.send("x\n");
        s.turn();
        CHECK(other.take() == "x\n");
        for (const auto& each : files)
            CHECK(each->seen->reads == i);
    }
}

TEST_CASE("more files than one iteration serves all get their turn", "[files][E29][E35]") {
    stage s;
    std::vector<std::unique_ptr<file>> files;
    for (int i = 0; i < 600; ++i)
        files.push_back(std::make_unique<file>(s.loop, s.w.make_file(text)));
    s.turn();
    for (int i = 1; i <= 7; ++i) { // 256 a turn
        s.turn();
        std::uint64_t reads = 0;
        for (const auto& each : files) {
            reads += static_cast<std::uint64_t>(each->seen->reads);
            CHECK(each->seen->reads >= i * 256 / 600);
            CHECK(each->seen->reads <= i * 256 / 600 + 1);
        }
        CHECK(reads == static_cast<std::uint64_t>(i) * 256);
    }
}

TEST_CASE("channels that are always ready may end each other", "[files][E29][E1]") {
    stage s;
    std::vector<std::unique_ptr<file>> files;
    for (int i = 0; i < 20; ++i)
        files.push_back(std::make_unique<file>(s.loop, s.w.make_file(text)));
    const auto seen = files[3]->seen;
    SECTION("by closing all") {
        files[0]->on_read = [&](file&) { s.loop.close_all(); };
        s.turn(3);
        CHECK(seen->reads == 0);
        CHECK(seen->closes == 1);
    }
    SECTION("by destroying others and themselves") {
        files[0]->on_read = [&](file&) { files.clear(); };
        s.turn(3);
        CHECK(seen->reads == 0);
    }
    SECTION("by opening another on the way") {
        files[0]->on_read = [&](file&) {
            files[3] = std::make_unique<file>(s.loop, s.w.make_file("heir"));
        };
        s.turn(2);
        CHECK(seen->reads == 0);
        CHECK(files[3]->seen->reads <= 1);
        files[0]->on_read = nullptr;
        s.turn(15);
        CHECK(files[3]->seen->input == "heir");
    }
    files.clear();
    CHECK(s.loop.size() == 0);
    s.w.reset_counts();
    s.pass(1s);
    CHECK(s.waits() <= 2);
}

TEST_CASE("what cannot be watched and has nothing to give is asked again after a pause",
          "[files][E29]") {
    stage s;
    if (!s.uses_epoll() && !s.uses_kqueue())
        SKIP("poll watches everything");
    auto [fd, other] = s.w.open_file(file_kind::device);
    file channel(s.loop, fd);
    s.pass(1s);
    CHECK(channel.seen->reads <= 102); // every 10 ms
    CHECK(channel.seen->reads >= 50);
    CHECK(channel.seen->closes == 0);
    other.send("hello");
    s.pass(20ms);
    CHECK(channel.seen->input == "hello");
    other.close();
    s.pass(20ms);
    CHECK(channel.seen->eofs == 1);
}
