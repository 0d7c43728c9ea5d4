#include "chatd/metrics/abort_dump.hpp"

#include <unistd.h>

#include <atomic>

namespace chatd {

namespace {

// NOLINTNEXTLINE(cppcoreguidelines-avoid-non-const-global-variables): a signal handler's only way
std::atomic<const reactor::flight_recorder*> dumped_recorder{nullptr};
static_assert(std::atomic<const reactor::flight_recorder*>::is_always_lock_free);

extern "C" void dump_and_abort(int signal) {
    if (const auto* recorder = dumped_recorder.load())
        recorder->dump_to(STDERR_FILENO);
    ::raise(signal); // the action is the system's own again
}

} // namespace

abort_dump::abort_dump(const reactor::flight_recorder& recorder) noexcept {
    dumped_recorder = &recorder;
    struct sigaction action {};
    action.sa_handler = &dump_and_abort;
    action.sa_flags = static_cast<int>(SA_RESETHAND) | SA_NODEFER;
    ::sigaction(SIGABRT, &action, &former_);
}

abort_dump::~abort_dump() {
    ::sigaction(SIGABRT, &former_, nullptr);
    dumped_recorder = nullptr;
}

} // namespace chatd
