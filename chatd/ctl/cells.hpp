#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace chatd::ctl {

/// The cells of a line of a table or of fields, as they were before they were sent.
[[nodiscard]] std::vector<std::string> cells_of(std::string_view line);

/// A column or a field: its name, and whether its values are numbers.
struct heading {
    std::string name;
    bool number = false;
};
[[nodiscard]] heading heading_of(std::string_view sent);

} // namespace chatd::ctl
