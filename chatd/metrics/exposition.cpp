#include "chatd/metrics/exposition.hpp"

#include <fmt/format.h>

#include <cmath>

namespace chatd {

namespace {

std::string number_text(double value) {
    if (std::isnan(value))
        return "NaN";
    if (std::isinf(value))
        return value > 0 ? "+Inf" : "-Inf";
    return fmt::format("{}", value);
}

enum class place : std::uint8_t { help, label };

void append_escaped(std::string& out, std::string_view text, place where) {
    for (const char c : text) {
        if (c == '\\')
            out += "\\\\";
        else if (c == '\n')
            out += "\\n";
        else if (c == '"' && where == place::label)
            out += "\\\"";
        else
            out += c;
    }
}

} // namespace

void exposition::begin(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    text_.append("# HELP ").append(name).append(" ");
    append_escaped(text_, help, place::help);
    text_.append("\n# TYPE ").append(name).append(" ").append(type).append("\n");
}

void exposition::put(std::string_view suffix, std::initializer_list<label> labels,
                     std::string_view value) {
    text_.append(name_).append(suffix);
    char before = '{';
    for (const label& l : labels) {
        text_.append(1, before).append(l.name).append("=\"");
        append_escaped(text_, l.value, place::label);
        text_.append("\"");
        before = ',';
    }
    text_.append(before == ',' ? "} " : " ").append(value).append("\n");
}

void exposition::metric(std::string_view name, kind type, std::string_view help) {
    begin(name, type == kind::counter ? "counter" : "gauge", help);
}

void exposition::sample(std::uint64_t value, std::initializer_list<label> labels) {
    put("", labels, std::to_string(value));
}

void exposition::sample(double value, std::initializer_list<label> labels) {
    put("", labels, number_text(value));
}

void exposition::histogram(std::string_view name, std::string_view help,
                           std::span<const bucket> buckets, double sum, std::uint64_t count) {
    begin(name, "histogram", help);
    std::uint64_t so_far = 0;
    for (const bucket& one : buckets) {
        so_far += one.count;
        put("_bucket", {{"le", number_text(one.bound)}}, std::to_string(so_far));
    }
    put("_bucket", {{"le", "+Inf"}}, std::to_string(count));
    put("_sum", {}, number_text(sum));
    put("_count", {}, std::to_string(count));
}

} // namespace chatd
