#include "chatd/config/quote.hpp"

#include "chatd/log.hpp"

#include <cstddef>

namespace chatd {

std::string quote(std::string_view text) {
    constexpr std::size_t most = 80;
    const bool cut = text.size() > most;
    // What the log makes of a text with a blank in it is always in double quotes.
    std::string escaped;
    append_log_value(escaped, std::string{text.substr(0, most)} + " ");
    std::string quoted = "'";
    for (std::size_t i = 1; i + 2 < escaped.size(); ++i)
        if (escaped[i] != '\\' || escaped[i + 1] != '"') // double quotes need no escape here
            quoted += escaped[i];
    return quoted + (cut ? "...'" : "'");
}

} // namespace chatd
