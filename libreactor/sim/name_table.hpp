#pragma once

#include <reactor/endpoint.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace reactor::sim::detail {

/// What look-ups of names give, and when.
class name_table {
public:
    struct entry {
        std::vector<endpoint> addresses = {};
        int failure = 0;                                    ///< EAI_*; 0 with addresses.
        std::optional<std::chrono::nanoseconds> delay = {}; ///< Empty: never answered.
    };

    /// Knows `localhost`.
    name_table();

    void set(std::string_view name, entry what);
    /// Unknown names fail at once with EAI_NONAME.
    [[nodiscard]] entry find(const std::string& name, std::uint16_t port) const;

private:
    std::map<std::string, entry, std::less<>> entries_;
};

} // namespace reactor::sim::detail
