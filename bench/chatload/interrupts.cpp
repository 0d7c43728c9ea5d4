#include "bench/chatload/interrupts.hpp"

namespace chatload {

namespace {

// A signal handler has nothing else to write to.
volatile std::sig_atomic_t signal_seen = 0;

void note_signal(int) { signal_seen = 1; }

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

} // namespace chatload
