// What a ban or a mute does to who is here already.
#include "chatd/server.hpp"
#include "chatd/session.hpp"

namespace chatd {

server::ban_result server::ban(const ban_target& target,
                               std::optional<std::chrono::seconds> duration,
                               std::string_view reason) {
    ban_result result{false, {}, 0};
    result.kept = bans_.add(target, duration, reason, loop_.now(), result.why);
    if (!result.kept && !bans_.contains(target))
        ++counts_.bans_full;
    log_.info(target.what == ban_target::kind::mute ? "mute" : "ban",
              {{"target", target.to_string()},
               {"seconds", duration ? std::to_string(duration->count()) : "never"},
               {"reason", reason}});
    if (!result.kept)
        log_.error("bans_not_kept", {{"reason", result.why}});
    for (session* each : sessions()) {
        if (!is_hit(*each, target))
            continue;
        ++result.hit;
        if (target.what == ban_target::kind::mute)
            each->look_whether_muted();
        else
            each->expel(incident::closed_banned);
    }
    return result;
}

ban_list::removal server::unban(const ban_target& target, std::string& why) {
    const auto done = bans_.remove(target, loop_.now(), why);
    if (done == ban_list::removal::not_found)
        return done;
    log_.info(target.what == ban_target::kind::mute ? "unmute" : "unban",
              {{"target", target.to_string()}});
    if (done == ban_list::removal::not_saved)
        log_.error("bans_not_kept", {{"reason", why}});
    for (session* each : sessions())
        each->look_whether_muted();
    return done;
}

/// By the list, which may have refused the target because it is full.
bool server::is_hit(const session& who, const ban_target& target) const {
    if (who.where() == session::state::gone)
        return false;
    switch (target.what) {
    case ban_target::kind::addresses:
        return target.where.contains(peer_of(who)) && bans_.is_banned(peer_of(who), loop_.now());
    case ban_target::kind::name:
        return who.name() == target.name && bans_.is_banned(target.name, loop_.now());
    case ban_target::kind::mute:
        break;
    }
    return who.name() == target.name && bans_.is_muted(target.name, loop_.now());
}

} // namespace chatd
