#include "chatd/log_events.hpp"

#include <algorithm>
#include <array>

namespace chatd {

namespace {

constexpr bool bounded = true;

constexpr std::array all_events{
    log_event{"accept_failed", "admission", bounded},
    log_event{"ban", "control"},
    log_event{"bans_not_kept", "control"},
    log_event{"bans_not_restored", "upgrade"},
    log_event{"closed", "session", bounded},
    log_event{"config_mistake", "config"},
    log_event{"connect", "admission", bounded},
    log_event{"control", "control", bounded},
    log_event{"control_refused", "control", bounded},
    log_event{"control_unavailable", "control"},
    log_event{"draining", "daemon"},
    log_event{"fewer_connections", "admission"},
    log_event{"handing_over", "upgrade"},
    log_event{"inherited_socket_unused", "listening"},
    log_event{"kick", "control", bounded},
    log_event{"leave", "session", bounded},
    log_event{"line_refused", "session", bounded},
    log_event{"listen_failed", "listening"},
    log_event{"listener_closed", "listening"},
    log_event{"local_only", "listening"},
    log_event{"log_level", "config"},
    log_event{"log_lost", "log"},
    log_event{"login", "session", bounded},
    log_event{"metrics_listening", "listening"},
    log_event{"metrics_public", "listening"},
    log_event{"metrics_unavailable", "listening"},
    log_event{"mute", "control"},
    log_event{"name_refused", "session", bounded},
    log_event{"not_listening", "listening"},
    log_event{"not_restored", "upgrade", bounded},
    log_event{"not_stored", "upgrade"},
    log_event{"option_changed", "config"},
    log_event{"option_needs_restart", "config"},
    log_event{"refused", "admission", bounded},
    log_event{"reload_failed", "config"},
    log_event{"reloaded", "config"},
    log_event{"restored", "upgrade"},
    log_event{"restored_name_taken", "upgrade", bounded},
    log_event{"socket_option_failed", "listening"},
    log_event{"start", "daemon"},
    log_event{"state_refused", "upgrade"},
    log_event{"state_unavailable", "upgrade"},
    log_event{"stop", "daemon"},
    log_event{"stopped", "daemon"},
    log_event{"stopping", "daemon"},
    log_event{"stored", "upgrade"},
    log_event{"unban", "control"},
    log_event{"unmute", "control"},
    log_event{"upgrade", "upgrade"},
    log_event{"upgrade_failed", "upgrade"},
    log_event{"wait", "session", bounded},
};

constexpr auto by_name = [](const log_event& event, std::string_view name) {
    return event.name < name;
};

static_assert(std::is_sorted(all_events.begin(), all_events.end(),
                             [](const log_event& a, const log_event& b) {
                                 return a.name < b.name;
                             }),
              "find_log_event searches it by halves");

} // namespace

std::span<const log_event> log_events() noexcept { return all_events; }

std::optional<std::size_t> find_log_event(std::string_view name) noexcept {
    const auto* const found = std::lower_bound(all_events.begin(), all_events.end(), name, by_name);
    if (found == all_events.end() || found->name != name)
        return std::nullopt;
    return static_cast<std::size_t>(found - all_events.begin());
}

} // namespace chatd
