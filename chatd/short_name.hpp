#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

namespace chatd {

/// A name in 24 bytes: in place up to 15 bytes, on the heap beyond.  Empty at first.
class short_name {
public:
    short_name() noexcept = default;
    explicit short_name(std::string_view text) { assign(text); }

    /// Throws std::bad_alloc and then has changed nothing.  `text` may be a part of this name.
    void assign(std::string_view text) {
        if (text.size() > sizeof short_text_) {
            long_text_ = std::make_unique<const std::string>(text);
            return;
        }
        std::memmove(short_text_, text.data(), text.size());
        short_size_ = static_cast<std::uint8_t>(text.size());
        long_text_.reset();
    }
    void clear() noexcept {
        long_text_.reset();
        short_size_ = 0;
    }

    [[nodiscard]] std::string_view view() const noexcept {
        return long_text_ ? std::string_view{*long_text_}
                          : std::string_view{short_text_, short_size_};
    }

private:
    std::unique_ptr<const std::string> long_text_; // only beyond what fits in place
    char short_text_[15] = {};
    std::uint8_t short_size_ = 0;
};

static_assert(sizeof(void*) != 8 || sizeof(short_name) == 24, "every session has one");

} // namespace chatd
