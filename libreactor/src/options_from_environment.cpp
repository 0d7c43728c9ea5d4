#include "options_from_environment.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace reactor::detail {

namespace {

/// Milliseconds that the environment gives; empty when there is none, or no number.
std::optional<std::chrono::nanoseconds> milliseconds_from_environment(const char* name) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): read, never set
    const char* value = std::getenv(name);
    if (value == nullptr)
        return std::nullopt;
    const std::string_view text{value};
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return std::chrono::milliseconds{number};
}

} // namespace

loop_options completed_from_environment(loop_options options) {
    using namespace std::chrono_literals;
    // NOLINTNEXTLINE(concurrency-mt-unsafe)
    if (const char* audit = std::getenv("REACTOR_AUDIT"))
        options.audit = options.audit || std::string_view{audit} == "1";
    if (!options.slow_callback)
        options.slow_callback =
            milliseconds_from_environment("REACTOR_AUDIT_SLOW_MS").value_or(100ms);
    for (auto* budget : {&options.message_budget, &options.accept_budget, &options.flush_sends,
                         &options.destroy_budget})
        *budget = std::max(*budget, 1U); // none would never let the loop get on
    options.receive_buffer_bytes = std::max<std::size_t>(options.receive_buffer_bytes, 1);
    return options;
}

} // namespace reactor::detail
