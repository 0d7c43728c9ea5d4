#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace support {

/// What is wrong with how the elements of an HTML document are nested; empty when nothing is.  It
/// knows no element but by whether it has an end, and no text that holds a bare `<`.
inline std::string markup_fault(std::string_view html) {
    std::vector<std::string> open;
    for (std::size_t at = html.find('<'); at != html.npos; at = html.find('<', at + 1)) {
        const std::size_t end = html.find('>', at);
        if (end == html.npos)
            return "no end of a tag: " + std::string(html.substr(at, 40));
        const std::string_view tag = html.substr(at + 1, end - at - 1);
        const std::string name{tag.substr(0, tag.find_first_of(" \n/", 1))};
        if (tag.front() == '!' || tag.back() == '/' || name == "meta" || name == "link")
            continue;
        if (tag.front() != '/') {
            open.push_back(name);
        } else if (open.empty() || name != "/" + open.back()) {
            return "<" + name + "> ends <" + (open.empty() ? "" : open.back()) + ">";
        } else {
            open.pop_back();
        }
    }
    return open.empty() ? "" : "no end of <" + open.back() + ">";
}

/// How often `what` is in `text`.
inline std::size_t occurrences(std::string_view text, std::string_view what) {
    std::size_t count = 0;
    for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + 1))
        ++count;
    return count;
}

} // namespace support
