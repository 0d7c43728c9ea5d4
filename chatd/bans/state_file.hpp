#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>

namespace chatd {

/// The mode of each file of the state directory.
inline constexpr mode_t owner_only = 0600;

// Files of the state directory.  Each call waits for the disk.  On failure `why` is a sentence that
// names the file and the fault.

/// All that is in the file; an empty text if there is none.
[[nodiscard]] std::optional<std::string> read_state_file(const std::string& path, std::string& why);

/// Replaces the file by one with this text, readable by its owner only: whatever happens meanwhile,
/// the former text is there, or the new one.  On failure the former one is.
[[nodiscard]] bool replace_state_file(const std::string& path, std::string_view text,
                                      std::string& why);

/// Whether its directory is there and can be written to.
[[nodiscard]] bool check_replaceable(const std::string& path, std::string& why);

} // namespace chatd
