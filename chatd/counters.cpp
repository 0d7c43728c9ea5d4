#include "chatd/counters.hpp"

#include "chatd/network.hpp"

#include <vector>

namespace chatd {

namespace {

// What is one peer: of IPv6, a network has so many addresses that it could be another each time.
constexpr unsigned host_bits_v4 = 32;
constexpr unsigned host_bits_v6 = 64;

/// In the order of the enumeration.
constexpr std::array<incident_info, incidents> all_incidents{{
    {"refused", "server_full", "connections turned away because --max-connections were open"},
    {"refused", "address_full",
     "connections turned away because --per-address were open from there"},
    {"refused", "too_fast", "connections turned away because --connect-rate was spent"},
    {"refused", "banned", "connections turned away because their address is banned"},
    {"refused", "proxy_header", "connections of proxies without a proper PROXY header"},
    {"refused", "proxy_silent", "connections of proxies whose PROXY header did not come in time"},
    {"closed", "login_timeout", "sessions closed because they did not log in in time"},
    {"closed", "too_much_before_login", "sessions closed that sent too much before login"},
    {"closed", "http_request", "sessions closed because a browser was made to speak to the port"},
    {"closed", "unread_before_login", "sessions closed that did not read before login"},
    {"closed", "hard_limit", "slow readers closed at --hard-limit"},
    {"closed", "no_progress", "slow readers closed after --no-progress"},
    {"closed", "memory", "slow readers closed because memory ran short"},
    {"closed", "peer_lost", "sessions closed because their peer had vanished"},
    {"closed", "kicked", "sessions closed by the administrator"},
    {"closed", "banned", "sessions closed because of a new ban"},
    {"name_refused", "empty", "logins without a name"},
    {"name_refused", "taken", "logins with a name that somebody has"},
    {"name_refused", "too_long", "logins with a name above --max-name"},
    {"name_refused", "strict_names", "logins with a name that --strict-names refuses"},
    {"name_refused", "banned", "logins with a name that is banned"},
    {"line_refused", "too_long", "lines discarded because they were above --max-line"},
    {"line_refused", "muted", "lines of muted sessions"},
    {"wait", "flood", "times a session waited because it sent too fast"},
    {"wait", "room", "times a session waited because of --room-rate"},
    {"wait", "output", "times a session's commands waited because it did not read"},
}};

constexpr std::array<counter_info, 16> all_plain{{
    {"accepted", "connections let in", &service_counters::accepted},
    {"restored", "sessions taken over", &service_counters::restored},
    {"ended", "sessions that are over", &service_counters::ended},
    {"logins", "sessions that entered the room", &service_counters::logins},
    {"logouts", "sessions that left the room", &service_counters::logouts},
    {"lines", "lines received", &service_counters::lines},
    {"says", "lines said in the room", &service_counters::says},
    {"reloads", "times a new configuration came into force", &service_counters::reloads},
    {"reload_failures", "times a new configuration had mistakes",
     &service_counters::reload_failures},
    {"control_refused", "connections turned away from the control socket",
     &service_counters::control_refused},
    {"control_too_long", "requests to the control socket over the limit",
     &service_counters::control_too_long},
    {"control_waits", "times that requests there waited for answers to be taken",
     &service_counters::control_waits},
    {"control_closed", "connections there closed for silence or unread answers",
     &service_counters::control_closed},
    {"newcomer_holds", "logins after which others' lines were held",
     &service_counters::newcomer_holds},
    {"drain_cut", "sessions that were owed something when --drain-time was over",
     &service_counters::drain_cut},
    {"bans_full", "bans and mutes that the full list did not take", &service_counters::bans_full},
}};

} // namespace

const incident_info& info_of(incident what) noexcept {
    return all_incidents[static_cast<std::size_t>(what)];
}

std::span<const counter_info> plain_counters() noexcept { return all_plain; }

void incident_log::note(incident what, std::chrono::nanoseconds now, const reactor::endpoint& peer,
                        std::string_view fault) {
    if (begins(count(what), peer, now))
        write(what, "peer", peer.to_string(), fault);
}

void incident_log::note(incident what, std::chrono::nanoseconds now, std::string_view name) {
    if (count(what).all.begins(now))
        write(what, "name", name);
}

incident_log::lines& incident_log::count(incident what) noexcept {
    const auto place = static_cast<std::size_t>(what);
    ++counts_.of_incident[place];
    return lines_[place];
}

bool incident_log::begins(lines& of, const reactor::endpoint& peer,
                          std::chrono::nanoseconds now) const {
    const auto shown = log_.chosen().addresses;
    if (shown == log_addresses::none) // all lines would be the same
        return of.all.begins(now);
    const auto where = shown == log_addresses::whole
                           ? network::around(peer, host_bits_v4, host_bits_v6)
                           : network::around(peer, logged_bits_v4, logged_bits_v6);
    return of.by_address.begins(where.value_or(network{}), now);
}

void incident_log::write(incident what, std::string_view key, std::string_view value,
                         std::string_view fault) {
    const incident_info& info = info_of(what);
    lines& of = lines_[static_cast<std::size_t>(what)];
    const auto unsaid = of.all.take_unsaid() + of.by_address.take_unsaid();
    const auto level = what <= incident::closed_banned ? log_level::warning : log_level::info;
    std::vector<log_field> fields{{"reason", info.reason}, {key, value}};
    if (!fault.empty())
        fields.emplace_back("fault", fault);
    if (unsaid > 0)
        fields.emplace_back("unsaid", unsaid);
    log_.write(level, info.event, std::span<const log_field>{fields});
}

} // namespace chatd
