#pragma once

#include <string>
#include <string_view>

namespace chatd {

/// `text` between single quotes, as a part of one line for a terminal: control characters and bytes
/// that are not UTF-8 as `\xHH`, and of a long text the beginning only.
[[nodiscard]] std::string quote(std::string_view text);

} // namespace chatd
