#include "bench/chatload/interrupts.hpp"

#include <utility>

namespace chatload {

namespace {

// A signal handler has nothing else to write to.
volatile std::sig_atomic_t signal_seen = 0;

void note_signal(int) { signal_seen = 1; }

/// Interrupts its run at the first news of it, if a signal came before.
class early_signal : public run_observer {
public:
    early_signal(const plan& asked, const interrupts& signals, run_observer* next)
        : signals_(signals), next_(next), run_(asked, this) {}

    run_figures run() { return run_.run(); }
    void progress(const run_progress& now) override {
        if (signals_.seen() && !std::exchange(told_, true))
            run_.interrupt();
        if (next_ != nullptr)
            next_->progress(now);
    }

private:
    const interrupts& signals_;
    run_observer* next_;
    bool told_ = false;
    runner run_;
};

} // namespace

interrupts::interrupts() {
    signal_seen = 0;
    struct sigaction action {};
    action.sa_handler = note_signal;
    ::sigemptyset(&action.sa_mask);
    ::sigaction(SIGINT, &action, &int_before_);
    ::sigaction(SIGTERM, &action, &term_before_);
}

interrupts::~interrupts() {
    ::sigaction(SIGINT, &int_before_, nullptr);
    ::sigaction(SIGTERM, &term_before_, nullptr);
}

bool interrupts::seen() const noexcept { return signal_seen != 0; }

run_figures interrupts::run(const plan& asked, run_observer* watcher) const {
    return early_signal(asked, *this, watcher).run();
}

} // namespace chatload
