#include "chatd/config/command_words.hpp"

#include "chatd/config/quote.hpp"

#include <reactor/version.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace chatd {

namespace {

void add_row(CLI::App& app, const option& row) {
    const std::string name = "--" + row.name;
    if (app.get_option_no_throw(name) != nullptr) // CLI11's own: --help and --version
        return;
    if (row.is_flag()) {
        app.add_flag(name, row.text)
            ->group(row.group)
            ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
        return;
    }
    app.add_option(name, CLI::callback_t{}, row.text)
        ->group(row.group)
        ->type_name(row.placeholder)
        ->default_str(fmt::format("{}", fmt::join(row.preset, " ")))
        ->expected(1)
        ->allow_extra_args(false) // one value each time, and brackets are no list
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void describe(CLI::App& app, const option_table& table) {
    app.get_formatter()->column_width(36);
    app.footer("BYTES: a number of bytes, or with a suffix, such as 64KiB or 1MiB.\n"
               "TIME: a number of seconds, or with a suffix, such as 5s, 100ms, 2min or 1h.\n"
               "Values after '=' are the defaults.  Options under their names without the dashes\n"
               "are the keys of the file that --config names.");
    app.set_help_flag("-h,--help", "print this text and exit");
    app.set_version_flag("--version", fmt::format("chatd {}", reactor::version),
                         "print the version and exit");
    app.allow_extras();
    for (const option& row : table.rows())
        add_row(app, row);
}

/// The complaint about a word that no option took.
std::string unknown_word(const option_table& table, std::string_view word) {
    word = word.substr(0, word.find('='));
    if (!word.starts_with('-'))
        return fmt::format("{} belongs to no option; see chatd --help", quote(word));
    const auto name = word.substr(std::min(word.find_first_not_of('-'), word.size()));
    const std::string nearest = table.nearest(name, true);
    if (nearest.empty())
        return fmt::format("there is no option {}; see chatd --help", word);
    return fmt::format("there is no option {}; did you mean --{}?", word, nearest);
}

/// CLI11's own complaints: values that are missing, or given to a flag.
std::string explain(const CLI::ParseError& error) {
    std::string text = error.what();
    if (error.get_name() == "ArgumentMismatch")
        return text.substr(0, text.find(':')) + ": a value is missing";
    return text;
}

void take_settings(const CLI::App& app, const option_table& table, command_words& read) {
    for (const option& row : table.rows()) {
        const CLI::Option& given = *app.get_option("--" + row.name);
        if (given.count() > 0)
            read.settings.push_back({row.name, given.results()});
    }
    bool value_expected = false; // by an option that there is not
    for (const std::string& word : app.remaining()) {
        const bool is_option = word.starts_with('-');
        if (is_option || !value_expected)
            read.mistakes.push_back(unknown_word(table, word));
        value_expected = is_option && word.find('=') == std::string::npos;
    }
}

} // namespace

const std::string* command_words::value_of(std::string_view name) const noexcept {
    const auto found = std::find_if(settings.begin(), settings.end(),
                                    [name](const setting& s) { return s.name == name; });
    return found != settings.end() ? &found->values.back() : nullptr;
}

command_words read_command_words(const option_table& table, std::span<const std::string> words) {
    CLI::App app{"A chat daemon: one room, plain lines of text over TCP.", "chatd"};
    describe(app, table);
    command_words read;
    try {
        app.parse(
            std::vector<std::string>{words.rbegin(), words.rend()}); // it takes them from the end
        take_settings(app, table, read);
    } catch (const CLI::CallForHelp&) {
        read.output = app.help();
    } catch (const CLI::CallForVersion& version) {
        read.output = std::string{version.what()} + "\n";
    } catch (const CLI::ParseError& error) {
        read.mistakes.push_back(explain(error));
    }
    return read;
}

} // namespace chatd
