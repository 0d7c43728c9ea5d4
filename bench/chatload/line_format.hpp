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
///     uTTTTNNNNN: SSSSSSSSpppp...p
///
/// `TTTT` is the run's tag, `NNNNN` the client's number (decimal), `SSSSSSSS` the line's
/// (hexadecimal), and `p...` a pattern that starts elsewhere in each line, so that two halves of
/// different lines do not fit.
class line_format {
public:
    static constexpr std::size_t tag_size = 4;
    static constexpr std::size_t name_size = 1 + tag_size + 5;
    /// The name, colon and blank: what a server that adds the name puts before a text.
    static constexpr std::size_t label_size = name_size + 2;
    static constexpr std::size_t header_size = label_size + 8;
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
    /// Reads such a name.
    [[nodiscard]] std::optional<std::uint32_t> number_of(std::string_view name) const noexcept;
    /// The name of a room, of the run's own or of one client's own.
    [[nodiscard]] std::string room(std::uint32_t number, bool of_one_client) const;
    /// Bytes of a delivered line with the LF that a text line ends with.
    [[nodiscard]] std::size_t line_bytes() const noexcept { return text_size_ + 1; }
    /// Bytes of it without.
    [[nodiscard]] std::size_t text_bytes() const noexcept { return text_size_; }
    /// The delivered line without its LF.
    [[nodiscard]] std::string line(line_id id) const;
    /// Writes the delivered line without its LF, `text_bytes()`.
    void write_line(char* to, line_id id) const noexcept;
    /// Writes what of it is behind the name, `text_bytes() - label_size`.
    void write_text(char* to, line_id id) const noexcept;
    /// Reads a delivered line without its LF; empty unless every byte is as `line` makes it.
    [[nodiscard]] std::optional<line_id> parse(std::string_view line) const noexcept;
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
    std::size_t text_size_;
};

} // namespace chatload
