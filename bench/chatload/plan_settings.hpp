#pragma once

#include "bench/chatload/plan.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace chatload {

/// One thing that a user may set: `--NAME VALUE` on the command line, `NAME = VALUE` in a scenario.
template <class Target>
struct setting {
    std::string_view name;
    const char* placeholder; ///< For help: what kind of value.
    const char* preset;      ///< For help: what it is when nobody says; empty: nothing.
    const char* meaning;     ///< For help.
    /// Reads `text` into its place in `Target`.  Gives what is wrong with it, as in "'x' is not a
    /// number from 1 to 9"; empty when nothing is.
    std::string (*read)(Target& into, const std::string& text);
};

/// What belongs to a run as a whole.
[[nodiscard]] std::span<const setting<plan>> run_settings() noexcept;
/// What belongs to one load, but its workload.
[[nodiscard]] std::span<const setting<load>> load_settings() noexcept;

/// Why a load of this kind has no such setting, with those that it has; empty when it has.
[[nodiscard]] std::string why_no_setting(workload kind, std::string_view name);

/// Empty when there is no workload of that name.
[[nodiscard]] std::optional<workload> parse_workload(std::string_view name) noexcept;
/// The names of all workloads, with `separator` between them.
[[nodiscard]] std::string workload_names(std::string_view separator);

/// A load of this kind where nobody says otherwise; its name is the workload's.
[[nodiscard]] load default_load(workload kind);

/// `from_text` for numbers: a whole one in [least, greatest]; empty when it is not.
[[nodiscard]] std::optional<std::uint32_t> parse_count(std::string_view text, std::uint32_t least,
                                                       std::uint32_t greatest) noexcept;

} // namespace chatload
