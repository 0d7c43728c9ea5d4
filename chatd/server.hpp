#pragma once

#include "chatd/admission.hpp"
#include "chatd/bans/ban_list.hpp"
#include "chatd/chat_room.hpp"
#include "chatd/counters.hpp"
#include "chatd/limits.hpp"
#include "chatd/line_filter.hpp"
#include "chatd/listeners.hpp"
#include "chatd/log.hpp"
#include "chatd/look_alikes.hpp"
#include "chatd/name_registry.hpp"
#include "chatd/proxy/proxied_connection.hpp"
#include "chatd/saved_server.hpp"
#include "chatd/session_state.hpp"

#include <reactor/loop.hpp>
#include <reactor/output_limits.hpp>
#include <reactor/timer.hpp>
#include <reactor/unique_fd.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace chatd {

class session;

/// What stands behind a server's two seams; the defaults keep everything in this process's memory.
struct server_storage {
    using name_factory = std::unique_ptr<name_registry> (*)(reactor::loop&);

    chat_room::log_factory make_log = in_memory_log;
    name_factory make_names = in_memory_names;

    [[nodiscard]] static std::unique_ptr<room_log> in_memory_log(reactor::loop& owner,
                                                                 room_log_reader& reader);
    [[nodiscard]] static std::unique_ptr<name_registry> in_memory_names(reactor::loop& owner);
};

/// The chat service: listeners, sessions and the room, all on one loop.
class server final : private acceptor, private proxied_acceptor {
public:
    /// `owner` and `log` must outlive the server.
    server(reactor::loop& owner, const limits& limit, logger& log,
           const server_storage& storage = {});
    /// Sessions that are left are destroyed without a word to anybody.
    ~server();

    /// Starts listening; false with `why` as `listener_set::open`.
    [[nodiscard]] bool listen(std::span<const listen_spec> specs, std::string& why);
    /// The same with sockets that listen already.
    [[nodiscard]] bool adopt(std::vector<reactor::unique_fd> listening, std::string& why) {
        return listeners_.adopt(std::move(listening), why);
    }
    [[nodiscard]] const listener_set& listeners() const noexcept { return listeners_; }
    [[nodiscard]] listener_set& listeners() noexcept { return listeners_; }
    /// Connections that are open now.
    [[nodiscard]] std::size_t connections() const noexcept { return admission_.connections(); }
    /// Takes a connection as a listener would.
    void add_connection(reactor::unique_fd fd, const reactor::endpoint& peer) {
        connection_accepted(std::move(fd), peer);
    }

    /// From now on other limits, also for the sessions that there are; none of them is closed by
    /// that.  Changes nothing when it throws.
    void set_limits(limits limit);

    /// Stops accepting; sessions live on.
    void stop_listening() noexcept { listeners_.close_all(); }
    /// All sessions, in no particular order: O(connections).
    [[nodiscard]] std::vector<session*> sessions();
    /// Whoever has that name or is claiming it; null when nobody has.  O(connections).
    [[nodiscard]] session* find(std::string_view name);
    /// Who comes from there, as `peer_of` tells; null when nobody does.  O(connections).
    [[nodiscard]] session* find(const reactor::endpoint& peer);

    /// Whether somebody new can connect.
    [[nodiscard]] bool accepting() const noexcept { return listeners_.accepting(); }
    /// Sessions in the room.
    [[nodiscard]] std::size_t members() const noexcept { return room_.members(); }
    /// Lines that the room passed on, each once for each member.
    [[nodiscard]] std::uint64_t deliveries() const noexcept { return room_.deliveries(); }
    /// Addresses that are remembered for the limits on them.
    [[nodiscard]] std::size_t addresses() const noexcept { return admission_.addresses(); }

    /// Stops accepting and reading, sends what is owed for at most `limits::drain_time`, then
    /// closes everything without waiting for the peers.  The room is told nothing.  The loop runs
    /// out of work when it is done.
    void drain();

    // --- moving (server_moves.cpp) ---
    /// Takes all live sessions out, those in the room first and in the order in which they came;
    /// stops listening.  Everything appended to the log must be deliverable at once (as with the
    /// one in memory).
    [[nodiscard]] saved_server save();
    /// A copy of what `save` would take out, and the sessions' descriptors, which stay theirs.
    struct live_copy {
        saved_server saved;
        std::vector<int> descriptors; ///< One for each session; -1 of those who are gone.
    };
    /// Changes nothing.  Between two callbacks of the loop only.
    [[nodiscard]] live_copy snapshot();
    /// Goes on with what another server object or process had.  A session without a descriptor was
    /// lost on the way: the room is told that it left.
    /// @return  how many live.
    std::size_t restore(saved_server saved);
    /// Neither accepts nor reads any more, until `thaw`; what is owed goes on being sent.
    void freeze();
    void thaw();
    /// Bytes that wait to be sent to sessions.
    [[nodiscard]] std::size_t unsent();
    /// Ends sessions until at most `most` are left, those outside the room and the latest first.
    /// The room is told.
    /// @return  how many were ended.
    std::size_t shrink_to(std::size_t most);

    /// What has happened since the server was made.
    [[nodiscard]] const service_counters& counts() const noexcept { return counts_; }

    /// Who is banned or muted.  `ban` and the like bring a change into force for who is here, too.
    /// Whom a session belongs to: what a proxy said of it, else who connected here.
    [[nodiscard]] reactor::endpoint peer_of(const session& who) const;

    [[nodiscard]] ban_list& bans() noexcept { return bans_; }
    [[nodiscard]] const ban_list& bans() const noexcept { return bans_; }
    /// What came of a ban or a mute.
    struct ban_result {
        bool kept;       ///< False: it holds until the next start only, or not at all.
        std::string why; ///< A sentence, if it is not kept.
        std::size_t hit; ///< Sessions that were closed, or muted, because of it.
    };
    /// As `ban_list::add`; sessions that it hits are closed, or muted.
    ban_result ban(const ban_target& target, std::optional<std::chrono::seconds> duration,
                   std::string_view reason);
    /// As `ban_list::remove`; who was muted can speak again.
    ban_list::removal unban(const ban_target& target, std::string& why);

    // --- for sessions ---
    [[nodiscard]] service_counters& count() noexcept { return counts_; }
    [[nodiscard]] incident_log& incidents() noexcept { return incidents_; }
    [[nodiscard]] reactor::loop& loop() const noexcept { return loop_; }
    [[nodiscard]] const limits& limit() const noexcept { return limit_; }
    [[nodiscard]] const reactor::output_limits& session_output() const noexcept {
        return session_output_;
    }
    [[nodiscard]] logger& log() const noexcept { return log_; }
    [[nodiscard]] line_filter& filter() noexcept { return filter_; }
    [[nodiscard]] name_registry& names() noexcept { return *names_; }
    [[nodiscard]] chat_room& room() noexcept { return room_; }
    /// The looks of the names in the room; empty unless names are to be strict.
    [[nodiscard]] look_alikes& looks() noexcept { return looks_; }
    void session_ended(session& ended, const admission::ticket& ticket) noexcept;
    /// It was saved: nothing here refers to it any more.
    void forget(const session& saved) noexcept { proxied_.erase(&saved); }

private:
    void connection_accepted(reactor::unique_fd fd, const reactor::endpoint& peer) override;
    void header_came(reactor::unique_fd fd, const reactor::endpoint& peer,
                     const reactor::endpoint& proxy) override;
    void header_failed(failure what, const reactor::endpoint& proxy,
                       std::string_view fault) override;
    /// Null: it was refused.
    session* let_in(reactor::unique_fd fd, const reactor::endpoint& peer);
    void remember(const session& who, const reactor::endpoint& peer);
    [[nodiscard]] std::vector<proxied_connection*> proxied_connections();
    void close_proxied();
    void refuse(reactor::unique_fd fd, const reactor::endpoint& peer, refusal why);
    struct follower {
        session* who;
        std::size_t owed;
        bool held;
    };
    [[nodiscard]] std::vector<session*> movable();
    [[nodiscard]] session* restore_one(session_state state, bool held);
    void restore_stream(std::vector<follower>& followers, std::string_view stream);
    void claim_again(const session& restored);
    [[nodiscard]] bool is_hit(const session& who, const ban_target& target) const;
    void check_drain();

    reactor::loop& loop_;
    limits limit_;
    reactor::output_limits session_output_;
    logger& log_;
    service_counters counts_;
    incident_log incidents_;
    ban_list bans_;
    line_filter filter_;
    admission admission_;
    std::size_t headers_to_come_ = 0; // connections of proxies without a session yet
    std::unordered_map<const session*, reactor::endpoint> proxied_; // what proxies said
    std::unique_ptr<name_registry> names_;
    look_alikes looks_;
    chat_room room_;
    listener_set listeners_;
    std::chrono::nanoseconds drain_end_{};
    reactor::timer drain_check_;
};

} // namespace chatd
