#pragma once

#include <reactor/loop.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace chatd {

/// What the system says about this process.  Each question is a call or two, whatever the process
/// has open.
class process_facts {
public:
    /// @param owner          its channels are counted as descriptors where the system does not
    ///                       count; must outlive this.
    /// @param system_counts  false, for tests: the system does not.
    explicit process_facts(const reactor::loop& owner, bool system_counts = true) noexcept;

    /// Resident and virtual memory in bytes; empty where there is no /proc.
    struct memory {
        std::uint64_t resident = 0;
        std::uint64_t virtual_size = 0;
    };
    [[nodiscard]] static std::optional<memory> memory_now();
    /// Processor time in all, user's and system's.
    [[nodiscard]] static std::chrono::microseconds processor_time() noexcept;

    /// Descriptors open now.  Exact where Linux tells (6.2 and later); else one for each channel
    /// and those that were there beside them at the first question, which is one of O(descriptors).
    [[nodiscard]] std::uint64_t open_descriptors() const;
    /// The soft limit on them; empty when there is none.
    [[nodiscard]] static std::optional<std::uint64_t> descriptor_limit() noexcept;

    /// When the process started, since 1970.
    [[nodiscard]] std::chrono::duration<double> start_time() const noexcept { return started_; }
    /// Time since then, by a clock that nobody sets.
    [[nodiscard]] std::chrono::duration<double> uptime() const noexcept;

private:
    const reactor::loop& loop_;
    bool system_counts_;
    mutable std::optional<std::size_t> others_; // descriptors that are no channels
    std::chrono::duration<double> started_;
    std::chrono::steady_clock::time_point began_;
};

} // namespace chatd
