#pragma once

#include "bench/chatload/plan.hpp"

#include <string>

namespace chatload {

/// What a load does, in words: `100 clients, 1 sender, window 64`.
[[nodiscard]] std::string load_text(const load& of);

/// What all loads of a plan have in common: `64-byte lines, 10 s after 1 s of warm-up`.
[[nodiscard]] std::string setting_text(const plan& of);

/// Whom it is put to: `127.0.0.1:6666 (chatd)`.
[[nodiscard]] std::string server_text(const plan& of);

} // namespace chatload
