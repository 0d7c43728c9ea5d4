#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chatload {

/// Which line: the `sequence`-th (from 0) that client number `sender` said.
struct line_id {
    std::uint32_t sender = 0;
    std::uint32_t sequence = 0;

    friend bool operator==(const line_id&, const line_id&) = default;
};

/// What the lines of one run look like.  All are equally long and of one layout, so that a look at
/// fixed places tells whose line it is and whether every byte is there:
///
///     uTTTTNNNNN: SSSSSSSSpppp...p LF
///
/// `TTTT` is the run's tag, `NNNNN` the client's number (decimal), `SSSSSSSS` the line's
/// (hexadecimal), and `p...` a pattern that starts elsewhere in each line, so that two halves of
/// different lines do not fit.
class line_format {
public:
    static constexpr std::size_t tag_size = 4;
    static constexpr std::size_t name_size = 1 + tag_size + 5;
    static constexpr std::size_t header_size = name_size + 2 + 8;
    /// What the fast comparison takes as three words: the header and the first bytes of the
    /// pattern.
    static constexpr std::size_t key_size = 24;
    static constexpr std::size_t min_line_bytes = key_size + 1;
    static constexpr std::size_t max_line_bytes = 32 * 1024;
    static constexpr std::uint32_t max_clients = 100'000;

    /// @param tag         four letters or digits that no other run uses at the same time.
    /// @param line_bytes  of a delivered line with name and LF; `min_line_bytes` to
    /// `max_line_bytes`.
    line_format(std::string_view tag, std::size_t line_bytes);

    /// A tag that differs from run to run.
    [[nodiscard]] static std::string fresh_tag();

    [[nodiscard]] std::string name(std::uint32_t client) const;
    /// Bytes of a delivered line with its LF.
    [[nodiscard]] std::size_t line_bytes() const noexcept { return text_size_ + 1; }
    /// The delivered line without its LF.
    [[nodiscard]] std::string line(line_id id) const;
    /// Writes the delivered line with its LF, `line_bytes()`.
    void write_line(char* to, line_id id) const noexcept;
    /// The command that makes the server deliver that line, with its LF.  Valid until the next
    /// call.
    [[nodiscard]] std::string_view command(line_id id) noexcept;
    /// Reads a delivered line without its LF; empty unless every byte is as `line` makes it.
    [[nodiscard]] std::optional<line_id> parse(std::string_view line) const noexcept;
    /// `NAME has entered the room.` of one of this run's clients.
    [[nodiscard]] bool is_own_join(std::string_view text) const noexcept;
    /// The same of anybody, or `... has left the room.`
    [[nodiscard]] static bool is_notice(std::string_view text) noexcept;
    /// Whether what `parse` refused starts or ends like a line of this run: a piece, or several run
    /// together.
    [[nodiscard]] bool looks_torn(std::string_view text) const noexcept;

private:
    [[nodiscard]] const char* pattern(line_id id) const noexcept {
        return pattern_.data() + ((id.sequence * 5 + id.sender) & 31U);
    }
    void write_header(char* to, line_id id) const noexcept;

    std::string prefix_;  // 'u' and the tag
    std::string pattern_; // of period 32
    std::string command_; // scratch
    std::size_t text_size_;
};

} // namespace chatload
