#include "bench/chatload/scenario.hpp"

#include "bench/chatload/plan_settings.hpp"
#include "bench/chatload/usage_error.hpp"
#include "bench/measure/nearest.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace chatload {

namespace {

// What the parser puts into its list where a section begins and ends.
constexpr std::string_view section_begin = "++";
constexpr std::string_view section_end = "--";
// A key of a load beside its settings.
constexpr std::string_view workload_key = "workload";

/// One load's section as it is written.
struct section {
    std::string name;
    std::vector<CLI::ConfigItem> items;
};

class scenario_reader {
public:
    explicit scenario_reader(const std::string& file) : file_(file) {
        made_.server = reactor::endpoint::loopback_v4(6666);
    }

    plan read(std::istream& input) {
        for (const CLI::ConfigItem& item : CLI::ConfigTOML{}.from_config(input))
            take(item);
        for (const section& one : sections_)
            made_.loads.push_back(read_load(one));
        if (made_.loads.empty())
            throw usage_error(fmt::format("{}: no load; give one a section like [fan-out]", file_));
        return std::move(made_);
    }

private:
    void take(const CLI::ConfigItem& item) {
        if (item.name == section_end)
            return;
        if (item.parents.size() > 1)
            fail(fmt::format("{}.{}", fmt::join(item.parents, "."), item.name), {},
                 "sections have no sections; no name has a dot");
        if (item.name == section_begin)
            return begin_section(item.parents.front());
        if (item.parents.empty())
            return read_run_wide(item);
        sections_.back().items.push_back(item);
    }

    void begin_section(const std::string& name) {
        const bool twice = std::any_of(sections_.begin(), sections_.end(),
                                       [&](const section& one) { return one.name == name; });
        if (twice)
            fail(name, {}, "is there twice; give each load a name of its own");
        sections_.push_back({name, {}});
    }

    void read_run_wide(const CLI::ConfigItem& item) {
        const auto* known = find(run_settings(), item.name);
        if (known == nullptr)
            unknown_key({}, item.name, names_of(run_settings(), {}));
        note_once({}, item.name);
        if (known->name != "source")
            return set(*known, made_, {}, item.name, only_value({}, item));
        for (const std::string& value : item.inputs)
            set(*known, made_, {}, item.name, value);
    }

    load read_load(const section& from) {
        load made = default_load(workload_of(from));
        made.name = from.name;
        for (const CLI::ConfigItem& item : from.items) {
            note_once(from.name, item.name);
            if (item.name == workload_key)
                continue;
            const auto* known = find(load_settings(), item.name);
            if (known == nullptr)
                unknown_key(from.name, item.name, names_of(load_settings(), workload_key));
            if (const std::string why = why_no_setting(made.kind, item.name); !why.empty())
                fail(from.name, item.name, why);
            set(*known, made, from.name, item.name, only_value(from.name, item));
        }
        check_pacing(from);
        return made;
    }

    /// What its key says, else its section's name.
    workload workload_of(const section& from) const {
        const auto said =
            std::find_if(from.items.begin(), from.items.end(),
                         [](const CLI::ConfigItem& item) { return item.name == workload_key; });
        const bool by_key = said != from.items.end();
        const std::string name = by_key ? only_value(from.name, *said) : from.name;
        const auto kind = parse_workload(name);
        if (!kind)
            fail(from.name, workload_key,
                 by_key ? fmt::format("'{}' is not one of {}", name, workload_names(", "))
                        : fmt::format("is needed, as the section's name is none: one of {}",
                                      workload_names(", ")));
        return *kind;
    }

    void check_pacing(const section& from) const {
        if (given_.contains({from.name, "window"}) && given_.contains({from.name, "rate"}))
            fail(from.name, "rate", "excludes window: a load has either");
    }

    template <class Target>
    void set(const setting<Target>& known, Target& into, std::string_view section,
             std::string_view key, const std::string& value) const {
        if (const std::string wrong = known.read(into, value); !wrong.empty())
            fail(section, key, wrong);
    }

    /// The parser joins the values of a key that is there twice in a row; elsewhere it is seen
    /// here.
    void note_once(std::string_view section, const std::string& key) {
        if (!given_.emplace(section, key).second)
            fail(section, key, "is there twice; give it once");
    }

    [[nodiscard]] std::string only_value(std::string_view section,
                                         const CLI::ConfigItem& item) const {
        if (item.inputs.size() != 1)
            fail(section, item.name,
                 fmt::format("takes one value, once and without blanks, not '{}'",
                             fmt::join(item.inputs, " ")));
        return item.inputs.front();
    }

    [[noreturn]] void unknown_key(std::string_view section, const std::string& key,
                                  const std::vector<std::string>& known) const {
        if (key.starts_with('['))
            fail(section, key, "a section's name stands alone on its line");
        if (!section.empty() && find(run_settings(), key) != nullptr)
            fail(section, key, "belongs to the whole run: write it above the first section");
        const std::string near = bench::nearest_word(key, known);
        fail(section, key,
             near.empty() ? fmt::format("no such key; there are {}", fmt::join(known, ", "))
                          : fmt::format("no such key; was {} meant?", near));
    }

    /// `section` and `key` may be empty.
    [[noreturn]] void fail(std::string_view section, std::string_view key,
                           std::string_view what) const {
        throw usage_error(fmt::format("{}: {}{}{}{}", file_,
                                      section.empty() ? "" : fmt::format("[{}] ", section), key,
                                      key.empty() ? "" : ": ", what));
    }

    template <class Target>
    static const setting<Target>* find(std::span<const setting<Target>> known,
                                       std::string_view name) {
        const auto found =
            std::find_if(known.begin(), known.end(),
                         [name](const setting<Target>& one) { return one.name == name; });
        return found == known.end() ? nullptr : &*found;
    }

    template <class Target>
    static std::vector<std::string> names_of(std::span<const setting<Target>> known,
                                             std::string_view more) {
        std::vector<std::string> names;
        if (!more.empty())
            names.emplace_back(more);
        for (const auto& one : known)
            names.emplace_back(one.name);
        return names;
    }

    const std::string& file_;
    plan made_;
    std::vector<section> sections_;
    std::set<std::pair<std::string, std::string>> given_; // section and key
};

} // namespace

plan read_scenario(std::istream& input, const std::string& name) {
    return scenario_reader(name).read(input);
}

plan read_scenario_file(const std::string& name) {
    std::error_code ignored;
    if (std::filesystem::is_directory(name, ignored))
        throw usage_error(fmt::format("{}: is a directory, not a scenario", name));
    errno = 0;
    std::ifstream input(name);
    if (!input)
        throw usage_error(
            fmt::format("{}: cannot read the scenario: {}", name, std::strerror(errno)));
    return read_scenario(input, name);
}

} // namespace chatload
