#include "bench/chatload/loads/load_part.hpp"

#include "bench/chatload/loads/churn.hpp"
#include "bench/chatload/loads/ping.hpp"
#include "bench/chatload/loads/storm.hpp"
#include "bench/chatload/loads/talk.hpp"
#include "bench/chatload/worker.hpp"

namespace chatload {

load_part::load_part(worker& home, std::uint32_t index)
    : home_(home), asked_(home.shared().asked.loads[index]), index_(index) {}

session& load_part::add_client(const role& who) {
    clients_.push_back(std::make_unique<session>(home_, *this, who));
    session& made = *clients_.back();
    made.slot = static_cast<std::uint32_t>(clients_.size() - 1);
    if (who.sender)
        made.voice = home_.shared().who.find(who.number);
    return made;
}

std::chrono::nanoseconds load_part::shift_of_thread() const noexcept {
    return std::chrono::nanoseconds{static_cast<std::int64_t>(1e9 * home_.index() / asked_.rate)};
}

void load_part::answered(session& from, std::string_view token) {
    found_.add({violation_kind::unexpected,
                home_.shared().format.name(from.number()),
                0,
                std::string(token),
                {}});
}

std::unique_ptr<load_part> make_load_part(worker& home, std::uint32_t index) {
    switch (home.shared().asked.loads[index].kind) {
    case workload::fan_out:
    case workload::rooms:
    case workload::stalled:
        return std::make_unique<talk_part>(home, index);
    case workload::ping:
        return std::make_unique<ping_part>(home, index);
    case workload::churn:
        return std::make_unique<churn_part>(home, index);
    case workload::storm:
        return std::make_unique<storm_part>(home, index);
    case workload::idle:
        break;
    }
    return std::make_unique<load_part>(home, index); // holds its connections, and that is all
}

} // namespace chatload
