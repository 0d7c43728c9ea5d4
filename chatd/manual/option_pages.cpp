#include "chatd/manual/option_pages.hpp"

#include <reactor/version.hpp>

#include <fmt/format.h>

#include <array>
#include <utility>

namespace chatd {

namespace {

constexpr std::size_t width = 100; // of the sample's lines

std::string kind_of(const option& row) {
    if (row.is_flag())
        return "yes or no";
    constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kinds{
        {{"BYTES", "a size"}, {"TIME", "a time"}, {"N", "a number"}, {"WORD", "a word"}}};
    for (const auto& [placeholder, kind] : kinds)
        if (row.placeholder == placeholder)
            return std::string{kind};
    return row.placeholder;
}

/// What an option takes: `a size, 64 to 16MiB`.
std::string takes(const option& row) {
    return kind_of(row) + (row.range.empty() ? "" : ", " + row.range) +
           (row.repeats ? ", several in brackets with commas" : "");
}

std::string preset_of(const option& row) { return fmt::format("{}", fmt::join(row.preset, ", ")); }

/// What it does, with a capital at the beginning unless that is a value's form.
std::string sentence(const option& row) {
    std::string text = row.text + ".";
    const auto first_word = std::string_view{text}.substr(0, text.find(' '));
    if (first_word.find_first_not_of("abcdefghijklmnopqrstuvwxyz") == std::string_view::npos)
        text.front() = static_cast<char>(text.front() - 'a' + 'A');
    return text;
}

std::string comment(std::string_view text) {
    std::string lines;
    while (text.size() + 2 > width) {
        const auto blank = text.rfind(' ', width - 2);
        lines += fmt::format("# {}\n", text.substr(0, blank));
        text.remove_prefix(blank + 1);
    }
    return lines + fmt::format("# {}\n", text);
}

std::string sample_of(const option& row) {
    std::string about = takes(row);
    if (row.preset.empty())
        about += "; none by default";
    if (row.when == option::use::needs_restart)
        about += "; a new value needs a restart";
    return comment(sentence(row)) + comment(about) +
           fmt::format("#{} = {}\n", row.name,
                       row.preset.empty() ? row.placeholder : preset_of(row));
}

/// For roff: a dash that can be copied, and no word at the beginning of a line that is a request.
std::string roff(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        if (c == '-')
            escaped += "\\-";
        else if (c == '\\')
            escaped += "\\e";
        else
            escaped += c;
    }
    return escaped.starts_with('.') || escaped.starts_with('\'') ? "\\&" + escaped : escaped;
}

/// Calls `each` for the rows, after the heading of each group.
template <class F>
std::string by_group(const option_table& table, bool command_line, F each) {
    std::string text;
    std::string group;
    for (const option& row : table.rows()) {
        if (!command_line && row.when == option::use::command_line)
            continue;
        if (std::exchange(group, row.group) != row.group)
            text += fmt::format(".SS {}\n", roff(row.group));
        text += each(row);
    }
    return text;
}

void replace(std::string& text, std::string_view mark, const std::string& by) {
    for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + by.size()))
        text.replace(at, mark.size(), by);
}

} // namespace

std::string sample_file(const option_table& table) {
    std::string text =
        "# The configuration of chatd(8); chatd.conf(5) explains it.\n"
        "#\n"
        "# Every key is here with its default.  To change one, remove the # before it, here or in "
        "a\n"
        "# file of your own in conf.d/ beside this one, NAME.conf: those are read after this one, "
        "in\n"
        "# the order of their names, and beat it.  Options of the command line beat all files.\n"
        "#\n"
        "# A size is a number of bytes, or of KiB, MiB or GiB with that suffix: 64KiB.\n"
        "# A time is a number of seconds, or of ms, s, min or h with that suffix: 100ms.\n"
        "#\n"
        "# To see whether it is right:  chatd --config FILE --check-config\n"
        "# To see what is in force:     chatd --config FILE --show-config\n"
        "# To bring it into force:      systemctl reload chatd\n";
    std::string group;
    for (const option& row : table.rows()) {
        if (row.when == option::use::command_line)
            continue;
        if (std::exchange(group, row.group) != row.group)
            text += fmt::format("\n\n## {}\n", row.group);
        text += "\n" + sample_of(row);
    }
    return text;
}

std::string options_in_roff(const option_table& table) {
    return by_group(table, true, [](const option& row) {
        const std::string value =
            row.is_flag() ? "" : fmt::format("=\\fI{}\\fR", roff(row.placeholder));
        const bool has_preset = !row.is_flag() && !row.preset.empty();
        const std::string preset =
            has_preset ? fmt::format("\nDefault: {}.\n", roff(preset_of(row))) : "\n";
        const std::string short_form = row.name == "help" ? "\\fB\\-h\\fR, " : "";
        return fmt::format(".TP\n{}\\fB\\-\\-{}\\fR{}\n{}{}", short_form, roff(row.name), value,
                           roff(sentence(row)), preset);
    });
}

std::string keys_in_roff(const option_table& table) {
    return by_group(table, false, [](const option& row) {
        const std::string preset = row.preset.empty() ? "none" : preset_of(row);
        const std::string restart =
            row.when == option::use::needs_restart ? "A new value needs a restart.\n" : "";
        return fmt::format(".TP\n\\fB{}\\fR\n{}\nTakes {}; default: {}.\n{}", roff(row.name),
                           roff(sentence(row)), roff(takes(row)), roff(preset), restart);
    });
}

std::string page(std::string_view text, const option_table& table) {
    std::string made{text};
    replace(made, "@OPTIONS@\n", options_in_roff(table));
    replace(made, "@KEYS@\n", keys_in_roff(table));
    replace(made, "@VERSION@", std::string{reactor::version});
    return made;
}

} // namespace chatd
