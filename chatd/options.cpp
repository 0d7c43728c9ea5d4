// The only file that includes CLI11: it takes seconds to compile.
#include "chatd/options.hpp"

#include <reactor/version.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chatd {

namespace {

using std::chrono::milliseconds;

constexpr std::string_view default_listen = "localhost:6666";
constexpr std::int64_t one_day = 86'400'000; // in milliseconds

/// What the user did wrong; the text is the line to print, without the program's name.
struct usage_error {
    std::string text;
};

struct unit {
    std::string_view suffix;
    std::int64_t factor;
};

/// How values of one kind are written; the unit with the empty suffix is that of plain numbers.
struct value_kind {
    const char* placeholder;
    const char* description;
    std::vector<unit> units;
};

const value_kind& size_kind() {
    static const value_kind kind{"BYTES",
                                 "a number of bytes, or of KiB or MiB with that suffix",
                                 {{"", 1}, {"KiB", kib}, {"MiB", mib}}};
    return kind;
}

const value_kind& time_kind() {
    static const value_kind kind{"TIME",
                                 "a number of seconds, or of ms with that suffix",
                                 {{"s", 1000}, {"ms", 1}, {"", 1000}}};
    return kind;
}

const value_kind& count_kind() {
    static const value_kind kind{"N", "a number", {{"", 1}}};
    return kind;
}

/// `value` as the user would write it, in the greatest unit that divides it.
std::string to_text(std::int64_t value, const value_kind& kind) {
    const unit* best = nullptr;
    for (const unit& u : kind.units)
        if (value != 0 && value % u.factor == 0 && (best == nullptr || u.factor > best->factor))
            best = &u;
    return best == nullptr ? std::to_string(value)
                           : fmt::format("{}{}", value / best->factor, best->suffix);
}

struct value_range {
    std::int64_t least;
    std::int64_t greatest;
};

/// The number that `text` says, in the kind's smallest unit.
std::int64_t read_value(const std::string& name, const std::string& text, const value_kind& kind,
                        value_range range) {
    std::int64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, failure] = std::from_chars(text.data(), end, number);
    const std::string_view suffix{rest, static_cast<std::size_t>(end - rest)};
    const auto found = std::find_if(kind.units.begin(), kind.units.end(),
                                    [suffix](const unit& u) { return u.suffix == suffix; });
    const bool too_great = failure == std::errc::result_out_of_range;
    if ((failure != std::errc{} && !too_great) || found == kind.units.end())
        throw usage_error{fmt::format("{}: '{}' is not {}", name, text, kind.description)};
    if (too_great || number < range.least / found->factor ||
        number > range.greatest / found->factor || number * found->factor < range.least)
        throw usage_error{fmt::format("{}: {} is out of range; give {} to {}", name, text,
                                      to_text(range.least, kind), to_text(range.greatest, kind))};
    return number * found->factor;
}

/// Adds options to one CLI::App, each bound to a field of the result.
class option_table {
public:
    explicit option_table(CLI::App& app) : app_(app) {}

    void group(std::string name) { group_ = std::move(name); }

    void size(const char* name, std::uint32_t& field, value_range range, const char* text) {
        add_number(name, field, size_kind(), range, text);
    }
    void count(const char* name, std::uint32_t& field, value_range range, const char* text) {
        add_number(name, field, count_kind(), range, text);
    }
    /// Range in milliseconds; parts of a unit of `Duration` are rounded up.
    template <class Duration>
    void time(const char* name, Duration& field, value_range range, const char* text) {
        const auto now = std::chrono::duration_cast<milliseconds>(field).count();
        add(name, time_kind(), to_text(now, time_kind()), text,
            [name, &field, range](const std::string& value) {
                field = std::chrono::ceil<Duration>(
                    milliseconds{read_value(name, value, time_kind(), range)});
            });
    }
    void flag(const char* name, bool& field, const char* text) {
        app_.add_flag(name, field, text)->group(group_);
    }

private:
    void add_number(const char* name, std::uint32_t& field, const value_kind& kind,
                    value_range range, const char* text) {
        add(name, kind, to_text(field, kind), text,
            [name, &field, &kind, range](const std::string& value) {
                field = static_cast<std::uint32_t>(read_value(name, value, kind, range));
            });
    }
    void add(const char* name, const value_kind& kind, const std::string& preset, const char* text,
             const std::function<void(const std::string&)>& read) {
        app_.add_option_function<std::string>(name, read, text)
            ->group(group_)
            ->type_name(kind.placeholder)
            ->default_str(preset)
            ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    }

    CLI::App& app_;
    std::string group_;
};

void add_line_options(option_table& table, limits& l) {
    table.group("Lines and names");
    table.size("--max-line", l.max_line, {64, 16 * mib}, "longest line; longer ones are discarded");
    table.size("--max-name", l.max_name, {1, 4 * kib}, "longest name");
    table.flag("--strict-names", l.strict_names, "refuse names with colons and look-alikes");
    table.size("--read-limit", l.read_limit, {512, 1 * mib}, "received at once from one session");
    table.time("--newcomer-hold", l.newcomer_hold, {0, 10'000},
               "hold others' lines so long after a login; 0: never");
}

void add_flow_options(option_table& table, limits& l) {
    table.group("Slow readers");
    table.size("--soft-limit", l.soft_limit, {1 * kib, 512 * mib},
               "unsent output above which a session's commands wait");
    table.size("--hard-limit", l.hard_limit, {2 * kib, 1024 * mib},
               "unsent output at which a session is closed");
    table.time("--no-progress", l.no_progress, {0, one_day},
               "close a session that takes no output for so long; 0: never");

    table.group("Floods");
    table.count("--flood-rate", l.flood.rate, {0, 1'000'000},
                "lines a second from one session; 0: no flood control at all");
    table.count("--flood-burst", l.flood.burst, {1, 1'000'000}, "lines at once from one session");
    table.size("--flood-byte-rate", l.flood.byte_rate, {1, 1024 * mib},
               "a second from one session");
    table.size("--flood-burst-bytes", l.flood.burst_bytes, {1, 1024 * mib},
               "at once from one session");
    table.size("--room-rate", l.room_rate, {0, 1024 * mib},
               "a second from all in the room; 0: no limit");
}

void add_connection_options(option_table& table, limits& l) {
    table.group("Connections");
    table.count("--max-connections", l.max_connections, {1, 1'000'000}, "connections in all");
    table.count("--per-address", l.per_address, {0, 1'000'000},
                "connections from one address or IPv6 /64; 0: no limit");
    table.count("--connect-rate", l.connect_rate, {0, 1'000'000},
                "new ones from there in 10 minutes; 0: no limit");
    table.time("--login-timeout", l.login_timeout, {0, one_day},
               "from connect to login; 0: no limit");
    table.size("--login-bytes", l.login_bytes, {64, 1 * mib}, "taken before login");
    table.time("--keep-alive-idle", l.keep_alive.idle, {1000, 32'767'000},
               "silence before a peer is probed");
    table.time("--keep-alive-interval", l.keep_alive.interval, {1000, 32'767'000},
               "between two probes");
    table.count("--keep-alive-probes", l.keep_alive.probes, {1, 127},
                "unanswered probes before a peer is given up");
    table.time("--user-timeout", l.user_timeout, {0, one_day},
               "sent output stays unacknowledged at most so long; 0: the system's limit");
    table.time("--drain-time", l.drain_time, {0, 3'600'000},
               "a stop waits so long for unsent output");
}

void require(bool holds, const char* text) {
    if (!holds)
        throw usage_error{text};
}

void check_combinations(const limits& l) {
    require(l.soft_limit < l.hard_limit, "--soft-limit must be less than --hard-limit");
    require(l.max_line < l.hard_limit, "--max-line must be less than --hard-limit");
    require(l.max_name < l.max_line, "--max-name must be less than --max-line");
    require(l.login_bytes >= l.max_name + 8,
            "--login-bytes must be at least 8 bytes more than --max-name, for 'login NAME'");
}

listen_spec read_listen(const std::string& text) {
    std::string why;
    if (const auto spec = listen_spec::parse(text, &why))
        return *spec;
    throw usage_error{fmt::format("--listen: '{}': {}; give localhost:PORT, ADDRESS:PORT such as "
                                  "0.0.0.0:6666 or [::]:6666, or unix:PATH",
                                  text, why)};
}

/// Insertions, deletions and replacements that make `b` of `a`.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        row[j] = j;
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

/// The error for a word that no option took.
usage_error unknown_word(const CLI::App& app, std::string_view word) {
    word = word.substr(0, word.find('='));
    if (!word.starts_with('-'))
        return {fmt::format("'{}' belongs to no option; see chatd --help", word)};
    std::string nearest;
    std::size_t least = std::min<std::size_t>(3, word.size() / 3) + 1; // what is farther is no help
    for (const CLI::Option* option : app.get_options()) {
        const std::string known = "--" + option->get_lnames().front();
        const std::size_t far = distance(word, known);
        const bool abbreviated = word.size() > 3 && known.starts_with(word);
        if (far < least || (abbreviated && nearest.empty())) {
            nearest = known;
            least = std::min(far, least);
        }
    }
    if (nearest.empty())
        return {fmt::format("there is no option {}; see chatd --help", word)};
    return {fmt::format("there is no option {}; did you mean {}?", word, nearest)};
}

void describe(CLI::App& app) {
    app.get_formatter()->column_width(36);
    app.footer("BYTES: a number of bytes, or with a suffix, such as 64KiB or 1MiB.\n"
               "TIME: a number of seconds, or with a suffix, such as 5s or 100ms.\n"
               "Values after '=' are the defaults.");
    app.set_help_flag("-h,--help", "print this text and exit");
    app.set_version_flag("--version", fmt::format("chatd {}", reactor::version),
                         "print the version and exit");
    app.allow_extras();
}

options read_options(CLI::App& app, int argc, const char* const* argv) {
    options result;
    describe(app);
    app.add_option_function<std::vector<std::string>>(
           "--listen",
           [&result](const std::vector<std::string>& values) {
               for (const std::string& value : values)
                   result.listen.push_back(read_listen(value));
           },
           "localhost:PORT, ADDRESS:PORT, [ADDRESS]:PORT or unix:PATH; may be given again; port 0: "
           "any free one")
        ->group("Listening")
        ->type_name("WHERE")
        ->default_str(std::string{default_listen})
        ->expected(1)
        ->allow_extra_args(false) // one value each time, and brackets are no list
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    option_table table{app};
    add_line_options(table, result.limit);
    add_flow_options(table, result.limit);
    add_connection_options(table, result.limit);
    app.parse(argc, argv);
    if (!app.remaining().empty())
        throw unknown_word(app, app.remaining().front());
    if (result.listen.empty())
        result.listen.push_back(read_listen(std::string{default_listen}));
    check_combinations(result.limit);
    return result;
}

/// CLI11's own complaints: values that are missing, or given to a flag.
std::string explain(const CLI::ParseError& error) {
    std::string text = error.what();
    if (error.get_name() == "ArgumentMismatch")
        return text.substr(0, text.find(':')) + ": a value is missing";
    return text;
}

command_line usage_failure(const std::string& text) {
    return {std::nullopt, usage_error_status, {}, "chatd: " + text + "\n"};
}

} // namespace

command_line parse_command_line(int argc, const char* const* argv) {
    CLI::App app{"A chat daemon: one room, plain lines of text over TCP.", "chatd"};
    try {
        return {read_options(app, argc, argv), 0, {}, {}};
    } catch (const CLI::CallForHelp&) {
        return {std::nullopt, 0, app.help(), {}};
    } catch (const CLI::CallForVersion& version) {
        return {std::nullopt, 0, std::string{version.what()} + "\n", {}};
    } catch (const usage_error& error) {
        return usage_failure(error.text);
    } catch (const CLI::ParseError& error) {
        return usage_failure(explain(error));
    }
}

} // namespace chatd
