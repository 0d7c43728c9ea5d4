#include "bench/chatload/line_format.hpp"

#include "bench/measure/clock.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace chatload {

namespace {

constexpr std::string_view pattern_period = "abcdefghijklmnopqrstuvwxyzABCDEF";
static_assert(pattern_period.size() == 32);

void write_decimal(char* to, std::uint32_t value) noexcept {
    for (int i = 4; i >= 0; --i, value /= 10)
        to[i] = static_cast<char>('0' + value % 10);
}

void write_hex(char* to, std::uint32_t value) noexcept {
    for (int i = 7; i >= 0; --i, value >>= 4)
        to[i] = "0123456789abcdef"[value & 15U];
}

bool read_decimal(const char* from, std::uint32_t& value) noexcept {
    value = 0;
    for (int i = 0; i < 5; ++i) {
        const auto digit = static_cast<unsigned char>(from[i] - '0');
        if (digit > 9)
            return false;
        value = value * 10 + digit;
    }
    return true;
}

bool read_hex(const char* from, std::uint32_t& value) noexcept {
    value = 0;
    for (int i = 0; i < 8; ++i) {
        const char c = from[i];
        unsigned digit = 0;
        if (c >= '0' && c <= '9')
            digit = static_cast<unsigned>(c - '0');
        else if (c >= 'a' && c <= 'f')
            digit = static_cast<unsigned>(c - 'a') + 10;
        else
            return false;
        value = (value << 4) | digit;
    }
    return true;
}

} // namespace

line_format::line_format(std::string_view tag, std::size_t line_bytes)
    : prefix_("u"), text_size_(line_bytes - 1) {
    if (tag.size() != tag_size || line_bytes < min_line_bytes || line_bytes > max_line_bytes)
        throw std::invalid_argument("line_format: tag or line size out of range");
    prefix_ += tag;
    while (pattern_.size() < pattern_period.size() + line_bytes)
        pattern_ += pattern_period;
}

std::string line_format::fresh_tag() {
    auto seed = static_cast<std::uint64_t>(bench::monotonic_now().count()) / 1000 +
                static_cast<std::uint64_t>(::getpid()) * 7919;
    std::string tag(tag_size, '0');
    for (char& c : tag) {
        c = "0123456789abcdefghijklmnopqrstuvwxyz"[seed % 36];
        seed /= 36;
    }
    return tag;
}

std::string line_format::name(std::uint32_t client) const {
    std::string made = prefix_ + "00000";
    write_decimal(made.data() + prefix_.size(), client);
    return made;
}

void line_format::write_header(char* to, line_id id) const noexcept {
    std::copy(prefix_.begin(), prefix_.end(), to);
    write_decimal(to + prefix_.size(), id.sender);
    to[name_size] = ':';
    to[name_size + 1] = ' ';
    write_hex(to + name_size + 2, id.sequence);
}

void line_format::write_line(char* to, line_id id) const noexcept {
    write_header(to, id);
    std::memcpy(to + header_size, pattern(id), text_size_ - header_size);
}

void line_format::write_text(char* to, line_id id) const noexcept {
    write_hex(to, id.sequence);
    std::memcpy(to + header_size - label_size, pattern(id), text_size_ - header_size);
}

std::string line_format::line(line_id id) const {
    std::string made(text_size_, '\0');
    write_line(made.data(), id);
    return made;
}

std::optional<line_id> line_format::parse(std::string_view line) const noexcept {
    line_id id;
    if (line.size() != text_size_ || !line.starts_with(prefix_) ||
        !read_decimal(line.data() + prefix_.size(), id.sender) || line[name_size] != ':' ||
        line[name_size + 1] != ' ' || !read_hex(line.data() + name_size + 2, id.sequence) ||
        std::memcmp(line.data() + header_size, pattern(id), text_size_ - header_size) != 0)
        return {};
    return id;
}

std::optional<std::uint32_t> line_format::number_of(std::string_view name) const noexcept {
    std::uint32_t number = 0;
    if (name.size() != name_size || !name.starts_with(prefix_) ||
        !read_decimal(name.data() + prefix_.size(), number))
        return {};
    return number;
}

std::string line_format::room(std::uint32_t number, bool of_one_client) const {
    return fmt::format("{}{}{:05}", of_one_client ? 'o' : 'r', std::string_view{prefix_}.substr(1),
                       number);
}

bool line_format::looks_torn(std::string_view text) const noexcept {
    const std::string_view start = text.substr(0, prefix_.size());
    if (std::string_view{prefix_}.starts_with(start))
        return true;
    const std::string_view tail = text.substr(text.size() - std::min<std::size_t>(text.size(), 4));
    return std::string_view{pattern_}.find(tail) != std::string_view::npos;
}

} // namespace chatload
