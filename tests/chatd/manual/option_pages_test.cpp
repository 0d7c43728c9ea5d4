#include "chatd/manual/option_pages.hpp"

#include "chatd/config/command_line.hpp"
#include "chatd/options.hpp"

#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

using namespace chatd;
using Catch::Matchers::ContainsSubstring;

namespace {

std::string contents(const std::string& file) {
    std::ifstream in{file, std::ios::binary};
    REQUIRE(in);
    return {std::istreambuf_iterator<char>{in}, {}};
}

configuration_reading read_file_with(const std::string& text) {
    const support::temp_dir directory;
    const std::string file = directory.file("chatd.conf");
    std::ofstream(file) << text;
    return read_configuration(std::vector<std::string>{"--config", file});
}

/// The sample with its keys no longer comments, but for those that have no default.
std::string uncommented(const option_table& table) {
    const std::string sample = sample_file(table);
    std::string text;
    for (const option& row : table.rows()) {
        if (row.when == option::use::command_line || row.preset.empty())
            continue;
        const auto at = sample.find("\n#" + row.name + " = ");
        REQUIRE(at != std::string::npos);
        text += sample.substr(at + 2, sample.find('\n', at + 1) - at - 1);
    }
    return text;
}

} // namespace

TEST_CASE("the shipped file is what the option table makes", "[chatd][manual]") {
    options defaults;
    INFO("after a change of the options: cmake --build --preset dev --target chatd-sample");
    CHECK(contents(CHATD_SAMPLE) == sample_file(list_options(defaults)));
}

TEST_CASE("the shipped file as it is says nothing", "[chatd][manual]") {
    const auto read = read_file_with(contents(CHATD_SAMPLE));
    REQUIRE(read.made);
    for (const setting& s : read.made->settings)
        CHECK(s.from.to_string() == "default");
}

TEST_CASE("every key of the shipped file is right with the default that stands there",
          "[chatd][manual]") {
    options defaults;
    const auto table = list_options(defaults);
    const auto read = read_file_with(uncommented(table));
    for (const mistake& found : read.mistakes)
        UNSCOPED_INFO(found.to_string());
    REQUIRE(read.made);
    for (const setting& s : read.made->settings) {
        CAPTURE(s.name);
        CHECK(s.values == table.find(s.name)->preset);
        CHECK((s.from.to_string() == "default") == s.values.empty());
    }
}

TEST_CASE("the pages have every option and no mark that is not replaced", "[chatd][manual]") {
    options defaults;
    const auto table = list_options(defaults);
    const std::string text = page("@VERSION@\n@OPTIONS@\n@KEYS@\n", table);
    CHECK(text.find('@') == std::string::npos);
    for (const option& row : table.rows()) {
        std::string name;
        for (const char c : row.name)
            name += c == '-' ? "\\-" : std::string{c};
        CAPTURE(name);
        CHECK_THAT(text, ContainsSubstring("\\fB\\-\\-" + name + "\\fR"));
        CHECK((text.find("\n\\fB" + name + "\\fR") != std::string::npos) ==
              (row.when != option::use::command_line));
    }
}
