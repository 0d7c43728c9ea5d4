#include "bench/chatload/help_format.hpp"

#include <cstddef>
#include <string_view>

namespace chatload {

namespace {

constexpr std::size_t name_columns = 28;
constexpr std::size_t text_columns = 70;

/// `text` with an LF in the place of the last blank that fits each line.
std::string wrapped(std::string_view text) {
    std::string lines;
    while (text.size() > text_columns) {
        const std::size_t blank = text.rfind(' ', text_columns);
        if (blank == std::string_view::npos)
            break;
        lines.append(text.substr(0, blank)).push_back('\n');
        text.remove_prefix(blank + 1);
    }
    return lines.append(text);
}

} // namespace

help_format::help_format() { column_width(name_columns); }

std::string help_format::make_option_opts(const CLI::Option* option) const {
    return option->get_type_size() == 0 ? "" : " " + option->get_type_name();
}

std::string help_format::make_option_desc(const CLI::Option* option) const {
    std::string text = option->get_description();
    if (!option->get_default_str().empty())
        text += " [" + option->get_default_str() + "]";
    return wrapped(text);
}

} // namespace chatload
