#include "bench/chatload/loads/storm.hpp"

#include "bench/chatload/worker.hpp"

namespace chatload {

void storm_part::measure(std::chrono::nanoseconds now) {
    due_ = now;
    for (const auto& one : clients())
        one->start();
}

void storm_part::ready(session&) {
    home().record(tally(), timing::login, home().batch_time() - due_);
}

} // namespace chatload
