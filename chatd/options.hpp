#pragma once

#include "chatd/config/option_table.hpp"
#include "chatd/limits.hpp"
#include "chatd/listeners.hpp"
#include "chatd/log.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace chatd {

/// What an administrator can choose.
struct options {
    std::vector<listen_spec> listen = default_listen(); ///< Never empty.
    std::string control; ///< Path of the control socket; empty for none.
    limits limit;
    log_options log;
    std::vector<listen_spec> metrics; ///< Where metrics and health are served over HTTP.
    std::string state_directory;      ///< Where bans are kept; empty: in memory only.

    /// `localhost:6666`.
    [[nodiscard]] static std::vector<listen_spec> default_listen();
};

/// Every option there is, each bound to a field of `target`, which must outlive the table: the one
/// place where an option is added.
[[nodiscard]] option_table list_options(options& target);

/// Two options whose values contradict each other: `first` must be `relation` `second`.
struct broken_rule {
    std::string_view first;
    std::string_view relation;
    std::string_view second;
};

/// The rules between options that `chosen` breaks.
[[nodiscard]] std::vector<broken_rule> broken_rules(const options& chosen);

} // namespace chatd
