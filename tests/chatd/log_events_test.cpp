#include "chatd/log_events.hpp"

#include "chatd/counters.hpp"

#include "support/catch.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>

using namespace chatd;

namespace {

std::string contents(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

/// Every event that the sources write, with a file that does.
std::map<std::string, std::string> events_in_code() {
    // A logger's name ends in `log`, `log_` or `log()`; of `write` the level is passed over.  The
    // event may be chosen: every word in the first argument is one.
    static const std::regex call(
        R"(log(?:_|\(\))?\.(?:debug\(|info\(|warning\(|error\(|write\([^,]*,)([^,;]*)[,;])");
    static const std::regex word("\"([^\"]*)\"");
    std::map<std::string, std::string> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(CHATD_SOURCES)) {
        if (entry.path().extension() != ".cpp")
            continue;
        const auto text = contents(entry.path());
        for (std::sregex_iterator i{text.begin(), text.end(), call}, end; i != end; ++i) {
            const std::string chosen = (*i)[1];
            for (std::sregex_iterator w{chosen.begin(), chosen.end(), word}; w != end; ++w)
                found.emplace((*w)[1], entry.path().filename());
        }
    }
    for (std::size_t i = 0; i < incidents; ++i)
        found.emplace(info_of(static_cast<incident>(i)).event, "counters.cpp");
    found.emplace("log_lost", "log_sink.cpp");
    return found;
}

/// The events in the manual, with the category under whose heading each stands.
std::map<std::string, std::string> events_in_manual() {
    std::map<std::string, std::string> found;
    std::istringstream lines(contents(std::filesystem::path(CHATD_SOURCES) / "doc" / "log.md"));
    const std::regex heading(R"(^### `([a-z]+)`.*)");
    const std::regex row(R"(^\| `([a-z_]+)` \|.*)");
    std::string category;
    std::smatch match;
    for (std::string line; std::getline(lines, line);) {
        if (std::regex_match(line, match, heading))
            category = match[1];
        else if (std::regex_match(line, match, row))
            found.emplace(match[1], category);
    }
    return found;
}

} // namespace

TEST_CASE("every event that the code writes is in the table and the other way round",
          "[chatd][log]") {
    const auto code = events_in_code();
    CHECK(code.size() > 20);
    for (const auto& [event, file] : code) {
        INFO("add it to log_events.cpp and doc/log.md: " << event << ", written in " << file);
        CHECK(find_log_event(event));
    }
    for (const log_event& event : log_events()) {
        INFO("nobody writes it: " << event.name);
        CHECK(code.contains(std::string{event.name}));
    }
}

TEST_CASE("every event is in the manual under its category", "[chatd][log]") {
    const auto manual = events_in_manual();
    for (const log_event& event : log_events()) {
        INFO("add it to doc/log.md: " << event.name);
        const auto found = manual.find(std::string{event.name});
        REQUIRE(found != manual.end());
        CHECK(found->second == event.category);
    }
    CHECK(manual.size() == log_events().size());
}

TEST_CASE("an event is found by its name only", "[chatd][log]") {
    for (std::size_t i = 0; i < log_events().size(); ++i)
        CHECK(find_log_event(log_events()[i].name) == i);
    CHECK_FALSE(find_log_event(""));
    CHECK_FALSE(find_log_event("logi"));
    CHECK_FALSE(find_log_event("zzz"));
}
