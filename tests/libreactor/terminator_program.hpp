// A random use of the terminator machine: what the peer sends in which pieces, and what is done in
// which callback.  Played by the library (terminator_subject), by a model of the rules
// (terminator_model) and by asynchat itself (asyncore/oracle.py).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace terminators {

/// Empty bytes and a length of 0: no terminator.
struct choice {
    std::string bytes{};
    std::size_t length = 0;
};

/// What is done with a channel, in a callback or between two receives.
struct act {
    enum class kind : std::uint8_t {
        set_terminator, ///< to `to`
        set_nothing,    ///< to an empty one, which is refused and changes nothing
        pause,
        resume,
        discard, ///< discard_buffers
        close,
        fail, ///< throws; the channel's handle_error lets it live
    };
    kind what;
    choice to{};
};

struct program {
    std::uint64_t seed = 0;
    /// Messages come to handle_line; otherwise to asynchat's two hooks.
    bool whole_lines = false;
    choice first;
    std::uint32_t max_line = 64 * 1024;
    std::uint32_t read_limit = 64 * 1024;
    std::uint32_t message_budget = 256;
    /// A piece that the peer sends, each a receive of its own, or something done between two.
    struct step {
        std::string piece{};
        std::optional<act> between{};
    };
    std::vector<step> steps;
    /// By the callback's number, counted from 0.  Terminators change only in those that end a
    /// message, as asynchat's documentation has it.
    std::map<std::size_t, std::vector<act>> in_callback;
};

/// What may stand in a program.
struct freedom {
    /// Only what asynchat has, so that both can be compared.
    bool as_in_asynchat = false;
};

[[nodiscard]] program random_program(std::uint64_t seed, const freedom& allowed = {});
/// @param callbacks  how many there were: of the others nothing is said.
[[nodiscard]] std::string describe(const program& p, std::size_t callbacks);

/// `text` with what is not printable as \xNN.
[[nodiscard]] std::string printable(const std::string& text);

/// What happened, a word each: `collect TEXT`, `found`, `line TEXT`, `overflow`, `refused`,
/// `error`, `eof`, `closed`.
using events = std::vector<std::string>;

/// The channel of the library: it plays the program over the simulated system.
/// @param held  gets what the channel says it holds after each step.
[[nodiscard]] events played_by_library(const program& p, std::vector<std::string>& held);
/// The rules, written down once more.
[[nodiscard]] events played_by_model(const program& p, std::vector<std::string>& held);

} // namespace terminators
