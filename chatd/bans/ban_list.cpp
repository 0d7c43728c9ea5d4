#include "chatd/bans/ban_list.hpp"

#include "chatd/bans/ban_file.hpp"
#include "chatd/bans/state_file.hpp"
#include "chatd/text.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace chatd {

namespace {

using std::chrono::ceil;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr nanoseconds for_ever = nanoseconds::max();
constexpr seconds longest = std::chrono::hours{24 * 365 * 100}; // keeps sums within their types

std::string cleaned(std::string_view reason) {
    std::string valid;
    std::string scratch;
    return std::string{
        trim(remove_characters(to_valid_utf8(reason, valid), text_use::name, scratch))};
}

} // namespace

bool ban_list::open(const std::string& path, nanoseconds now, std::string& why) {
    const auto text = read_state_file(path, why);
    if (!text)
        return false;
    const auto read = read_bans(*text, why);
    if (!read) {
        why = path + why + "; repair the file, or move it away to begin without bans";
        return false;
    }
    if (!check_replaceable(path, why))
        return false;
    entries_.clear();
    by_bits_ = {};
    put_all(*read, now);
    path_ = path;
    return true;
}

void ban_list::put_all(const std::vector<ban>& bans, nanoseconds now) {
    const auto wall = wall_clock_();
    for (const ban& each : bans)
        if ((!each.until || *each.until > wall) && entries_.size() < most)
            put(each.target, {each.until ? now + (*each.until - wall) : for_ever, each.reason});
}

bool ban_list::add_all(const std::vector<ban>& bans, nanoseconds now, std::string& why) {
    put_all(bans, now);
    return bans.empty() || save(now, why);
}

bool ban_list::add(ban_target target, std::optional<seconds> duration, std::string_view reason,
                   nanoseconds now, std::string& why) {
    if (entries_.size() >= most)
        forget_ended(now);
    if (entries_.size() >= most && !entries_.contains(target)) {
        why = "there are " + std::to_string(most) + " bans already; remove some first";
        return false;
    }
    put(std::move(target),
        {duration ? now + std::min(*duration, longest) : for_ever, cleaned(reason)});
    return save(now, why);
}

ban_list::removal ban_list::remove(const ban_target& target, nanoseconds now, std::string& why) {
    const auto found = entries_.find(target);
    if (found == entries_.end() || found->second.until <= now) {
        why = target.to_string() +
              (target.what == ban_target::kind::mute ? " is not muted" : " is not banned");
        return removal::not_found;
    }
    erase(found);
    return save(now, why) ? removal::done : removal::not_saved;
}

std::vector<ban> ban_list::list(nanoseconds now) const {
    std::vector<ban> all;
    for (const auto& [target, what] : entries_) {
        if (what.until <= now)
            continue;
        ban& made = all.emplace_back(ban{target, std::nullopt, what.reason});
        if (what.until != for_ever)
            made.until = to_wall(what.until, now);
    }
    return all;
}

ban::wall_time ban_list::to_wall(nanoseconds until, nanoseconds now) const {
    // To the nearest: what was read from the file is written as it was.
    return std::chrono::round<seconds>(wall_clock_() + (until - now));
}

bool ban_list::is_banned(const reactor::endpoint& peer, nanoseconds now) const {
    if (entries_.empty())
        return false;
    const auto address = network::around(peer);
    if (!address)
        return false;
    const auto& in_use = by_bits_[address->is_v4() ? 0 : 1];
    for (unsigned bits = 0; bits <= address->bits(); ++bits)
        if (in_use[bits] > 0 &&
            in_force({ban_target::kind::addresses, *network::around(peer, bits, bits), {}}, now))
            return true;
    return false;
}

bool ban_list::is_banned(std::string_view name, nanoseconds now) const {
    return in_force_as(ban_target::kind::name, name, now);
}

bool ban_list::is_muted(std::string_view name, nanoseconds now) const {
    return in_force_as(ban_target::kind::mute, name, now);
}

bool ban_list::in_force_as(ban_target::kind what, std::string_view name, nanoseconds now) const {
    return !entries_.empty() && in_force({what, {}, std::string{name}}, now);
}

bool ban_list::in_force(const ban_target& target, nanoseconds now) const {
    const auto found = entries_.find(target);
    return found != entries_.end() && found->second.until > now;
}

void ban_list::put(ban_target target, entry made) {
    const auto [at, is_new] = entries_.insert_or_assign(std::move(target), std::move(made));
    if (is_new && at->first.what == ban_target::kind::addresses)
        ++by_bits_[at->first.where.is_v4() ? 0 : 1][at->first.where.bits()];
}

void ban_list::erase(entry_map::iterator at) {
    if (at->first.what == ban_target::kind::addresses)
        --by_bits_[at->first.where.is_v4() ? 0 : 1][at->first.where.bits()];
    entries_.erase(at);
}

void ban_list::forget_ended(nanoseconds now) {
    for (auto at = entries_.begin(); at != entries_.end();) {
        const auto next = std::next(at);
        if (at->second.until <= now)
            erase(at);
        at = next;
    }
}

bool ban_list::save(nanoseconds now, std::string& why) {
    if (path_.empty())
        return true;
    if (replace_state_file(path_, write_bans(list(now)), why))
        return true;
    why = "this holds until the next start only: " + why;
    return false;
}

} // namespace chatd
