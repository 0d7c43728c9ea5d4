#pragma once

#include "chatd/config/configuration.hpp"
#include "chatd/log.hpp"

#include <string>

namespace chatd {

/// What became of a reload, for whoever asked for it.
struct reload_result {
    bool ok = false;    ///< False: there are mistakes, and everything is as it was.
    std::string report; ///< Lines for a person: the mistakes, or what changed; never empty.
};

/// @param running  the configuration in force, before `read` takes its place.
[[nodiscard]] reload_result report_of(const configuration& running,
                                      const configuration_reading& read);

/// The same for the log: a line, and one for each mistake or change, of which there is a bound.
void log_reload(logger& log, const configuration& running, const configuration_reading& read);

} // namespace chatd
