#include "bench/chatload/loads/storm.hpp"

#include "bench/chatload/worker.hpp"

namespace chatload {

void storm_part::measure(std::chrono::nanoseconds now) {
    due_ = now;
    for (const auto& one : clients_)
        one->start();
}

void storm_part::ready(session&) {
    home_.record(tally(), timing::login, home_.batch_time() - due_);
}

} // namespace chatload
