#pragma once

#include "chatd/config/option_table.hpp"

#include <string>
#include <string_view>

namespace chatd {

/// The file to ship: every key a file can have, as a comment, with its default, what it takes and
/// what it does.  Read as a configuration it says nothing.
[[nodiscard]] std::string sample_file(const option_table& table);

/// The options for the command line's page, in roff.
[[nodiscard]] std::string options_in_roff(const option_table& table);

/// The keys for the file's page, in roff: with ranges, and what a reload does with them.
[[nodiscard]] std::string keys_in_roff(const option_table& table);

/// A page: `text` with the line `@OPTIONS@` or `@KEYS@` replaced, and `@VERSION@` anywhere.
[[nodiscard]] std::string page(std::string_view text, const option_table& table);

} // namespace chatd
