#include "bench/reactor-bench/cases/room.hpp"

#include "bench/reactor-bench/peers/reactor/with_reactor.hpp"

#include <reactor/async_chat.hpp>
#include <reactor/broadcast.hpp>
#include <reactor/loop.hpp>

#include <limits>
#include <utility>

namespace reactor_bench::with_reactor {

namespace {

constexpr std::size_t without_limit = std::numeric_limits<std::size_t>::max();
constexpr reactor::output_limits patient{
    .high_water = without_limit, .hard_limit = without_limit, .no_progress = {}};

class member final : public reactor::async_chat {
public:
    member(reactor::loop& owner, reactor::unique_fd fd, reactor::broadcast& said)
        : async_chat(owner, std::move(fd)), said_(said) {
        set_output_limits(patient);
        place_.join(said_);
    }
    [[nodiscard]] const char* class_name() const noexcept override { return "member"; }

private:
    void collect_incoming_data(std::string_view data) override { said_.publish(data); }
    void handle_eof() override { close(); }

    reactor::broadcast& said_;
    reactor::subscription place_{*this};
};

class reactor_room final : public room {
public:
    explicit reactor_room(std::vector<reactor::unique_fd> members)
        : loop_({.max_output_bytes = without_limit}) {
        for (auto& each : members)
            loop_.spawn<member>(std::move(each), said_);
        loop_.run_once(); // tells the kernel of them all
    }

    void turn() override { loop_.run_once(); }
    [[nodiscard]] std::size_t members() const override { return loop_.size(); }

private:
    reactor::loop loop_;
    reactor::broadcast said_{loop_};
};

} // namespace

std::unique_ptr<room> make_room(std::vector<reactor::unique_fd> members) {
    return std::make_unique<reactor_room>(std::move(members));
}

} // namespace reactor_bench::with_reactor
