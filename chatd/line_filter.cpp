#include "chatd/line_filter.hpp"

#include "chatd/text.hpp"

#include <cstddef>

namespace chatd {

namespace {

constexpr char iac = '\xFF';
constexpr char dont = '\xFE';
constexpr char will = '\xFB';
constexpr char subnegotiation = '\xFA';
constexpr char subnegotiation_end = '\xF0';

/// Where the text goes on after the subnegotiation whose content begins at `at`.
std::size_t skip_subnegotiation(std::string_view raw, std::size_t at) noexcept {
    while (at + 1 < raw.size()) {
        if (raw[at] != iac) {
            ++at;
            continue;
        }
        if (raw[at + 1] == subnegotiation_end)
            return at + 2;
        at += 2; // IAC IAC is data
    }
    return raw.size();
}

/// Where the text goes on after the sequence whose IAC is at `at`.
std::size_t skip_sequence(std::string_view raw, std::size_t at) noexcept {
    if (at + 1 >= raw.size())
        return raw.size();
    const char command = raw[at + 1];
    if (command == subnegotiation)
        return skip_subnegotiation(raw, at + 2);
    const bool has_option = command >= will && command <= dont;
    const std::size_t next = at + (has_option ? 3u : 2u);
    return next < raw.size() ? next : raw.size();
}

std::string_view strip_one_cr(std::string_view line) noexcept {
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    return line;
}

parsed_line split(std::string_view line) noexcept {
    const std::size_t blank = line.find(' ');
    if (blank == std::string_view::npos)
        return {line, {}, false};
    return {line.substr(0, blank), trim(line.substr(blank + 1)), false};
}

/// What `is_blank`, `split` and `trim` do, for text that is plain: its only white space is U+0020.
parsed_line split_plain(std::string_view line) noexcept {
    const std::size_t blank = line.find(' ');
    if (blank == std::string_view::npos)
        return {line, {}, line.empty()};
    std::string_view argument = line.substr(blank + 1);
    while (argument.starts_with(' '))
        argument.remove_prefix(1);
    while (argument.ends_with(' '))
        argument.remove_suffix(1);
    if (blank == 0 && argument.empty())
        return {{}, {}, true};
    return {line.substr(0, blank), argument, false};
}

struct range {
    char32_t first;
    char32_t last;
};

template <std::size_t N>
constexpr bool within(const range (&ranges)[N], char32_t value) noexcept {
    for (const range& r : ranges)
        if (value >= r.first && value <= r.last)
            return true;
    return false;
}

/// The characters that strict names must not have.
constexpr range not_strict[] = {
    {U':', U':'},       {0x00AD, 0x00AD},   {0x0300, 0x036F},   {0x115F, 0x1160},
    {0x17B4, 0x17B5},   {0x180B, 0x180F},   {0x1AB0, 0x1AFF},   {0x1DC0, 0x1DFF},
    {0x200B, 0x200D},   {0x2060, 0x206F},   {0x20D0, 0x20FF},   {0x2800, 0x2800},
    {0x3164, 0x3164},   {0xE000, 0xF8FF},   {0xFE00, 0xFE0F},   {0xFE20, 0xFE2F},
    {0xFF01, 0xFF5E},   {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFD},   {0x1BCA0, 0x1BCA3},
    {0x1D173, 0x1D17A}, {0x1D400, 0x1D7FF}, {0xE0000, 0xE0FFF}, {0xF0000, 0x10FFFF},
};

constexpr range latin[] = {{U'A', U'Z'},     {U'a', U'z'},     {0x00AA, 0x00AA}, {0x00BA, 0x00BA},
                           {0x00C0, 0x00D6}, {0x00D8, 0x00F6}, {0x00F8, 0x02AF}, {0x1D00, 0x1D25},
                           {0x1E00, 0x1EFF}, {0x2C60, 0x2C7F}, {0xA722, 0xA7FF}, {0xAB30, 0xAB64}};
constexpr range greek[] = {{0x0370, 0x0373}, {0x0376, 0x037D}, {0x037F, 0x037F}, {0x0386, 0x0386},
                           {0x0388, 0x03FF}, {0x1D26, 0x1D2A}, {0x1F00, 0x1FFF}, {0x2126, 0x2126}};
constexpr range cyrillic[] = {
    {0x0400, 0x052F}, {0x1C80, 0x1C8F}, {0x1D2B, 0x1D2B}, {0x2DE0, 0x2DFF}, {0xA640, 0xA69F}};

/// One bit for each script that `value` may belong to.
constexpr unsigned script_of(char32_t value) noexcept {
    return (within(latin, value) ? 1u : 0u) | (within(greek, value) ? 2u : 0u) |
           (within(cyrillic, value) ? 4u : 0u);
}

} // namespace

std::string_view strip_telnet(std::string_view raw, std::string& scratch) {
    std::size_t at = raw.find(iac);
    if (at == std::string_view::npos)
        return raw;
    scratch.assign(raw.substr(0, at));
    while (at < raw.size()) {
        if (at + 1 < raw.size() && raw[at + 1] == iac)
            scratch.push_back(iac);
        const std::size_t from = skip_sequence(raw, at);
        at = raw.find(iac, from);
        if (at == std::string_view::npos)
            at = raw.size();
        scratch.append(raw.substr(from, at - from));
    }
    return scratch;
}

parsed_line line_filter::parse(std::string_view raw) {
    std::string_view line = strip_one_cr(raw);
    if (is_plain(line)) // then there is nothing to swallow, to replace or to remove
        return split_plain(line);
    line = strip_one_cr(strip_telnet(raw, without_telnet_));
    line = to_valid_utf8(line, valid_);
    if (is_blank(line))
        return {{}, {}, true};
    return split(remove_characters(line, text_use::message, cleaned_));
}

std::string_view clean_name(std::string_view argument, std::string& scratch) {
    return trim(remove_characters(argument, text_use::name, scratch));
}

bool is_strict_name(std::string_view name) noexcept {
    unsigned scripts = 0;
    bool after_blank = true; // so that a blank at the start counts as a second one
    while (!name.empty()) {
        const decoded_char next = decode_utf8(name);
        name.remove_prefix(next.size);
        const bool blank = next.value == U' ';
        if (!next.valid || within(not_strict, next.value) || (blank && after_blank) ||
            (!blank && is_white_space(next.value)) || is_removed(next.value, text_use::name))
            return false;
        scripts |= script_of(next.value);
        after_blank = blank;
    }
    const bool one_script = (scripts & (scripts - 1)) == 0;
    return one_script && !after_blank; // false for an empty name, too
}

} // namespace chatd
