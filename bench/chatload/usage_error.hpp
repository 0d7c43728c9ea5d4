#pragma once

#include <stdexcept>

namespace chatload {

/// The user asked for something that cannot be; `what()` is the one line that says so, without the
/// program's name.
struct usage_error : std::runtime_error {
    using std::runtime_error::runtime_error;
};

} // namespace chatload
