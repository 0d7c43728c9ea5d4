// Mirrors between loops that run in threads of their own.
#include "support/catch.hpp"

#include "loop_threads.hpp"
#include "mirrored.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

using mirrored::line;
using mirrored::lines;
using reactor::broadcast_mirror;
using support::loop_thread;

namespace {

/// A loop in a thread with a mirror and one follower, whose peer the test reads.
class branch {
public:
    explicit branch(const reactor::broadcast_handle& source)
        : branch(source, support::make_socket_pair(AF_UNIX)) {}
    branch(const branch&) = delete;
    branch& operator=(const branch&) = delete;
    ~branch() {
        thread.call([&](reactor::loop&) {
            place_.reset();
            mirror_.reset();
        });
    }

    [[nodiscard]] const std::string& heard() const { return peer.received(); }

    loop_thread thread;
    support::scripted_peer peer;

private:
    branch(const reactor::broadcast_handle& source, support::socket_pair pair)
        : peer(std::move(pair.theirs)) {
        thread.call([&](reactor::loop& loop) {
            mirror_.emplace(loop, source);
            place_.emplace(loop.spawn<hooked::lines>(std::move(pair.ours)));
            place_->join(mirror_->stream());
        });
        thread.wait_for("it follows", [&](reactor::loop&) { return mirror_->following(); });
    }

    std::optional<broadcast_mirror> mirror_;
    std::optional<reactor::subscription> place_;
};

/// The lines of one speaker, which begin with its number.
std::string said_by(std::size_t speaker, const std::string& heard) {
    std::string text;
    for (std::size_t begin = 0; begin < heard.size();) {
        const auto end = heard.find('\n', begin) + 1;
        if (heard[begin] == static_cast<char>('0' + speaker))
            text += heard.substr(begin + 2, end - begin - 2);
        begin = end;
    }
    return text;
}

} // namespace

TEST_CASE("loops that all publish hear one order", "[mirror][threads]") {
    constexpr std::size_t count = 3;
    constexpr std::size_t each = 2000;
    loop_thread home;
    std::optional<reactor::broadcast> stream;
    const auto handle = home.call([&](reactor::loop& loop) {
        stream.emplace(loop);
        return stream->handle();
    });
    {
        std::vector<std::unique_ptr<branch>> branches;
        for (std::size_t i = 0; i < count; ++i)
            branches.push_back(std::make_unique<branch>(handle));
        for (std::size_t i = 0; i < count; ++i)
            branches[i]->thread.handle().post([handle, i] {
                for (std::size_t n = 0; n < each; ++n)
                    handle.publish(std::to_string(i) + ' ' + line(n));
            });
        const auto total = count * (lines(each).size() + 2 * each);
        for (auto& b : branches)
            support::wait_until("everybody has heard everything", [&] {
                b->peer.pump();
                return b->heard().size() >= total;
            });
        const auto& heard = branches[0]->heard();
        for (std::size_t i = 0; i < count; ++i) {
            CHECK(branches[i]->heard() == heard);
            CHECK(said_by(i, heard) == lines(each));
        }
    }
    home.call([&](reactor::loop&) { stream.reset(); });
}

TEST_CASE("mirrors come and go while a stream goes on", "[mirror][threads]") {
    loop_thread home;
    std::array<loop_thread, 2> others;
    std::optional<reactor::broadcast> stream;
    const auto handle = home.call([&](reactor::loop& loop) {
        stream.emplace(loop);
        return stream->handle();
    });
    std::atomic<bool> done = false;
    std::thread publisher([&] {
        for (std::size_t i = 0; !done; ++i)
            home.call([&](reactor::loop&) { stream->publish(line(i)); });
    });
    std::size_t followed = 0;
    for (int round = 0; round < 50; ++round) {
        auto& other = others[static_cast<std::size_t>(round) % 2];
        std::optional<broadcast_mirror> mirror;
        other.call([&](reactor::loop& loop) { mirror.emplace(loop, handle); });
        if (round % 3 != 0) // else it goes before it follows
            other.wait_for("something comes",
                           [&](reactor::loop&) { return mirror->stream().position() > 0; });
        followed += other.call([&](reactor::loop&) {
            const bool follows = mirror->following();
            mirror.reset();
            return follows;
        });
    }
    done = true;
    publisher.join();
    CHECK(followed >= 33);
    // Nobody follows any more: nothing is kept.
    home.wait_for("the stream forgets them", [&](reactor::loop&) {
        stream->publish("to nobody\n");
        return stream->memory() == 0;
    });
    home.call([&](reactor::loop&) { stream.reset(); });
}

TEST_CASE("streams come and go under mirrors that read them", "[mirror][threads]") {
    loop_thread home;
    loop_thread other;
    for (int round = 0; round < 50; ++round) {
        std::optional<reactor::broadcast> stream;
        const auto handle = home.call([&](reactor::loop& loop) {
            stream.emplace(loop);
            return stream->handle();
        });
        std::optional<broadcast_mirror> mirror;
        std::atomic<bool> ended = false;
        std::uint64_t got = 0; // other's thread, until it ended
        other.call([&](reactor::loop& loop) {
            mirror.emplace(loop, handle, [&](std::error_code) {
                got = mirror->stream().position();
                ended = true;
            });
        });
        other.wait_for("it follows", [&](reactor::loop&) { return mirror->following(); });
        const auto published = home.call([&](reactor::loop& loop) {
            // In steps of the loop, so that copies are under way when the stream goes.
            for (int i = 0; i < round; ++i)
                stream->publish(std::string(10'000, 'x') + "\n");
            loop.post([&, from = round] {
                for (int i = 0; i < from; ++i)
                    stream->publish(std::string(10'000, 'y') + "\n");
                loop.post([&] { stream.reset(); });
            });
            return static_cast<std::uint64_t>(round) * 2 * 10'001;
        });
        support::wait_until("it has ended", [&] { return ended.load(); });
        home.call([](reactor::loop&) {}); // the stream's destructor is done as well
        CHECK(got == published);
        other.call([&](reactor::loop&) { mirror.reset(); });
    }
}

TEST_CASE("loops go under mirrors and streams that are busy", "[mirror][threads]") {
    /// Publishes in each iteration while its loop runs.
    struct ticker {
        reactor::loop_handle loop;
        reactor::broadcast& stream;
        void tick() {
            stream.publish(std::string(1000, 'x') + "\n");
            loop.post([this] { tick(); });
        }
    };
    for (int round = 0; round < 40; ++round) {
        loop_thread home;
        loop_thread other;
        std::optional<reactor::broadcast> stream;
        std::optional<broadcast_mirror> mirror;
        std::optional<ticker> clock;
        const auto handle = home.call([&](reactor::loop& loop) {
            stream.emplace(loop);
            clock.emplace(ticker{loop.handle(), *stream});
            clock->tick();
            return stream->handle();
        });
        other.call([&](reactor::loop& loop) { mirror.emplace(loop, handle); });
        other.wait_for("something comes",
                       [&](reactor::loop&) { return mirror->stream().position() > 0; });
        std::thread ends_home([&] { home.end(); });
        if (round % 2 == 0)
            other.end(); // both at once
        ends_home.join();
        other.end();
        if (round % 4 < 2)
            mirror.reset();
        stream.reset();
    }
    SUCCEED();
}
