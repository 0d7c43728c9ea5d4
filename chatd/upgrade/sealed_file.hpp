#pragma once

#include <reactor/unique_fd.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace chatd {

/// A file without a name, in memory where the system can, that nobody can change any more.
/// Close-on-exec.  Empty with the reason in `ec` when there is no memory or no descriptor left.
[[nodiscard]] reactor::unique_fd make_sealed_file(std::string_view bytes, std::error_code& ec);

/// Whether `fd` is a file that `make_sealed_file` may have made: what else is handed over never is.
[[nodiscard]] bool is_sealed_file(int fd) noexcept;

/// All of the file, from its start; empty with the reason in `ec` when it cannot be read or is no
/// sealed file.
[[nodiscard]] std::optional<std::string> read_sealed_file(int fd, std::error_code& ec);

} // namespace chatd
