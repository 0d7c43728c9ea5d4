#pragma once

#include <string>
#include <string_view>

namespace bench {

/// Where figures were taken, so that a reader can tell what they are worth.
struct environment {
    std::string program; ///< `chatload 0.1.0`
    std::string started; ///< ISO 8601, UTC.
    std::string kernel;  ///< As `uname -sr`.
    std::string cpu;     ///< The processor's own name.
    unsigned cores = 0;  ///< That this process may use.
};

/// @param program  name and version of the asker.
[[nodiscard]] environment read_environment(std::string program);

/// The first processor's name in a `/proc/cpuinfo`; empty where it has none.
[[nodiscard]] std::string parse_cpu_name(std::string_view cpuinfo);

} // namespace bench
