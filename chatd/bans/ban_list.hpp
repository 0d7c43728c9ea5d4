#pragma once

#include "chatd/bans/ban_target.hpp"

#include <reactor/endpoint.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace chatd {

/// One entry of a `ban_list` as others see it.
struct ban {
    using wall_time = std::chrono::sys_seconds;

    ban_target target;
    std::optional<wall_time> until; ///< Empty: for ever.
    std::string reason;             ///< May be empty.

    friend bool operator==(const ban&, const ban&) = default;
};

/// Who is banned and who is muted, and until when; kept in a file if it is told to.
///
/// While the daemon runs, time is the loop's, so that a clock that is set does not end a ban or
/// make it longer; in the file it is the wall clock's, so that a ban also ends while the daemon is
/// down.  The file is replaced as a whole at each change: a crash leaves the former one or the new
/// one.  That write waits for the disk, so a change takes as long as one fsync.
///
/// Look-ups cost a search for each prefix length that is in use.  Times named `now` are the loop's.
class ban_list {
public:
    using clock = std::chrono::system_clock;
    static constexpr std::size_t most = 100'000; ///< Entries.

    /// Empty and without a file.
    /// @param wall_clock  for tests.
    explicit ban_list(clock::time_point (*wall_clock)() = &clock::now) : wall_clock_(wall_clock) {}

    /// Reads the file, if there is one, and keeps the list there from now on.  False if it cannot
    /// be read, is damaged, or could not be replaced; then `why` is a sentence with file, line,
    /// fault and remedy, and nothing has changed.
    [[nodiscard]] bool open(const std::string& path, std::chrono::nanoseconds now,
                            std::string& why);

    /// Adds an entry, or replaces the one against the same target.
    /// @param duration  from now on; empty: for ever.
    /// @param reason    characters that do not belong in one line are removed.
    /// @return          false when it is not in the file, or not in force either because the list
    ///                  is full; `why` is a sentence about it.
    [[nodiscard]] bool add(ban_target target, std::optional<std::chrono::seconds> duration,
                           std::string_view reason, std::chrono::nanoseconds now, std::string& why);
    /// Adds all of them, as far as they have not ended and there is room.
    /// @return  false when they are not in the file; `why` is a sentence about it.
    [[nodiscard]] bool add_all(const std::vector<ban>& bans, std::chrono::nanoseconds now,
                               std::string& why);
    /// What came of a removal.
    enum class removal : std::uint8_t { done, not_found, not_saved };
    /// @param why  gets a sentence if it is not `done`.
    [[nodiscard]] removal remove(const ban_target& target, std::chrono::nanoseconds now,
                                 std::string& why);

    /// What is in force: addresses, names, mutes, each in the order of their targets.
    [[nodiscard]] std::vector<ban> list(std::chrono::nanoseconds now) const;
    [[nodiscard]] bool is_banned(const reactor::endpoint& peer, std::chrono::nanoseconds now) const;
    [[nodiscard]] bool is_banned(std::string_view name, std::chrono::nanoseconds now) const;
    [[nodiscard]] bool is_muted(std::string_view name, std::chrono::nanoseconds now) const;
    /// Whether there is an entry against it, which may have ended.
    [[nodiscard]] bool contains(const ban_target& target) const {
        return entries_.contains(target);
    }
    /// Entries, some of which may have ended.
    [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

private:
    struct entry {
        std::chrono::nanoseconds until; // the loop's time; max: for ever
        std::string reason;
    };
    using entry_map = std::map<ban_target, entry>;

    [[nodiscard]] bool in_force(const ban_target& target, std::chrono::nanoseconds now) const;
    [[nodiscard]] bool in_force_as(ban_target::kind what, std::string_view name,
                                   std::chrono::nanoseconds now) const;
    [[nodiscard]] ban::wall_time to_wall(std::chrono::nanoseconds until,
                                         std::chrono::nanoseconds now) const;
    void put(ban_target target, entry made);
    void put_all(const std::vector<ban>& bans, std::chrono::nanoseconds now);
    void erase(entry_map::iterator at);
    void forget_ended(std::chrono::nanoseconds now);
    [[nodiscard]] bool save(std::chrono::nanoseconds now, std::string& why);

    clock::time_point (*wall_clock_)();
    entry_map entries_;
    std::array<std::array<std::size_t, 129>, 2> by_bits_{}; // networks of each length; IPv4, IPv6
    std::string path_;
};

} // namespace chatd
