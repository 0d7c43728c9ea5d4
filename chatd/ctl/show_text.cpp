#include "chatd/ctl/cells.hpp"
#include "chatd/ctl/show.hpp"
#include "chatd/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace chatd::ctl {

namespace {

constexpr std::string_view between_columns = "  ";

/// `text` without anything that moves a terminal's cursor or turns its writing round.
std::string printable(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const decoded_char next = decode_utf8(text);
        const auto bytes = text.substr(0, next.size);
        if (next.valid && !is_removed(next.value, text_use::name))
            out.append(bytes);
        else
            for (const char byte : bytes)
                fmt::format_to(std::back_inserter(out), "\\x{:02x}",
                               static_cast<unsigned char>(byte));
        text.remove_prefix(next.size);
    }
    return out;
}

/// Characters of valid UTF-8; each is taken to be one column wide.
std::size_t width_of(std::string_view text) noexcept {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

/// Rows of cells, to be set in columns.
class text_table {
public:
    void add(std::vector<std::string> row) {
        for (std::string& one : row)
            one = printable(one);
        widths_.resize(std::max(widths_.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i)
            widths_[i] = std::max(widths_[i], width_of(row[i]));
        rows_.push_back(std::move(row));
    }

    /// @param right  the columns to be set flush right.
    [[nodiscard]] std::string set(const std::vector<bool>& right) const {
        std::string out;
        for (const auto& row : rows_) {
            std::string line;
            for (std::size_t i = 0; i < row.size(); ++i) {
                const std::string gap(widths_[i] - width_of(row[i]), ' ');
                line.append(i == 0 ? "" : between_columns);
                line += i < right.size() && right[i] ? gap + row[i] : row[i] + gap;
            }
            line.erase(line.find_last_not_of(' ') + 1);
            out += line + "\n";
        }
        return out;
    }

private:
    std::vector<std::vector<std::string>> rows_;
    std::vector<std::size_t> widths_;
};

std::string fields_as_text(const reply& shown) {
    text_table table;
    for (const std::string& line : shown.lines) {
        auto cells = cells_of(line);
        cells.front() = heading_of(cells.front()).name;
        table.add(std::move(cells));
    }
    return table.set({});
}

std::string table_as_text(const reply& shown) {
    text_table table;
    std::vector<bool> right;
    for (const std::string& line : shown.lines) {
        auto cells = cells_of(line);
        if (&line == &shown.lines.front())
            for (std::string& one : cells) {
                const heading column = heading_of(one);
                right.push_back(column.number);
                one = column.name;
                std::transform(one.begin(), one.end(), one.begin(), [](char c) {
                    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
                });
            }
        table.add(std::move(cells));
    }
    return table.set(right);
}

} // namespace

std::string as_text(const reply& shown) {
    switch (shown.shape) {
    case reply::form::none:
        return {};
    case reply::form::fields:
        return fields_as_text(shown);
    case reply::form::table:
        return table_as_text(shown);
    case reply::form::text:
        break;
    }
    std::string out;
    for (const std::string& line : shown.lines)
        out += printable(line) + "\n";
    return out;
}

} // namespace chatd::ctl
