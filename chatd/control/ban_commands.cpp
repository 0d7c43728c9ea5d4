#include "chatd/control/ban_commands.hpp"

#include "chatd/config/value_kind.hpp"
#include "chatd/daemon.hpp"

#include <reactor/loop.hpp>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace chatd::control {

namespace {

constexpr std::int64_t day = 86'400;

const value_kind& duration_kind() {
    static const value_kind kind{
        "DURATION",
        "a number of seconds, or of min, h, d or w with that suffix",
        {{"s", 1}, {"min", 60}, {"h", 3600}, {"d", day}, {"w", 7 * day}, {"", 1}}};
    return kind;
}

/// What stands behind the target: `[DURATION] [REASON...]`.
struct terms {
    std::optional<std::chrono::seconds> duration; ///< Empty: for ever.
    std::string reason;
};

/// Empty, and refused, when what begins like a duration is none.
std::optional<terms> read_terms(arguments given, answer& to) {
    terms read;
    if (!given.empty() && given.front().find_first_of("0123456789") == 0) {
        std::string why;
        const auto seconds = read_value(given.front(), duration_kind(), {1, 3650 * day}, why);
        if (!seconds) {
            to.refuse(why);
            return std::nullopt;
        }
        read.duration = std::chrono::seconds{*seconds};
        given = given.subspan(1);
    }
    for (const std::string& word : given)
        read.reason.append(read.reason.empty() ? "" : " ").append(word);
    return read;
}

void put_into_force(daemon& process, const ban_target& target, arguments given, answer& to) {
    const auto read = read_terms(given, to);
    if (!read)
        return;
    const auto done = process.service().ban(target, read->duration, read->reason);
    const bool mutes = target.what == ban_target::kind::mute;
    const std::string how_long =
        read->duration ? "for " + to_text(read->duration->count(), duration_kind()) : "for ever";
    if (done.kept)
        to.text(fmt::format("{} {} {}; sessions {}: {}", target.to_string(),
                            mutes ? "is muted" : "is banned", how_long, mutes ? "muted" : "closed",
                            done.hit));
    else
        to.refuse(done.why);
}

void lift(daemon& process, const ban_target& target, answer& to) {
    std::string why;
    if (process.service().unban(target, why) != ban_list::removal::done)
        to.refuse(why);
    else
        to.text(target.to_string() +
                (target.what == ban_target::kind::mute ? " may speak again" : " may come again"));
}

class ban_rows final : public row_source {
public:
    explicit ban_rows(std::vector<chatd::ban> bans) : bans_(std::move(bans)) {}

    bool more(answer& to) override {
        constexpr std::size_t at_once = 64;
        for (std::size_t i = 0; i < at_once && next_ < bans_.size(); ++i)
            add(bans_[next_++], to);
        return next_ < bans_.size();
    }

private:
    static void add(const chatd::ban& one, answer& to) {
        const std::string until =
            one.until ? fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", *one.until) : std::string{"never"};
        to.row({word_of(one.target.what), one.target.to_string(), until, one.reason});
    }

    std::vector<chatd::ban> bans_;
    std::size_t next_ = 0;
};

} // namespace

void ban(daemon& process, arguments given, answer& to) {
    std::string why;
    if (const auto target = ban_target::parse(given.front(), &why))
        put_into_force(process, *target, given.subspan(1), to);
    else
        to.refuse(why);
}

void mute(daemon& process, arguments given, answer& to) {
    std::string why;
    if (const auto target = ban_target::mute_of(given.front(), &why))
        put_into_force(process, *target, given.subspan(1), to);
    else
        to.refuse(why);
}

void unban(daemon& process, arguments given, answer& to) {
    std::string why;
    if (const auto target = ban_target::parse(given.front(), &why))
        lift(process, *target, to);
    else
        to.refuse(why);
}

void unmute(daemon& process, arguments given, answer& to) {
    std::string why;
    if (const auto target = ban_target::mute_of(given.front(), &why))
        lift(process, *target, to);
    else
        to.refuse(why);
}

void tell_bans(daemon& process, arguments, answer& to) {
    to.columns({"kind", "target", "until", "reason"});
    to.rows(std::make_unique<ban_rows>(process.service().bans().list(process.loop().now())));
}

} // namespace chatd::control
