#pragma once

#include "bench/chatload/run_context.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace chatload {

/// What went wrong in a run, in lines for people: clients that failed in the same way share one.
class failure_list {
public:
    static constexpr std::size_t shown = 10;

    void add(std::string why);
    void add(client_failure what);

    /// Lines that there would be if all were shown.
    [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
    /// The first ones, in order of their first occurrence.
    [[nodiscard]] std::vector<std::string> lines() const;

private:
    struct kind {
        bool of_clients = false;
        client_failure first; // of a failure of no client, `why` alone
        std::uint64_t times = 0;
    };

    std::vector<kind> kinds_;
    std::uint64_t count_ = 0;
};

} // namespace chatload
