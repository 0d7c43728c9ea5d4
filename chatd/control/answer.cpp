#include "chatd/control/answer.hpp"

#include "chatd/control/words.hpp"

#include <algorithm>
#include <utility>

namespace chatd::control {

void answer::begin(form which) {
    if (form_ == which)
        return;
    form_ = which;
    out_ += which == form::text ? ":text\n" : which == form::fields ? ":fields\n" : ":table\n";
}

void answer::line(std::string_view text) {
    if (text.starts_with('.'))
        out_.push_back('.');
    out_.append(text).push_back('\n');
}

void answer::text(std::string_view lines) {
    begin(form::text);
    while (!lines.empty()) {
        const auto end = lines.find('\n');
        line(lines.substr(0, end));
        lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
    }
}

void answer::field(std::string_view key, std::string_view value) {
    begin(form::fields);
    line(std::string{key} + '\t' + escape_cell(value));
}

void answer::number_field(std::string_view key, std::string_view number) {
    begin(form::fields);
    line(std::string{key}.append("#\t").append(number));
}

void answer::columns(std::initializer_list<std::string_view> names) {
    begin(form::table);
    std::string all;
    for (const std::string_view name : names)
        all.append(all.empty() ? "" : "\t").append(name);
    line(all);
}

void answer::row(std::initializer_list<cell> cells) {
    std::string all;
    for (const cell& one : cells) {
        if (&one != cells.begin())
            all.push_back('\t');
        all += escape_cell(one.text());
    }
    line(all);
}

void answer::refuse(std::string_view why) {
    error_ = why.empty() ? "failed" : why;
    std::replace(error_.begin(), error_.end(), '\n', ' ');
    source_.reset();
}

std::string answer::take_part() { return std::exchange(out_, {}); }

std::string answer::take() {
    out_ += refused() ? ".error " + error_ + "\n" : ".ok\n";
    return take_part();
}

} // namespace chatd::control
