#pragma once

#include <string>
#include <string_view>

namespace bench {

/// `text` as it may stand in an element or between the quotes of an attribute.  What HTML cannot
/// hold (bytes that are no UTF-8, control characters) becomes U+FFFD.
[[nodiscard]] std::string html_escape(std::string_view text);

} // namespace bench
