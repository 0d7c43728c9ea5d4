#pragma once

#include "chatd/config/mistake.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace chatd {

/// `key = value` as a file says it; what the key means is not its business.
struct statement {
    source where;
    std::string key;
    std::vector<std::string> values;
    bool assigned = true; ///< False: the key stands alone, which is a flag's way to say yes.
    std::string fault;    ///< Not empty: this cannot be read, and why; there is no key then.
};

/// Reads the text of a file in CLI11's format for configurations: a key and its value a line, `#`
/// begins a comment, values with blanks or commas in quotes, lists in brackets.  There are no
/// sections.
/// @param file  its name, for the places.
/// @param into  gets what it says, in that order.
void read_config_text(std::string_view text, const std::string& file, std::vector<statement>& into);

/// Reads `path`, and then `conf.d/*.conf` in the same directory, in the order of their names.
/// There need not be a `conf.d`.  Never blocks: what is not a plain file is not read.
[[nodiscard]] std::vector<statement> read_config_files(const std::string& path);

} // namespace chatd
