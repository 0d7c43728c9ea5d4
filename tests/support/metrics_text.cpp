#include "support/metrics_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <set>

namespace support {

namespace {

using labels = metrics_text::labels;

bool letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

bool digit(char c) { return c >= '0' && c <= '9'; }

/// The name at the beginning of `text`, which it is cut off; empty when there is none.
std::string take_name(std::string_view& text, bool colons) {
    std::size_t end = 0;
    while (end < text.size() &&
           (letter(text[end]) || (colons && text[end] == ':') || (end > 0 && digit(text[end]))))
        ++end;
    const std::string name{text.substr(0, end)};
    text.remove_prefix(end);
    return name;
}

bool take(std::string_view& text, std::string_view expected) {
    if (!text.starts_with(expected))
        return false;
    text.remove_prefix(expected.size());
    return true;
}

/// A label's value up to its closing quote, which is taken too; nothing if it is malformed.
std::optional<std::string> take_value(std::string_view& text) {
    std::string value;
    while (!text.empty()) {
        const char c = text.front();
        text.remove_prefix(1);
        if (c == '"')
            return value;
        if (c != '\\') {
            value += c;
            continue;
        }
        if (take(text, "\\"))
            value += '\\';
        else if (take(text, "\""))
            value += '"';
        else if (take(text, "n"))
            value += '\n';
        else
            return std::nullopt;
    }
    return std::nullopt;
}

std::optional<labels> take_labels(std::string_view& text) {
    labels found;
    if (!take(text, "{"))
        return found;
    do {
        const auto name = take_name(text, false);
        if (name.empty() || name.starts_with("__") || !take(text, "=\""))
            return std::nullopt;
        const auto value = take_value(text);
        if (!value || !found.emplace(name, *value).second)
            return std::nullopt;
    } while (take(text, ","));
    return take(text, "}") ? std::optional{found} : std::nullopt;
}

std::optional<double> number_of(std::string_view text) {
    if (text == "+Inf")
        return std::numeric_limits<double>::infinity();
    if (text == "-Inf")
        return -std::numeric_limits<double>::infinity();
    if (text == "NaN")
        return std::numeric_limits<double>::quiet_NaN();
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(number))
        return std::nullopt;
    return number;
}

/// Of a help text: only `\\` and `\n` are escapes.
bool well_escaped(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i)
        if (text[i] == '\\' && (++i == text.size() || (text[i] != '\\' && text[i] != 'n')))
            return false;
    return true;
}

/// What is wrong with a histogram that has no labels but `le`; empty when nothing is.
std::string histogram_fault(const metrics_text::metric& m) {
    double bound = -std::numeric_limits<double>::infinity();
    double count = 0;
    std::size_t i = 0;
    for (; i < m.samples.size() && m.samples[i].name == m.name + "_bucket"; ++i) {
        const auto& s = m.samples[i];
        const auto le = s.with.find("le");
        const auto next = le == s.with.end() ? std::nullopt : number_of(le->second);
        if (!next || s.with.size() != 1)
            return "a bucket without a proper le";
        if (!(*next > bound))
            return "buckets that do not ascend";
        if (s.value < count)
            return "buckets that are not cumulative";
        bound = *next;
        count = s.value;
    }
    if (i == 0 || !std::isinf(bound))
        return "no bucket +Inf at the end";
    if (m.samples.size() != i + 2 || m.samples[i].name != m.name + "_sum" ||
        m.samples[i + 1].name != m.name + "_count")
        return "not _sum and _count behind the buckets";
    return m.samples[i + 1].value == count ? "" : "a _count that is not the last bucket";
}

std::string value_fault(const metrics_text::metric& m) {
    if (m.samples.empty())
        return "no sample";
    std::set<std::pair<std::string, labels>> seen;
    for (const auto& s : m.samples) {
        if (!seen.emplace(s.name, s.with).second)
            return "a sample twice";
        if (m.type == "counter" && !(s.value >= 0))
            return "a counter below 0";
    }
    if (m.type == "counter" && !m.name.ends_with("_total"))
        return "a counter whose name does not end in _total";
    return m.type == "histogram" ? histogram_fault(m) : "";
}

} // namespace

metrics_text::metrics_text(std::string_view page) {
    if (!page.ends_with('\n'))
        fail("the last line has no end");
    while (!page.empty()) {
        ++line_;
        const auto end = page.find('\n');
        take_line(page.substr(0, end));
        page.remove_prefix(end + 1);
    }
    end_metric();
}

void metrics_text::fail(const std::string& what) const {
    throw malformed("line " + std::to_string(line_) + ": " + what);
}

void metrics_text::take_line(std::string_view line) {
    if (line.starts_with('#'))
        take_comment(line);
    else
        take_sample(line);
}

void metrics_text::take_comment(std::string_view line) {
    const std::string whole{line};
    if (take(line, "# HELP ")) {
        end_metric();
        metric begun{.name = take_name(line, true), .help = {}, .type = {}, .samples = {}};
        if (begun.name.empty() || !take(line, " ") || line.empty() || !well_escaped(line))
            fail("malformed: " + whole);
        if (find(begun.name) != nullptr)
            fail("a metric twice: " + begun.name);
        begun.help = line;
        metrics_.push_back(std::move(begun));
        return;
    }
    static const std::set<std::string_view> types{"counter", "gauge", "histogram", "summary",
                                                  "untyped"};
    if (!take(line, "# TYPE ") || metrics_.empty() ||
        take_name(line, true) != metrics_.back().name || !take(line, " ") || !types.contains(line))
        fail("neither HELP nor a proper TYPE: " + whole);
    if (!metrics_.back().type.empty())
        fail("a TYPE twice: " + whole);
    metrics_.back().type = line;
}

void metrics_text::take_sample(std::string_view line) {
    const std::string whole{line};
    sample read{.name = take_name(line, true), .with = {}, .value = 0};
    const auto with = take_labels(line);
    if (read.name.empty() || !with || !take(line, " "))
        fail("malformed: " + whole);
    const auto value = number_of(line);
    if (!value)
        fail("not a value: " + whole);
    read.with = *with;
    read.value = *value;
    check_name_of(read);
    metrics_.back().samples.push_back(std::move(read));
}

void metrics_text::check_name_of(const sample& read) {
    if (metrics_.empty() || metrics_.back().type.empty())
        fail("a sample before HELP and TYPE: " + read.name);
    const metric& m = metrics_.back();
    const bool own = m.type == "histogram"
                         ? read.name == m.name + "_bucket" || read.name == m.name + "_sum" ||
                               read.name == m.name + "_count"
                         : read.name == m.name;
    if (!own)
        fail("a sample of another metric than " + m.name + ": " + read.name);
}

void metrics_text::end_metric() {
    if (metrics_.empty())
        return;
    if (const auto fault = value_fault(metrics_.back()); !fault.empty())
        fail(metrics_.back().name + " has " + fault);
}

const metrics_text::metric* metrics_text::find(std::string_view name) const {
    const auto found = std::find_if(metrics_.begin(), metrics_.end(),
                                    [name](const metric& m) { return m.name == name; });
    return found == metrics_.end() ? nullptr : &*found;
}

bool metrics_text::has(std::string_view name) const {
    return std::any_of(metrics_.begin(), metrics_.end(), [name](const metric& m) {
        return m.name == name || std::any_of(m.samples.begin(), m.samples.end(),
                                             [name](const sample& s) { return s.name == name; });
    });
}

double metrics_text::value(std::string_view name, const labels& with) const {
    for (const metric& m : metrics_)
        for (const sample& s : m.samples)
            if (s.name == name && s.with == with)
                return s.value;
    throw malformed("there is no such sample: " + std::string{name});
}

} // namespace support
