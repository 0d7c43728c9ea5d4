#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chatd::ctl {

/// What the daemon answered to one command; see chatd/control/words.hpp for how it is sent.
struct reply {
    enum class form : std::uint8_t { none, text, fields, table };

    form shape = form::none;
    std::vector<std::string> lines; ///< As sent, without their LF and without doubled dots.
    bool ok = false;
    std::string error; ///< Why not.
};

/// Puts an answer together from bytes as they come.
class reply_reader {
public:
    /// Longest answer that is taken; a daemon of 10 000 sessions needs a hundredth of it.
    static constexpr std::size_t most_bytes = std::size_t{64} * 1024 * 1024;

    /// False when these bytes are no answer of chatd's, or too many.
    [[nodiscard]] bool feed(std::string_view bytes);
    /// The status has come.
    [[nodiscard]] bool complete() const noexcept { return complete_; }
    [[nodiscard]] reply take() { return std::move(reply_); }

private:
    [[nodiscard]] bool take_line(std::string_view line);
    [[nodiscard]] bool take_status(std::string_view line);

    reply reply_;
    std::string begun_; // a line whose end has not come
    std::size_t bytes_ = 0;
    bool complete_ = false;
};

} // namespace chatd::ctl
