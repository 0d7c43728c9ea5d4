#pragma once

#include "bench/chatload/loads/load_part.hpp"
#include "bench/chatload/open_pacer.hpp"

#include <deque>
#include <vector>

namespace chatload {

/// Clients that each ask and are answered.
class ping_part : public load_part {
public:
    ping_part(worker& home, std::uint32_t index);

    void begin() override;
    void measure(std::chrono::nanoseconds now) override;
    void stop() override;
    [[nodiscard]] bool settled() const override;
    void finish() override;
    void answered(session& from, std::string_view token) override;

private:
    /// What one client has asked and not been answered.
    struct questions {
        std::deque<std::chrono::nanoseconds> due;
        std::uint64_t first = 0; // number of the front one
    };

    void ask(session& from, std::chrono::nanoseconds due);
    void fill_window(session& from, std::chrono::nanoseconds now);
    void ask_next(std::chrono::nanoseconds due);
    [[nodiscard]] bool is_next(session& from, std::string_view token);
    void report(violation_kind kind, const session& from, std::string_view got);

    std::vector<questions> open_; // by slot
    std::uint64_t outstanding_ = 0;
    open_pacer pacer_;
};

} // namespace chatload
