#include "bench/chatload/runner.hpp"

#include "bench/chatload/coordinator.hpp"

#include <utility>

namespace chatload {

runner::runner(plan asked, run_observer* watcher)
    : coordinator_(std::make_unique<coordinator>(std::move(asked), watcher)) {}

runner::~runner() = default;

run_figures runner::run() { return coordinator_->run(); }

void runner::interrupt() { coordinator_->interrupt(); }

const char* to_string(run_phase phase) noexcept {
    constexpr const char* names[] = {"connecting", "settling", "warm-up", "measuring", "draining"};
    return names[static_cast<std::size_t>(phase)];
}

} // namespace chatload
