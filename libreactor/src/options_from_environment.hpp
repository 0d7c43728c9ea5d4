#pragma once

#include <reactor/loop_options.hpp>

namespace reactor::detail {

/// The options with what they leave to the environment filled in (audit and its limit), and with no
/// number that would keep the loop from getting on.
[[nodiscard]] loop_options completed_from_environment(loop_options options);

} // namespace reactor::detail
