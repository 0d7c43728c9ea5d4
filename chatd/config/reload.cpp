#include "chatd/config/reload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace chatd {

namespace {

constexpr std::size_t most_logged = 50; // mistakes or changes; the caller is told of all

std::string text_of(const setting& shown) {
    return shown.values.empty() ? "nothing" : fmt::format("{}", fmt::join(shown.values, " "));
}

/// A setting before and after.
struct change {
    const setting& before;
    const setting& after;
};

std::vector<change> changes(const configuration& running, const configuration& made) {
    std::vector<change> found;
    for (const setting& after : made.settings) {
        const auto before =
            std::find_if(running.settings.begin(), running.settings.end(),
                         [&after](const setting& s) { return s.name == after.name; });
        if (before != running.settings.end() && before->values != after.values)
            found.push_back({*before, after});
    }
    return found;
}

} // namespace

reload_result report_of(const configuration& running, const configuration_reading& read) {
    if (!read.made) {
        std::string report;
        for (const mistake& found : read.mistakes)
            report += found.to_string() + "\n";
        return {false, report + "nothing was changed\n"};
    }
    std::string report;
    if (read.made->file.empty())
        report += "there is no file to read: chatd was started without --config\n";
    for (const change& c : changes(running, *read.made))
        report += fmt::format("{}: {} is now {} ({})\n", c.after.name, text_of(c.before),
                              text_of(c.after), c.after.from.to_string());
    if (report.empty())
        report += "no option that can change at run time has changed\n";
    for (const std::string& name : read.kept)
        report += fmt::format("{}: a new value needs a restart; the old one stays\n", name);
    return {true, report};
}

void log_reload(logger& log, const configuration& running, const configuration_reading& read) {
    std::size_t said = 0;
    if (!read.made) {
        log.error("reload_failed", {{"mistakes", read.mistakes.size()}});
        for (const mistake& found : read.mistakes)
            if (++said <= most_logged)
                log.error("config_mistake", {{"text", found.to_string()}});
        return;
    }
    const auto changed = changes(running, *read.made);
    log.info("reloaded", {{"changed", changed.size()}, {"need_restart", read.kept.size()}});
    for (const change& c : changed)
        if (++said <= most_logged)
            log.info("option_changed", {{"option", c.after.name},
                                        {"before", text_of(c.before)},
                                        {"now", text_of(c.after)},
                                        {"from", c.after.from.to_string()}});
    for (const std::string& name : read.kept)
        log.warning("option_needs_restart", {{"option", name}});
}

} // namespace chatd
