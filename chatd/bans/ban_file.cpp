#include "chatd/bans/ban_file.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace chatd {

namespace {

constexpr std::string_view header = "chatd-bans 1";
constexpr std::string_view end_mark = "end ";
constexpr std::string_view never = "never";
constexpr std::size_t fields = 4;
/// An end that is later is as good as this one, and it fits in nanoseconds, as what it is compared
/// with.
constexpr ban::wall_time latest = std::chrono::sys_days{std::chrono::year{2250} / 1 / 1};

struct fault {
    std::string text;
};

template <class T>
T read_number(std::string_view text) {
    T number{};
    const auto* const end = text.data() + text.size();
    const auto [rest, failure] = std::from_chars(text.data(), end, number);
    if (failure != std::errc{} || rest != end)
        throw fault{"'" + std::string{text} + "' is not a number"};
    return number;
}

std::array<std::string_view, fields> split(std::string_view line) {
    std::array<std::string_view, fields> parts;
    for (std::size_t i = 0; i < fields; ++i) {
        const auto tab = line.find('\t');
        if ((tab == std::string_view::npos) != (i + 1 == fields))
            throw fault{"there are not four fields with a TAB between"};
        parts[i] = line.substr(0, tab);
        line = tab == std::string_view::npos ? std::string_view{} : line.substr(tab + 1);
    }
    return parts;
}

ban_target read_target(std::string_view kind, std::string_view text) {
    std::string why;
    std::optional<ban_target> read;
    if (kind == word_of(ban_target::kind::mute))
        read = ban_target::mute_of(text, &why);
    else if (kind == word_of(ban_target::kind::name))
        read = ban_target::parse("name:" + std::string{text}, &why);
    else if (kind != word_of(ban_target::kind::addresses))
        throw fault{"'" + std::string{kind} + "' is neither addresses, name nor mute"};
    else if (const auto where = network::parse(text, &why))
        read = ban_target{ban_target::kind::addresses, *where, {}};
    if (!read)
        throw fault{why};
    return *read;
}

ban read_line(std::string_view line) {
    const auto [kind, target, until, reason] = split(line);
    ban made{read_target(kind, target), std::nullopt, std::string{reason}};
    if (until != never)
        made.until = std::clamp(
            ban::wall_time{std::chrono::seconds{read_number<std::int64_t>(until)}}, {}, latest);
    return made;
}

/// The lines of a text, one after the other.
class lines {
public:
    explicit lines(std::string_view text) : rest_(text) {}

    std::string_view next() {
        ++number_;
        const auto end = rest_.find('\n');
        if (end == std::string_view::npos)
            throw fault{"the file ends in the middle"};
        const auto line = rest_.substr(0, end);
        rest_.remove_prefix(end + 1);
        return line;
    }
    [[nodiscard]] bool done() const noexcept { return rest_.empty(); }
    [[nodiscard]] std::size_t number() const noexcept { return number_; }

private:
    std::string_view rest_;
    std::size_t number_ = 0;
};

std::vector<ban> read_all(lines& from) {
    if (from.next() != header)
        throw fault{"this is not '" + std::string{header} + "', a list of bans of this version"};
    std::vector<ban> all;
    std::string_view line;
    while (!(line = from.next()).starts_with(end_mark))
        all.push_back(read_line(line));
    if (read_number<std::size_t>(line.substr(end_mark.size())) != all.size())
        throw fault{"there are " + std::to_string(all.size()) + " bans before the '" +
                    std::string{line} + "'"};
    if (!from.done())
        throw fault{"something follows"};
    return all;
}

std::string_view field_of(const ban_target& target, std::string& scratch) {
    if (target.what != ban_target::kind::addresses)
        return target.name;
    scratch = target.where.to_string();
    return scratch;
}

} // namespace

std::string write_bans(std::span<const ban> bans) {
    std::string text{header};
    std::string scratch;
    text += '\n';
    for (const ban& each : bans) {
        text.append(word_of(each.target.what)).append("\t");
        text.append(field_of(each.target, scratch)).append("\t");
        text.append(each.until ? std::to_string(each.until->time_since_epoch().count()) : never);
        text.append("\t").append(each.reason).append("\n");
    }
    return text.append(end_mark).append(std::to_string(bans.size())).append("\n");
}

std::optional<std::vector<ban>> read_bans(std::string_view text, std::string& why) {
    if (text.empty())
        return std::vector<ban>{};
    lines from{text};
    try {
        return read_all(from);
    } catch (const fault& found) {
        why = ":" + std::to_string(from.number()) + ": " + found.text;
        return std::nullopt;
    }
}

} // namespace chatd
