// What a transport waits for is part of its channel's interest, and nothing else is.
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"

#include "hooked_channels.hpp"

#include <sys/socket.h>

#include <array>
#include <memory>
#include <string>
#include <utility>

using support::loop_fixture;
using support::make_socket_pair;

namespace {

using reactor::io_result;
using reactor::io_want;

io_result blocked(io_want want) noexcept {
    return {0, std::make_error_code(std::errc::operation_would_block), want};
}

/// Passes bytes on as they are, with two whims.
class whimsical_transport : public reactor::transport {
public:
    bool needs_key = false; ///< sends nothing before it has received a 'k'
    int pays_after = 0;     ///< what it takes reaches the socket so many calls later
    std::string calls;      ///< 't'ook, 'p'aid, 's'hut

    [[nodiscard]] io_result start(int fd) noexcept override {
        fd_ = fd;
        return {};
    }
    [[nodiscard]] io_result recv_some(std::span<char> buffer) noexcept override {
        const auto n = ::recv(fd_, buffer.data(), buffer.size(), 0);
        if (n < 0)
            return blocked(io_want::none);
        if (needs_key && n > 0) {
            needs_key = buffer[0] != 'k';
            return blocked(io_want::none);
        }
        return {static_cast<std::size_t>(n), {}};
    }
    [[nodiscard]] io_result send_some(std::span<const iovec> pieces) noexcept override {
        if (needs_key)
            return blocked(io_want::read);
        if (!owed_.empty() && !pay())
            return {0, std::make_error_code(std::errc::operation_would_block), io_want::write,
                    false};
        io_result taken;
        for (const iovec& piece : pieces) {
            owed_.append(static_cast<const char*>(piece.iov_base), piece.iov_len);
            taken.n += piece.iov_len;
        }
        if (taken.n > 0)
            calls += 't';
        left_ = pays_after;
        if (!owed_.empty())
            (void)pay();
        taken.drained = owed_.empty();
        return taken;
    }
    [[nodiscard]] io_result shutdown_some() noexcept override {
        calls += 's';
        return {};
    }

private:
    bool pay() noexcept {
        if (left_-- > 0)
            return false;
        (void)::send(fd_, owed_.data(), owed_.size(), MSG_NOSIGNAL);
        owed_.clear();
        calls += 'p';
        return true;
    }

    int fd_ = -1;
    int left_ = 0; // calls until it pays
    std::string owed_;
};

template <class Channel>
struct wants_test : loop_fixture {
    explicit wants_test(int family = AF_UNIX) : pair(make_socket_pair(family)) {
        auto made = std::make_unique<whimsical_transport>();
        layer = made.get();
        channel.set_transport(std::move(made));
        run_until("the connection stands", [this] { return channel.connected(); });
    }
    /// What has arrived at the other side by now.
    std::string arrived() {
        std::array<char, 100> buffer{};
        const auto n = ::recv(pair.theirs.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        return {buffer.data(), n > 0 ? static_cast<std::size_t>(n) : 0};
    }
    void say(std::string_view bytes) {
        REQUIRE(::send(pair.theirs.get(), bytes.data(), bytes.size(), 0) ==
                static_cast<ssize_t>(bytes.size()));
    }

    support::socket_pair pair;
    Channel channel{loop, std::move(pair.ours)};
    whimsical_transport* layer = nullptr;
};

} // namespace

TEST_CASE("a transport that must read in order to write is given input and not turns",
          "[plain][transport]") {
    wants_test<hooked::lines> t;
    t.layer->needs_key = true;
    t.channel.push("answer\n");
    t.iterate(3);
    const auto events = t.counters().events;
    t.iterate(20);
    CHECK(t.counters().events == events);
    t.say("k");
    std::string all;
    t.run_until("the answer is there", [&] {
        all += t.arrived();
        return all == "answer\n";
    });
}

TEST_CASE("what a transport owes is paid though its channel wants no room", "[plain][transport]") {
    wants_test<hooked::dispatcher> t;
    t.layer->pays_after = 3;
    CHECK(t.channel.send("abc").n == 3);
    std::string all;
    t.run_until("all is there", [&] {
        all += t.arrived();
        return all == "abc";
    });
    t.iterate(3);
    const auto events = t.counters().events;
    t.iterate(20);
    CHECK(t.counters().events == events); // it wants no room any more
}

TEST_CASE("a transport says its end when it owes nothing any more", "[plain][transport]") {
    wants_test<hooked::lines> t;
    t.layer->pays_after = 3;
    t.channel.push("last\n");
    t.channel.shutdown_write();
    t.run_until("its end is said", [&] { return t.channel.output_ended(); });
    CHECK(t.layer->calls == "tps");
    CHECK(t.arrived() == "last\n");
}

TEST_CASE("a dispatcher's transport says its end when it owes nothing any more",
          "[plain][transport]") {
    wants_test<hooked::dispatcher> t;
    t.layer->pays_after = 3;
    CHECK(t.channel.send("last").n == 4);
    t.channel.shutdown_write();
    t.run_until("its end is said", [&] { return t.channel.output_ended(); });
    CHECK(t.layer->calls == "tps");
    CHECK(t.arrived() == "last");
}

TEST_CASE("urgent data passes a transport by and wakes nobody", "[plain][transport]") {
    wants_test<hooked::dispatcher> t(AF_INET);
    int urgent = 0;
    t.channel.on_expt = [&] { ++urgent; };
    std::array<char, 1> byte{};
    CHECK(t.channel.recv_oob(byte).ec == std::errc::operation_not_supported);
    t.say("before");
    REQUIRE(::send(t.pair.theirs.get(), "!", 1, MSG_OOB) == 1);
    t.run_until("what came before is read", [&] { return t.channel.input == "before"; });
    t.iterate(3);
    const auto events = t.counters().events;
    t.iterate(20); // a receive of what comes after would clear the kernel's mark
    CHECK(t.counters().events == events);
    t.say("after");
    t.run_until("what came after is read", [&] { return t.channel.input == "beforeafter"; });
    CHECK(urgent == 0);
}
