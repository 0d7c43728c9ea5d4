#include "support/browser.hpp"

#include "support/catch.hpp"
#include "support/program.hpp"
#include "support/temp_dir.hpp"

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

namespace support {

namespace {

std::string content(const std::string& file) {
    std::ifstream input(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(input), {}};
}

/// The first of Chromium's names that is on the path; empty when none is.
std::string find_browser() {
    const char* path = std::getenv("PATH");
    for (const char* name : {"chromium-headless-shell", "chromium"}) {
        std::istringstream folders(path == nullptr ? "" : path);
        for (std::string folder; std::getline(folders, folder, ':');) {
            std::error_code ignored;
            if (std::filesystem::exists(folder + '/' + name, ignored))
                return folder + '/' + name;
        }
    }
    return {};
}

/// Shows the page and gives all that the browser wrote.
std::string show(std::string_view html, const temp_dir& dir, std::vector<std::string> more) {
    std::ofstream(dir.file("page.html")) << html;
    std::vector<std::string> arguments = {
        "--headless", "--no-sandbox", // which root has not, and the page is our own
        "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
        // It asks nobody for anything.
        "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--disable-quic", "--enable-logging=stderr", "--user-data-dir=" + dir.file("profile")};
    arguments.insert(arguments.end(), more.begin(), more.end());
    arguments.push_back("file://" + dir.file("page.html"));
    program chromium(find_browser(), arguments);
    REQUIRE(chromium.wait() == 0);
    return chromium.output();
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
    const std::size_t at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), by);
}

} // namespace

bool browser::installed() { return !find_browser().empty(); }

std::vector<std::string> browser::complaints(std::string_view html) {
    const temp_dir dir;
    std::istringstream written(show(html, dir, {"--dump-dom"}));
    std::vector<std::string> found;
    for (std::string line; std::getline(written, line);) {
        if (line.find(":CONSOLE") != std::string::npos)
            found.push_back(line);
    }
    return found;
}

page_layout browser::layout(std::string_view html, const page_view& view) {
    const temp_dir dir;
    std::string probed = replaced(std::string(html), "Content-Security-Policy", "none");
    probed = replaced(probed, "</body>", "<script>" + content(PAGE_PROBE) + "</script></body>");
    const std::string written =
        show(probed, dir,
             {"--dump-dom", "--window-size=" + std::to_string(view.width) + ",900",
              std::string("--blink-settings=preferredColorScheme=") + (view.dark ? "0" : "1")});
    // The script's own text has the first half of neither mark before a brace.
    const std::size_t begin = written.find("PROBE{");
    const std::size_t end = written.find("}EBORP", begin);
    REQUIRE(end != std::string::npos);
    // Text in the DOM as it is written out.
    std::string json = written.substr(begin + 5, end - begin - 4);
    for (const auto& [entity, character] :
         {std::pair{"&lt;", "<"}, {"&gt;", ">"}, {"&amp;", "&"}}) {
        for (std::size_t at = 0; (at = json.find(entity, at)) != std::string::npos; ++at)
            json.replace(at, std::string_view(entity).size(), character);
    }
    const auto found = nlohmann::json::parse(json);
    return {found["faults"], found["charts"], found["lines"],
            found["width"],  found["dark"],   found["ground"]};
}

std::string browser::printed(std::string_view html) {
    const temp_dir dir;
    static_cast<void>(
        show(html, dir, {"--no-pdf-header-footer", "--print-to-pdf=" + dir.file("page.pdf")}));
    return content(dir.file("page.pdf"));
}

} // namespace support
