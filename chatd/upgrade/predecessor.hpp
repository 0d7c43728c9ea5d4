#pragma once

#include "chatd/upgrade/state_format.hpp"

#include <reactor/unique_fd.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace chatd {

/// The variable that tells a process, by a descriptor's number, where the state is of which it is
/// the continuation.
inline constexpr const char* state_variable = "CHATD_STATE";

/// Makes this process the program `binary`, which goes on with `file` and the sockets of `state`.
/// Returns only if that fails: the reason; then nothing has changed.  Signals that were blocked
/// wait for the program to let them come.
/// @param words  the command line without the program's name.
[[nodiscard]] std::string replace_program(const std::string& binary,
                                          std::span<const std::string> words, int file,
                                          const handed_state& state);

/// Takes the number out of the environment; -1 when this process continues none, or the variable
/// is none.  Once, before there are threads.
[[nodiscard]] int take_state_variable() noexcept;

/// Makes the signals that the daemon listens to wait.
void block_signals() noexcept;
/// Lets them come.
void unblock_signals() noexcept;

/// All stream sockets that came along with the change of programs; they are close-on-exec from now
/// on.
[[nodiscard]] std::vector<reactor::unique_fd> carried_sockets();

} // namespace chatd
