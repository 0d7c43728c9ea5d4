#pragma once

#include "bench/contest/held_signals.hpp"
#include "bench/contest/outcome.hpp"
#include "bench/contest/running_server.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace contest {

/// The program that loads servers.
struct generator {
    std::filesystem::path chatload;
    std::optional<unsigned> core; ///< The one that it may use.
};

/// Runs it once, told `words` besides where the server is.
/// @param most  how long it may take.
/// @throws std::runtime_error  with one line: why there is no report.
[[nodiscard]] chatload::run_report
report_of(const generator& by, const std::vector<std::string>& words, const std::string& protocol,
          running_server& server, std::chrono::milliseconds most, const held_signals& signals);

/// How a server is put to a load.
struct load {
    generator by;
    std::chrono::milliseconds duration{3000}; ///< Of measuring, after a sixth of it to warm up.

    static constexpr unsigned window = 64; ///< Lines under way, of one sender.
    static constexpr unsigned size = 64;   ///< Bytes of a line.
};

/// Lets chatload measure a server once.
/// @throws std::runtime_error  with one line: why there are no figures.
[[nodiscard]] figures put_to(const load& how, const setting& what, const std::string& protocol,
                             running_server& server, const held_signals& signals);

} // namespace contest
