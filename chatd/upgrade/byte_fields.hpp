#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace chatd {

/// Appends numbers, least byte first, and texts, their length before them.
class byte_writer {
public:
    template <std::unsigned_integral T>
    void number(T value) {
        for (std::size_t i = 0; i < sizeof value; ++i, value = static_cast<T>(value >> 8))
            bytes_.push_back(static_cast<char>(value & 0xFF));
    }
    void text(std::string_view value) {
        number<std::uint64_t>(value.size());
        bytes_.append(value);
    }
    [[nodiscard]] std::string take() noexcept { return std::move(bytes_); }

private:
    std::string bytes_;
};

/// Reads what `byte_writer` wrote, and believes none of it: past the first thing that is not there,
/// every number is 0, every text empty, and `failed` says so.
class byte_reader {
public:
    explicit byte_reader(std::string_view bytes) noexcept : rest_(bytes) {}

    template <std::unsigned_integral T>
    [[nodiscard]] T number() noexcept {
        const auto bytes = take(sizeof(T));
        std::uint64_t value = 0;
        for (std::size_t i = bytes.size(); i > 0; --i)
            value = value << 8 | static_cast<unsigned char>(bytes[i - 1]);
        return static_cast<T>(value);
    }
    /// A view of what is read.
    [[nodiscard]] std::string_view text() noexcept { return take(number<std::uint64_t>()); }
    /// How many things follow, of which each has at least `least` bytes.
    [[nodiscard]] std::size_t count(std::size_t least) noexcept {
        const auto value = number<std::uint32_t>();
        if (value > rest_.size() / least)
            fail();
        return failed_ ? 0 : value;
    }
    void fail() noexcept {
        failed_ = true;
        rest_ = {};
    }
    [[nodiscard]] bool failed() const noexcept { return failed_; }
    [[nodiscard]] std::string_view rest() const noexcept { return rest_; }

private:
    [[nodiscard]] std::string_view take(std::uint64_t size) noexcept {
        if (size > rest_.size()) {
            fail();
            return {};
        }
        const auto taken = rest_.substr(0, static_cast<std::size_t>(size));
        rest_.remove_prefix(taken.size());
        return taken;
    }

    std::string_view rest_;
    bool failed_ = false;
};

} // namespace chatd
