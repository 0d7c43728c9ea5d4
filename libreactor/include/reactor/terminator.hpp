#pragma once

#include <reactor/export.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace reactor {

/// What ends a message of an `async_chat`: a byte string, a number of bytes, or nothing.
class REACTOR_EXPORT terminator {
public:
    /// Which of the three a terminator is.
    enum class kind : std::uint8_t {
        none,   ///< Nothing ends a message: all input is handed over as it comes.
        length, ///< A number of bytes is a message.
        bytes,  ///< A byte string ends a message.
    };

    /// Nothing ends a message.
    terminator() noexcept = default;
    /// Throws std::invalid_argument for 0 bytes: asynchat took that for "none", silently.
    static terminator of_length(std::size_t length);
    /// Throws std::invalid_argument for an empty string.
    static terminator of_bytes(std::string_view text);

    /// Which of the three it is.
    [[nodiscard]] kind type() const noexcept { return kind_; }
    /// Bytes still missing (`kind::length`); asynchat counts it down as they come.
    [[nodiscard]] std::size_t length() const noexcept { return length_; }
    /// The byte string (`kind::bytes`); dies with this object.
    [[nodiscard]] std::string_view bytes() const noexcept {
        return long_text_ ? std::string_view{*long_text_}
                          : std::string_view{short_text_, short_size_};
    }

private:
    friend class async_chat;

    std::size_t length_ = 0;
    std::unique_ptr<const std::string> long_text_; // only beyond what fits in place
    char short_text_[6] = {};
    std::uint8_t short_size_ = 0;
    kind kind_ = kind::none;
};

} // namespace reactor
