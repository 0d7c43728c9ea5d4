#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace chatd {

/// Bytes that are gathered piece by piece and taken all at once.
class byte_batch {
public:
    /// All pieces, or (std::bad_alloc) none.
    void append(std::span<const std::string_view> pieces);
    /// Empties it; memory beyond `kept` is given back.
    void clear(std::size_t kept) noexcept;

    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    /// Valid until the next call of another function.
    [[nodiscard]] std::string_view view() const noexcept { return {bytes_.get(), size_}; }

private:
    void grow(std::size_t needed);

    std::unique_ptr<char[]> bytes_; // not a string: that one fills with zeros what it is to hold
    std::size_t size_ = 0;
    std::size_t capacity_ = 0;
};

} // namespace chatd
