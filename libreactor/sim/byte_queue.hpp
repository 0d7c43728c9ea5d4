#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>

namespace reactor::sim::detail {

/// Bytes received and not yet read, with marks that no single read crosses.
class byte_queue {
public:
    void append(std::string_view bytes);
    /// What comes later is not read together with what is here.
    void mark();
    /// Gives how many bytes it copied; with `peek` they stay.
    std::size_t read(std::span<char> buffer, bool peek);
    void clear() noexcept;

    [[nodiscard]] std::size_t size() const noexcept { return bytes_.size() - start_; }
    [[nodiscard]] bool empty() const noexcept { return size() == 0; }
    /// Bytes ever read, and ever appended: positions in the stream.
    [[nodiscard]] std::uint64_t read_position() const noexcept { return read_; }
    [[nodiscard]] std::uint64_t end_position() const noexcept { return read_ + size(); }

private:
    std::string bytes_;
    std::size_t start_ = 0;
    std::uint64_t read_ = 0;
    std::deque<std::uint64_t> marks_;
};

} // namespace reactor::sim::detail
