#pragma once

#include <string_view>

namespace bench {

/// The style sheet of every page.
extern const std::string_view page_style;

} // namespace bench
