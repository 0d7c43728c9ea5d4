#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace reactor::detail {

/// Input of one channel in user space: exists only while there is some.
struct input_state {
    std::string partial; ///< the beginning of a message, collected for a whole-line reader
    std::string
        held; ///< received and not parsed: behind a pause or a budget, or a terminator's beginning
    std::size_t head = 0; ///< bytes of `held` parsed already
    bool incomplete =
        false; ///< `held` is a terminator's beginning: only more input makes sense of it

    [[nodiscard]] std::string_view rest() const noexcept {
        return std::string_view{held}.substr(head);
    }
    [[nodiscard]] bool empty() const noexcept { return partial.empty() && held.empty(); }
};

} // namespace reactor::detail
