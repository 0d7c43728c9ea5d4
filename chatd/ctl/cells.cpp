#include "chatd/ctl/cells.hpp"

#include "chatd/control/words.hpp"

namespace chatd::ctl {

std::vector<std::string> cells_of(std::string_view line) {
    std::vector<std::string> cells;
    for (;;) {
        const auto end = line.find('\t');
        cells.push_back(control::unescape_cell(line.substr(0, end)));
        if (end == std::string_view::npos)
            return cells;
        line.remove_prefix(end + 1);
    }
}

heading heading_of(std::string_view sent) {
    const bool number = sent.ends_with('#');
    return {std::string{sent.substr(0, sent.size() - (number ? 1 : 0))}, number};
}

} // namespace chatd::ctl
