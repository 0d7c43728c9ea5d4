#pragma once

#include "chatd/address_episodes.hpp"
#include "chatd/log.hpp"

#include <reactor/endpoint.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace chatd {

/// What a limit did, or an administrator, or a peer that misbehaves: each is counted by itself, and
/// the log has one line a minute of it and each address.
enum class incident : std::uint8_t {
    // A connection is turned away.
    refused_server_full,
    refused_address_full,
    refused_too_fast,
    refused_banned,
    refused_proxy_header,
    refused_proxy_silent,
    // A session is closed.
    closed_login_timeout,
    closed_too_much_before_login,
    closed_http_request,
    closed_unread_before_login,
    closed_hard_limit,
    closed_no_progress,
    closed_memory,
    closed_peer_lost,
    closed_kicked,
    closed_banned,
    // A login fails.
    name_empty,
    name_taken,
    name_too_long,
    name_not_strict,
    name_banned,
    // A line is not carried out.
    line_too_long,
    line_muted,
    // A session is made to wait; one episode each.
    wait_flood,
    wait_room,
    wait_output,
    last = wait_output,
};

inline constexpr std::size_t incidents = static_cast<std::size_t>(incident::last) + 1;

/// How an incident is written, in the log and to whoever counts.
struct incident_info {
    std::string_view event;  ///< The log's event and the counter's family: `refused`, `closed` ...
    std::string_view reason; ///< The `reason=` of the log line and the counter's label.
    std::string_view help;   ///< What it means, in one phrase.
};
[[nodiscard]] const incident_info& info_of(incident what) noexcept;

/// What has happened since the server was made: plain numbers that only grow.
struct service_counters {
    std::uint64_t accepted = 0; ///< Connections let in.
    std::uint64_t restored = 0; ///< Sessions taken over from another server object.
    std::uint64_t ended = 0;    ///< Sessions that are over, for whatever reason.
    std::uint64_t logins = 0;
    std::uint64_t logouts = 0; ///< Sessions that left the room, for whatever reason.
    std::uint64_t lines = 0;   ///< Whole lines received.
    std::uint64_t says = 0;    ///< Lines said in the room.
    std::uint64_t reloads = 0; ///< Of the configuration, that came into force.
    std::uint64_t reload_failures = 0;
    std::uint64_t control_refused = 0;  ///< Connections to the control socket.
    std::uint64_t control_too_long = 0; ///< Requests there over the limit.
    std::uint64_t control_waits = 0;    ///< Times that requests waited for answers to be taken.
    std::uint64_t control_closed = 0;   ///< Connections there closed for silence or unread answers.
    std::uint64_t newcomer_holds = 0;   ///< Logins after which others' lines were held.
    std::uint64_t drain_cut = 0; ///< Sessions that were owed something when a stop had to end.
    std::uint64_t bans_full = 0; ///< Bans and mutes that the full list did not take.
    std::array<std::uint64_t, incidents> of_incident{};

    [[nodiscard]] std::uint64_t of(incident what) const noexcept {
        return of_incident[static_cast<std::size_t>(what)];
    }
};

/// One of the numbers that are no incidents, with its name.
struct counter_info {
    std::string_view name;
    std::string_view help;
    std::uint64_t service_counters::*value;
};
/// All of them; together with the incidents that is everything in `service_counters`.
[[nodiscard]] std::span<const counter_info> plain_counters() noexcept;

/// Counts incidents and writes one line a minute of each kind and address, and of each kind about
/// those who have a name.
class incident_log {
public:
    /// Both must outlive this.
    incident_log(service_counters& counts, logger& log) noexcept : counts_(counts), log_(log) {}

    /// Counts; then, unless the log has a line of this minute about the same address, writes
    /// `EVENT reason=REASON peer=PEER fault=FAULT` and how many went unsaid before, wherever they
    /// came from.  Addresses are the same that the log shows alike, and of IPv6 those of one /64.
    /// @param fault  what was wrong in what the peer sent; empty: the field is left out.
    void note(incident what, std::chrono::nanoseconds now, const reactor::endpoint& peer,
              std::string_view fault = {});
    /// The same about somebody who has a name, with `name=NAME`: one line a minute whoever it is.
    void note(incident what, std::chrono::nanoseconds now, std::string_view name);

private:
    /// The lines of one kind.
    struct lines {
        log_episode all; // of those that do not depend on the address
        address_episodes by_address;
    };

    [[nodiscard]] lines& count(incident what) noexcept;
    [[nodiscard]] bool begins(lines& of, const reactor::endpoint& peer,
                              std::chrono::nanoseconds now) const;
    void write(incident what, std::string_view key, std::string_view value,
               std::string_view fault = {});

    service_counters& counts_;
    logger& log_;
    std::array<lines, incidents> lines_;
};

} // namespace chatd
