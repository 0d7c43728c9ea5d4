#pragma once

#include "chatd/network.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <utility>

namespace chatd {

/// Keeps what addresses do again and again from filling the log: one line a minute of each.
class address_episodes {
public:
    static constexpr std::size_t most = 256; ///< Addresses that have a line in one minute.

    /// Something happened at `now` because of whoever is there.  True at most once a minute of each
    /// `where`, and of no others while `most` of them had a line.  O(log `most`), amortized.
    [[nodiscard]] bool begins(const network& where, std::chrono::nanoseconds now);
    /// How often it happened without a line since this was asked last, wherever.
    [[nodiscard]] std::uint64_t take_unsaid() noexcept { return std::exchange(unsaid_, 0); }

private:
    [[nodiscard]] bool has_room(std::chrono::nanoseconds now);

    std::map<network, std::chrono::nanoseconds> lines_; // the last one of each
    std::chrono::nanoseconds full_until_{};             // when the oldest of too many is forgotten
    std::uint64_t unsaid_ = 0;
};

} // namespace chatd
