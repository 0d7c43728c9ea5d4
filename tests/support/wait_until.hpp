#pragma once

#include "support/sanitized.hpp"

#include <poll.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>

namespace support {

using test_clock = std::chrono::steady_clock;

/// How long anything is waited for.  It exists only to fail: no test takes this long when all is
/// well.
inline constexpr std::chrono::seconds patience{sanitized ? 40 : 10};

/// What the helpers throw when something expected did not happen; the test framework prints the
/// text.
class failure : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The line of the test that called a helper, taken by a default argument.
struct source_line {
    const char* file;
    int number;

    static constexpr source_line here(const char* file = __builtin_FILE(),
                                      int number = __builtin_LINE()) noexcept {
        return {file, number};
    }
    std::string text() const { return std::string(file) + ":" + std::to_string(number) + ": "; }
};

/// Milliseconds left until `deadline`, as poll() wants them: rounded up, never negative.
inline int milliseconds_until(test_clock::time_point deadline) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - test_clock::now());
    return left.count() < 0 ? 0 : static_cast<int>(left.count());
}

/// Waits until `holds()` is true, asking again every few milliseconds.  Only for what has no
/// descriptor to wait on, such as the state of another process.
/// @param what   the condition in words, for the failure's text.
/// @param holds  asked at least once.
/// @throws failure when it does not become true in time.
template <class Predicate>
void wait_until(std::string_view what, Predicate holds, source_line at = source_line::here()) {
    const auto deadline = test_clock::now() + patience;
    while (!holds()) {
        if (test_clock::now() >= deadline) {
            throw failure(at.text() + "waited in vain until " + std::string(what));
        }
        ::poll(nullptr, 0, 2);
    }
}

} // namespace support
