#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace chatload {

/// What may go wrong with a line at one client.
enum class violation_kind : std::uint8_t {
    lost,       ///< It never came.
    doubled,    ///< It came once more.
    torn,       ///< What came is not a whole line.
    reordered,  ///< It came, but later than in the agreed order.
    unexpected, ///< A line that nobody said.
};
inline constexpr std::size_t violation_kinds = 5;

[[nodiscard]] constexpr const char* to_string(violation_kind kind) noexcept {
    constexpr const char* names[violation_kinds] = {"lost", "doubled", "torn", "re-ordered",
                                                    "unexpected"};
    return names[static_cast<std::size_t>(kind)];
}

/// One of them, for people.
struct violation {
    violation_kind kind{};
    std::string client;         ///< The name of the client that saw it.
    std::uint64_t position = 0; ///< That client's place in the agreed order, from 0.
    std::string got;            ///< The line that came; empty when lost.
    std::string expected;       ///< The line that should have come; empty when none was due.
};

/// All that went wrong: counted, the first ones kept.
class violations {
public:
    static constexpr std::size_t shown = 10;

    /// Whether `add` still keeps what it is given.
    [[nodiscard]] bool keeps() const noexcept { return first_.size() < shown; }
    void add(violation one) {
        count(one.kind);
        if (keeps())
            first_.push_back(std::move(one));
    }
    void count(violation_kind kind, std::uint64_t times = 1) noexcept {
        counts_[static_cast<std::size_t>(kind)] += times;
        total_ += times;
    }

    /// Adds what another one has found.
    void merge(const violations& other) {
        for (std::size_t i = 0; i < violation_kinds; ++i)
            count(static_cast<violation_kind>(i), other.counts_[i]);
        for (const violation& one : other.first_) {
            if (keeps())
                first_.push_back(one);
        }
    }

    [[nodiscard]] std::uint64_t total() const noexcept { return total_; }
    [[nodiscard]] std::uint64_t of(violation_kind kind) const noexcept {
        return counts_[static_cast<std::size_t>(kind)];
    }
    [[nodiscard]] const std::vector<violation>& first() const noexcept { return first_; }

private:
    std::array<std::uint64_t, violation_kinds> counts_{};
    std::uint64_t total_ = 0;
    std::vector<violation> first_;
};

} // namespace chatload
