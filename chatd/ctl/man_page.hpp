#pragma once

#include <string>

namespace chatd::ctl {

/// chatctl.1, made of the tables that `--help` and the daemon's `help` are made of.
[[nodiscard]] std::string man_page();

} // namespace chatd::ctl
