#include "chatd/upgrade/keeper.hpp"

#include "chatd/log.hpp"
#include "chatd/server.hpp"
#include "chatd/service/inherited_sockets.hpp"
#include "chatd/upgrade/descriptor_store.hpp"
#include "chatd/upgrade/handing.hpp"
#include "chatd/upgrade/sealed_file.hpp"

#include <reactor/loop.hpp>

#include <algorithm>
#include <system_error>
#include <utility>
#include <vector>

namespace chatd {

namespace {

constexpr std::chrono::milliseconds period{5};
constexpr std::chrono::milliseconds longest_quiet{250}; // without any progress

std::vector<int> numbers_of(const std::vector<socket_id>& ids) {
    std::vector<int> fds;
    for (const socket_id& id : ids)
        if (id.cookie != 0)
            fds.push_back(id.number);
    return fds;
}

/// Leaves out the last ones, who are ending, where there is no room.
void cut(handed_state& state, std::size_t most) {
    if (state.sessions.size() <= most)
        return;
    state.sessions.resize(most);
    state.saved.sessions.resize(most);
}

} // namespace

keeper::keeper(reactor::loop& owner, server& service, logger& log)
    : loop_(owner), service_(service), log_(log), capacity_(store_capacity()),
      look_(owner, [this] { look(); }) {}

std::size_t keeper::room_for_sessions() const {
    const auto& listeners = service_.listeners();
    const std::size_t others = 1 + (listeners.adopted() ? 0 : listeners.descriptors().size());
    return capacity_ > others ? capacity_ - others : 0;
}

void keeper::start(std::chrono::nanoseconds drain_time, reactor::unique_function<void(bool)> done) {
    done_ = std::move(done);
    service_.freeze();
    closed_ = service_.shrink_to(room_for_sessions());
    end_ = loop_.now() + drain_time;
    quiet_end_ = loop_.now() + longest_quiet;
    last_left_ = 0;
    look_.start_every(period);
}

void keeper::look() {
    const auto now = loop_.now();
    const bool crowded = closed_ > 0 && service_.connections() > room_for_sessions();
    const std::size_t left = service_.unsent() + (crowded ? service_.connections() : 0);
    if (left != std::exchange(last_left_, left))
        quiet_end_ = now + longest_quiet;
    if (left > 0 && now < end_ && now < quiet_end_)
        return;
    look_.cancel();
    auto done = std::move(done_);
    done(store());
}

bool keeper::store() {
    auto state = state_of(service_);
    cut(state, room_for_sessions());
    const auto sessions = numbers_of(state.sessions);
    if (state.adopted)
        state.listeners.clear(); // the manager has them
    const auto listeners = numbers_of(state.listeners);
    std::error_code ec;
    const auto file = make_sealed_file(encode_state(state, loop_.now()), ec);
    if (!file) {
        log_.error("not_stored", {{"reason", ec.message()}});
        return false;
    }
    const int number = file.get();
    // The state first: whoever arrives after it can go on, should anything fail now.
    if (!store_descriptors(socket_name::state, {&number, 1}) ||
        !store_descriptors(socket_name::listener, listeners) ||
        !store_descriptors(socket_name::session, sessions) || !wait_for_manager(manager_patience)) {
        log_.error("not_stored", {{"reason", "the service manager cannot be reached"}});
        for (const auto name : {socket_name::state, socket_name::listener, socket_name::session})
            forget_stored(name);
        return false;
    }
    log_.info("stored",
              {{"sessions", sessions.size()}, {"closed", closed_}, {"unsent", service_.unsent()}});
    return true;
}

} // namespace chatd
