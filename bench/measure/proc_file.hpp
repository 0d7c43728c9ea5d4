#pragma once

#include <optional>
#include <string>
#include <vector>

namespace bench {

/// All of a small file, as those of /proc are; empty when it cannot be read or holds nothing.
[[nodiscard]] std::optional<std::string> read_proc_file(const std::string& path);

/// The directories of a process's live threads.
/// @param process  `/proc/PID`.
[[nodiscard]] std::vector<std::string> thread_directories(const std::string& process);

} // namespace bench
