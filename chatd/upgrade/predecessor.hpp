#pragma once

#include "chatd/upgrade/state_format.hpp"

#include <reactor/inherited.hpp>
#include <reactor/unique_fd.hpp>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace chatd {

/// The variable that tells a process, by a descriptor's number, where the state is of which it is
/// the continuation.
inline constexpr const char* state_variable = "CHATD_STATE";

/// A variable with other inherited sockets that came along: `metrics:7,control:9`.
inline constexpr const char* sockets_variable = "CHATD_SOCKETS";

/// An inherited socket and the name under which it came (`socket_name`, without `:` and `,`).
struct named_socket {
    std::string_view name;
    int fd;
};

/// Makes this process the program `binary`, which goes on with `file` and the sockets of `state`.
/// Returns only if that fails: the reason; then nothing has changed.  Signals that were blocked
/// wait for the program to let them come.
/// @param words   the command line without the program's name.
/// @param others  go along, too.
[[nodiscard]] std::string replace_program(const std::string& binary,
                                          std::span<const std::string> words, int file,
                                          const handed_state& state,
                                          std::span<const named_socket> others);

/// Takes the number out of the environment; -1 when this process continues none, or the variable
/// is none.  Once, before there are threads.
[[nodiscard]] int take_state_variable();

/// Takes the others that came along, out of the environment; what is no socket that listens is left
/// out.  They are close-on-exec from now on.  Once, before there are threads.
[[nodiscard]] std::vector<reactor::inherited_descriptor> take_named_sockets();

/// Makes the signals that the daemon listens to wait.
void block_signals() noexcept;
/// Lets them come.
void unblock_signals() noexcept;

/// All stream sockets that came along with the change of programs; they are close-on-exec from now
/// on.
[[nodiscard]] std::vector<reactor::unique_fd> carried_sockets();

} // namespace chatd
