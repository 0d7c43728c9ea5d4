#include "chatd/config/configuration.hpp"

#include "chatd/config/command_words.hpp"
#include "chatd/config/config_file.hpp"
#include "chatd/config/option_table.hpp"
#include "chatd/config/quote.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace chatd {

namespace {

/// Puts one configuration together, from the weakest source to the strongest.
class reader {
public:
    explicit reader(std::span<const std::string> words) : table_(list_options(made_.values)) {
        made_.words.assign(words.begin(), words.end());
        for (const option& row : table_.rows())
            if (row.when != option::use::command_line)
                made_.settings.push_back({row.name, row.preset, {{}, 0, false}});
    }

    configuration_reading read(const configuration* running) {
        const command_words line = read_command_words(table_, made_.words);
        if (const std::string* file = line.value_of("config"); file != nullptr && file->empty()) {
            complain(command_line_, "--config: a value is missing");
        } else if (file != nullptr) {
            made_.file = *file;
            take_files(read_config_files(*file));
        }
        for (const std::string& text : line.mistakes)
            complain(command_line_, text);
        for (const auto& given : line.settings)
            if (const option& row = *table_.find(given.name); row.when != option::use::command_line)
                apply(row, given.values, command_line_, "--");
        if (running != nullptr)
            keep_what_needs_a_restart(*running);
        check_rules();
        if (result_.mistakes.empty())
            result_.made = std::move(made_);
        return std::move(result_);
    }

private:
    void take_files(const std::vector<statement>& said) {
        for (std::size_t at = 0; at < said.size(); ++at)
            take_statement(said, at);
    }

    /// Of a list the last statement of a file stands for those before it in that file.
    void take_statement(const std::vector<statement>& all, std::size_t at) {
        const statement& said = all[at];
        if (!said.fault.empty())
            return complain(said.where, said.fault);
        const option* const row = table_.find(said.key);
        if (row == nullptr || row->when == option::use::command_line)
            return complain(said.where, unknown_key(said.key, row));
        if (!said.assigned && !row->is_flag())
            return complain(said.where,
                            said.key + ": a value is missing; write '" + said.key + " = value'");
        if (!row->repeats && said.values.size() != 1)
            return complain(said.where,
                            fmt::format("{}: {} values are given; give one, without blanks or "
                                        "commas, or in quotes",
                                        said.key, said.values.size()));
        std::vector<std::string> values;
        for (const statement* s = all.data(); s != &said; ++s) {
            if (s->key != said.key || s->where.file != said.where.file)
                continue;
            if (!row->repeats)
                return complain(said.where,
                                fmt::format("{}: is given already in line {}; give it once",
                                            said.key, s->where.line));
            values.insert(values.end(), s->values.begin(), s->values.end());
        }
        values.insert(values.end(), said.values.begin(), said.values.end());
        apply(*row, values, said.where, "");
    }

    [[nodiscard]] std::string unknown_key(const std::string& key, const option* row) const {
        if (row != nullptr)
            return fmt::format("{} belongs on the command line only, as --{}", key, key);
        const std::string nearest =
            table_.nearest(std::string_view{key}.substr(key.starts_with("--") ? 2 : 0), false);
        if (nearest.empty())
            return fmt::format("there is no key {}; see chatd --help", quote(key));
        return fmt::format("there is no key {}; did you mean {}?", quote(key), nearest);
    }

    void apply(const option& row, const std::vector<std::string>& values, const source& from,
               std::string_view dashes) {
        std::string why;
        if (row.read(values, why))
            *setting_of(row.name) = {row.name, row.write(), from};
        else
            complain(from, fmt::format("{}{}: {}", dashes, row.name, why));
    }

    void keep_what_needs_a_restart(const configuration& running) {
        for (const setting& old : running.settings) {
            const option* const row = table_.find(old.name);
            setting* const now = setting_of(old.name);
            if (row->when != option::use::needs_restart || now->values == old.values)
                continue;
            std::string why;
            (void)row->read(old.values, why);
            *now = old;
            result_.kept.push_back(old.name);
        }
    }

    void check_rules() {
        for (const broken_rule& broken : broken_rules(made_.values)) {
            const setting& first = *setting_of(broken.first);
            const setting& second = *setting_of(broken.second);
            const bool later = !first.from.given && second.from.given;
            complain(later ? second.from : first.from,
                     fmt::format("{} {} ({}) {} {} {} ({})", first.name,
                                 fmt::join(first.values, " "), first.from.to_string(),
                                 broken.relation, second.name, fmt::join(second.values, " "),
                                 second.from.to_string()));
        }
    }

    void complain(const source& where, std::string text) {
        result_.mistakes.push_back({where, std::move(text)});
    }

    setting* setting_of(std::string_view name) {
        return &*std::find_if(made_.settings.begin(), made_.settings.end(),
                              [name](const setting& s) { return s.name == name; });
    }

    const source command_line_{};
    configuration made_;
    option_table table_; // bound to made_
    configuration_reading result_;
};

/// A value as a file could have it.
std::string as_in_file(const setting& shown) {
    const auto quoted = [](const std::string& value) {
        return value.find_first_of(" ,[];\"'") != std::string::npos ? '"' + value + '"' : value;
    };
    if (shown.values.size() == 1)
        return quoted(shown.values.front());
    std::string list;
    for (const std::string& value : shown.values)
        list += (list.empty() ? "" : ", ") + quoted(value);
    return "[" + list + "]";
}

} // namespace

configuration_reading read_configuration(std::span<const std::string> words,
                                         const configuration* running) {
    return reader{words}.read(running);
}

std::string show(const configuration& shown) {
    std::string text;
    for (const setting& s : shown.settings) {
        const std::string line =
            s.values.empty() ? "# " + s.name + " =" : fmt::format("{} = {}", s.name, as_in_file(s));
        text += fmt::format("{:<39} # {}\n", line, s.from.to_string());
    }
    return text;
}

} // namespace chatd
