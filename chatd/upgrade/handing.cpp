#include "chatd/upgrade/handing.hpp"

#include "chatd/bans/ban_file.hpp"
#include "chatd/log.hpp"
#include "chatd/server.hpp"
#include "chatd/upgrade/descriptor_store.hpp"
#include "chatd/upgrade/predecessor.hpp"
#include "chatd/upgrade/sealed_file.hpp"

#include <reactor/async_chat.hpp>
#include <reactor/loop.hpp>

#include <optional>
#include <string>
#include <system_error>
#include <unordered_map>
#include <utility>

namespace chatd {

namespace {

std::vector<socket_id> identify_all(const std::vector<int>& fds) {
    std::vector<socket_id> ids;
    ids.reserve(fds.size());
    for (const int fd : fds)
        ids.push_back(identify(fd));
    return ids;
}

void take_bans(server& next, const std::string& text, logger& log) {
    std::string why;
    const auto bans = read_bans(text, why);
    if (!bans || !next.bans().add_all(*bans, next.loop().now(), why))
        log.error("bans_not_restored", {{"reason", why}});
}

} // namespace

/// The sockets that came along, by their cookies.
struct handed_things::carrier {
    std::unordered_map<std::uint64_t, reactor::unique_fd> sockets;

    void add(reactor::unique_fd fd) {
        const auto cookie = identify(fd.get()).cookie;
        if (cookie != 0)
            sockets.emplace(cookie, std::move(fd));
    }
    /// None when it did not come, or is not what it should be.
    [[nodiscard]] reactor::unique_fd take(const socket_id& id, bool listening) {
        const auto found = sockets.find(id.cookie);
        if (id.cookie == 0 || found == sockets.end() ||
            !(listening ? is_listening : is_connection)(found->second.get()))
            return {};
        auto taken = std::move(found->second);
        sockets.erase(found);
        return taken;
    }
    /// All connections that nobody took.
    void give_up(std::vector<reactor::unique_fd>& to) {
        for (auto& [cookie, fd] : sockets)
            if (is_connection(fd.get()))
                to.push_back(std::move(fd));
        sockets.clear();
    }
};

handed_state state_of(server& live) {
    auto copy = live.snapshot();
    handed_state state;
    state.saved = std::move(copy.saved);
    state.sessions = identify_all(copy.descriptors);
    state.listeners = identify_all(live.listeners().descriptors());
    state.bans = write_bans(live.bans().list(live.loop().now()));
    state.adopted = live.listeners().adopted();
    return state;
}

handed_things handed_things::of_this_process(inherited_sockets& inherited,
                                             std::chrono::nanoseconds now, logger& log) {
    handed_things things;
    if (const int file = take_state_variable(); file >= 0)
        things.take_from_predecessor(file, inherited, now, log);
    else
        things.take_from_store(inherited, now, log);
    return things;
}

void handed_things::take_from_predecessor(int file, inherited_sockets& inherited,
                                          std::chrono::nanoseconds now, logger& log) {
    if (!is_sealed_file(file)) {
        log.error("state_refused", {{"reason", "CHATD_STATE names no sealed file"}});
        return;
    }
    in_place_ = true;
    const reactor::unique_fd owned{file};
    for (auto& named : take_named_sockets()) // before all that is left
        inherited.add(std::move(named));
    carrier came;
    for (auto& fd : carried_sockets())
        came.add(std::move(fd));
    take_up(file, came, now, log);
}

void handed_things::take_from_store(inherited_sockets& inherited, std::chrono::nanoseconds now,
                                    logger& log) {
    const auto files = inherited.take(socket_name::state);
    carrier came;
    for (const auto name : {socket_name::session, socket_name::listener})
        for (auto& fd : inherited.take(name))
            came.add(std::move(fd));
    stored_ = !files.empty() || !came.sockets.empty();
    if (stored_) { // nobody else is to go on with them
        for (const auto name : {socket_name::state, socket_name::listener, socket_name::session})
            forget_stored(name);
        (void)wait_for_manager(manager_patience);
    }
    if (!files.empty())
        take_up(files.front().get(), came, now, log);
    else if (stored_)
        log.error("state_refused", {{"reason", "sessions were stored without a state"}});
    came.give_up(strangers_);
}

void handed_things::take_up(int file, carrier& came, std::chrono::nanoseconds now, logger& log) {
    std::error_code ec;
    std::string why;
    const auto bytes = read_sealed_file(file, ec);
    auto state = bytes ? decode_state(*bytes, now, why) : std::nullopt;
    if (!state) {
        log.error("state_refused", {{"reason", bytes ? why : ec.message()}});
        return came.give_up(strangers_);
    }
    state_ = std::move(*state);
    for (std::size_t i = 0; i < state_.sessions.size(); ++i)
        state_.saved.sessions[i].fd = came.take(state_.sessions[i], false);
    for (const auto& id : state_.listeners)
        if (auto fd = came.take(id, true))
            listeners_.push_back(std::move(fd));
}

void handed_things::continue_in(server& next, bool with_bans, logger& log) {
    const auto began = std::chrono::steady_clock::now();
    const std::size_t told_of = state_.saved.sessions.size();
    if (with_bans)
        take_bans(next, state_.bans, log);
    const std::size_t live = next.restore(std::exchange(state_.saved, {}));
    for (auto& fd : strangers_)
        next.loop().spawn<reactor::async_chat>(std::move(fd)).close_when_done();
    const auto took = std::chrono::steady_clock::now() - began;
    if (in_place_ || stored_)
        log.info("restored",
                 {{"sessions", live},
                  {"lost", told_of - live},
                  {"closed", strangers_.size()},
                  {"took_us", std::chrono::ceil<std::chrono::microseconds>(took).count()}});
    strangers_.clear();
}

} // namespace chatd
