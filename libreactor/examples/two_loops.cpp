// One room on two loops, each in a thread of its own: what anybody says, everybody hears, in the
// same order on both.
//
//     two_loops [ADDRESS]      127.0.0.1:7781 unless told otherwise
//
// The first loop accepts, and hands every other connection to the second one.  The room's stream
// lives on the first loop; the second has a mirror of it.
#include <reactor/reactor.hpp>

#include <array>
#include <cstdio>
#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <utility>

namespace {

/// What one loop has of the room.  Its loop's thread alone uses it, but for `name` and `room`.
struct branch {
    std::string name;
    reactor::broadcast_handle room; // to be heard: the one place that puts all in order
    reactor::broadcast* stream;     // to hear: this loop's
};

class member : public reactor::async_chat {
public:
    member(reactor::loop& owner, reactor::unique_fd fd, branch& where)
        : async_chat(owner, std::move(fd)), where_(where), place_(*this) {
        set_terminator("\n");
        push("welcome to the " + where_.name + " loop\n");
        place_.join(*where_.stream);
    }
    [[nodiscard]] const char* class_name() const noexcept override { return "member"; }

protected:
    void handle_line(std::string_view line) override {
        where_.room.publish(where_.name + ": " + std::string(line) + "\n");
    }

private:
    branch& where_;
    reactor::subscription place_;
};

/// The room's branch on another loop than its own.
class annex : public branch {
public:
    annex(reactor::loop& owner, std::string called, const reactor::broadcast_handle& source)
        : branch{std::move(called), source, nullptr}, owner_(owner) {
        follow();
    }

private:
    void follow() {
        mirror_.emplace(owner_, room, [this](std::error_code ec) {
            // The members missed something: they have to come again, to a mirror that follows.
            owner_.close_all(ec);
            if (ec)
                follow();
        });
        stream = &mirror_->stream();
    }

    reactor::loop& owner_;
    std::optional<reactor::broadcast_mirror> mirror_;
};

/// Accepts for both loops, and gives each its share in turn.
class acceptor : public reactor::dispatcher {
public:
    struct target {
        reactor::loop_handle loop;
        branch& where;
    };

    acceptor(reactor::loop& owner, const reactor::endpoint& address, std::array<target, 2> targets)
        : dispatcher(owner), targets_(std::move(targets)) {
        listen_on(address);
    }
    [[nodiscard]] const char* class_name() const noexcept override { return "acceptor"; }

protected:
    void handle_accepted(reactor::unique_fd fd, const reactor::endpoint&) override {
        const target& next = targets_[accepted_++ % targets_.size()];
        // The member is made over there: a channel belongs to the thread that made it.
        next.loop.spawn<member>(std::move(fd), std::ref(next.where));
    }

private:
    std::array<target, 2> targets_;
    std::size_t accepted_ = 0;
};

/// Runs a loop in a thread of its own, to the end of the scope.
class runner {
public:
    explicit runner(reactor::loop& loop)
        : loop_(loop), guard_(loop), thread_([&] { loop.run(); }) {}
    runner(const runner&) = delete;
    runner& operator=(const runner&) = delete;
    ~runner() {
        loop_.stop();
        thread_.join();
    }

private:
    reactor::loop& loop_;
    reactor::work_guard guard_; // it runs on while nobody is connected
    std::thread thread_;
};

} // namespace

int main(int argc, char** argv) try {
    reactor::loop first;
    reactor::loop second;
    reactor::broadcast room(first);
    branch here{"first", room.handle(), &room};
    annex there(second, "second", room.handle());
    acceptor listener(first,
                      reactor::endpoint::parse(argc > 1 ? argv[1] : "127.0.0.1:7781").value(),
                      {{{first.handle(), here}, {second.handle(), there}}});
    for (const int number : {SIGINT, SIGTERM})
        first.on_signal(number, [&] { first.stop(); });
    listener.log_info("listening on " + listener.local_address().to_string());
    const runner beside(second);
    first.run();
} catch (const std::exception& error) {
    std::fprintf(stderr, "two_loops: %s\n", error.what());
    return 1;
}
