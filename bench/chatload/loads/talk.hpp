#pragma once

#include "bench/chatload/loads/load_part.hpp"
#include "bench/chatload/open_pacer.hpp"
#include "bench/chatload/pacing.hpp"

#include <vector>

namespace chatload {

/// Clients in rooms, some of whom say lines: fan-out, rooms, and stalled readers.
class talk_part : public load_part {
public:
    talk_part(worker& home, std::uint32_t index);

    void begin() override;
    void measure(std::chrono::nanoseconds now) override;
    void stop() override;
    void acknowledged(session& speaker, const ledger_entry& entry, bool own) override;
    [[nodiscard]] bool may_end(session& from, bool left) override;

private:
    void fill_window(session& from, std::chrono::nanoseconds now);
    void say_next(std::chrono::nanoseconds due);

    std::vector<session*> senders_;
    std::vector<closed_window> windows_; // by slot; unused in an open loop
    open_pacer pacer_;
    bool stalling_ = false;
};

} // namespace chatload
