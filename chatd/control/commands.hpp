#pragma once

#include "chatd/control/answer.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace chatd {
class daemon;
}

namespace chatd::control {

using arguments = std::span<const std::string>;

/// One command of the control socket.  What users are told of it is in command_texts.hpp, under the
/// same word.
struct command {
    std::string_view word;
    void (*run)(daemon& process, arguments given, answer& to);
    std::size_t fewest = 0; ///< Arguments.
    std::size_t most = 0;
    bool changes = false; ///< It is written to the log: it does more than tell something.
};

inline constexpr std::size_t any_number = ~std::size_t{0};

/// Null for an unknown one.
[[nodiscard]] const command* find_command(std::string_view word) noexcept;
[[nodiscard]] std::span<const command> commands() noexcept;

/// Carries a request out.  What is wrong with it, also an exception, is a refusal that says what
/// would be right.
/// @return  the command that was carried out; null when there was none.
const command* carry_out(daemon& process, std::span<const std::string> words, answer& to);

} // namespace chatd::control
