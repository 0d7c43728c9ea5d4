#include <reactor/terminator.hpp>

#include <cstring>
#include <stdexcept>

namespace reactor {

terminator terminator::of_length(std::size_t length) {
    if (length == 0)
        throw std::invalid_argument(
            "reactor::terminator: a length of 0 ends nothing; use clear_terminator()");
    terminator made;
    made.kind_ = kind::length;
    made.length_ = length;
    return made;
}

terminator terminator::of_bytes(std::string_view text) {
    if (text.empty())
        throw std::invalid_argument(
            "reactor::terminator: an empty string ends nothing; use clear_terminator()");
    terminator made;
    made.kind_ = kind::bytes;
    if (text.size() > sizeof made.short_text_) {
        made.long_text_ = std::make_unique<const std::string>(text);
    } else {
        std::memcpy(made.short_text_, text.data(), text.size());
        made.short_size_ = static_cast<std::uint8_t>(text.size());
    }
    return made;
}

} // namespace reactor
