// test_asyncore.py's scenarios of the dispatcher alone.
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"

#include "libreactor/conformance/hooked_channels.hpp"

#include <reactor/error.hpp>

#include <unistd.h>

#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

using support::loop_fixture;
using support::make_socket_pair;
using support::scripted_peer;

namespace {

/// Every default as it is; only the protected part can be looked at.
class plain : public reactor::dispatcher {
public:
    using dispatcher::dispatcher;
    using dispatcher::readable;
    using dispatcher::writable;
};

/// Everything that is written to standard error while it lives.
class captured_stderr {
public:
    captured_stderr() : file_(std::tmpfile()), former_(::dup(STDERR_FILENO)) {
        std::fflush(stderr);
        ::dup2(::fileno(file_), STDERR_FILENO);
    }
    ~captured_stderr() {
        restore();
        std::fclose(file_);
    }
    captured_stderr(const captured_stderr&) = delete;
    captured_stderr& operator=(const captured_stderr&) = delete;

    std::string text() {
        restore();
        std::rewind(file_);
        std::string all(4096, '\0');
        all.resize(std::fread(all.data(), 1, all.size(), file_));
        return all;
    }

private:
    void restore() {
        if (former_ < 0)
            return;
        std::fflush(stderr);
        ::dup2(former_, STDERR_FILENO);
        ::close(former_);
        former_ = -1;
    }

    std::FILE* file_;
    int former_;
};

} // namespace

TEST_CASE("close_all closes ten channels and the loop is empty", "[asyncore][3][4]") {
    loop_fixture f;
    std::vector<std::unique_ptr<hooked::dispatcher>> channels;
    for (int i = 0; i < 10; ++i) {
        auto pair = make_socket_pair(AF_UNIX);
        channels.push_back(std::make_unique<hooked::dispatcher>(f.loop, std::move(pair.ours)));
    }
    CHECK(f.loop.size() == 10);
    f.loop.close_all();
    CHECK(f.loop.size() == 0);
    for (const auto& channel : channels)
        CHECK_FALSE(channel->is_open());
    f.loop.run();
    for (const auto& channel : channels)
        CHECK(channel->closes == 1);
}

// asyncore: writable() is true as well, and an idle channel spins (defect 7).
TEST_CASE("a fresh dispatcher is readable and not writable", "[asyncore][6][defect7]") {
    loop_fixture f;
    const plain channel(f.loop);
    CHECK(channel.readable());
    CHECK_FALSE(channel.writable());
}

TEST_CASE("a dispatcher is named by its class", "[asyncore][7]") {
    loop_fixture f;
    const plain channel(f.loop);
    const reactor::async_chat other(f.loop);
    CHECK(std::string(channel.class_name()) == "dispatcher");
    CHECK(std::string(other.class_name()) == "async_chat");
}

TEST_CASE("log_info writes its type and message to standard error", "[asyncore][8][9]") {
    loop_fixture f;
    plain channel(f.loop);
    captured_stderr err;
    channel.log("Lovely spam! Wonderful spam!");
    channel.log_info("I don't like spam!");
    channel.log_info("a message", "warning");
    CHECK(err.text() ==
          "log: Lovely spam! Wonderful spam!\ninfo: I don't like spam!\nwarning: a message\n");
}

// asyncore warns of every default; here only where input would be lost in silence.
TEST_CASE("a default that throws input away says so once", "[asyncore][10]") {
    loop_fixture f;
    auto pair = make_socket_pair(AF_INET);
    plain channel(f.loop, std::move(pair.ours));
    scripted_peer peer(std::move(pair.theirs));
    captured_stderr err;
    f.deliver(peer, "one");
    f.deliver(peer, "two");
    peer.send_urgent('!');
    f.fence();
    peer.half_close();
    f.run_until("the channel ends", [&] { return !channel.is_open(); });
    f.iterate();
    CHECK(err.text() == "warning: dispatcher: unhandled read event; its input is discarded\n");
}

TEST_CASE("a connection that nobody handles is closed and logged", "[plain][asyncore][10]") {
    loop_fixture f;
    hooked::dispatcher listener(f.loop);
    listener.create_socket(AF_INET);
    listener.bind(reactor::endpoint::loopback_v4(0));
    listener.listen();
    scripted_peer peer(listener.local_address());
    f.pump({&peer});
    f.run_until("the peer sees the end", [&] { return peer.ended(); });
    REQUIRE(listener.logged.size() == 1);
    CHECK(listener.logged.front().starts_with("warning: unhandled connection from 127.0.0.1:"));
}

TEST_CASE("an exception that nobody handles is logged with class and text", "[asyncore][5][10]") {
    loop_fixture f;
    auto pair = make_socket_pair(AF_UNIX);
    hooked::dispatcher channel(f.loop, std::move(pair.ours));
    scripted_peer peer(std::move(pair.theirs));
    channel.on_read = [] { throw std::runtime_error("1/0"); };
    peer.send("x");
    f.run_until("the channel ends", [&] { return channel.closes == 1; });
    CHECK(channel.logged ==
          std::vector<std::string>{
              "error: uncaught exception, closing channel hooked_dispatcher: 1/0"});
}

TEST_CASE("every error has a text and so has an unknown one", "[asyncore][11]") {
    CHECK(std::make_error_code(std::errc::operation_not_permitted).message() ==
          "Operation not permitted");
    const auto& category = reactor::error_category();
    CHECK(std::string(category.name()) == "reactor");
    for (int value = 1; value <= static_cast<int>(reactor::errc::already_open); ++value) {
        CHECK_FALSE(category.message(value).empty());
        CHECK(category.message(value) != category.message(-1));
    }
    CHECK_FALSE(category.message(-1).empty());
}
