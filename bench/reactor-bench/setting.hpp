#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace reactor_bench {

/// A number that the user may choose for a benchmark: an option of that name.
struct parameter {
    std::string name;
    std::string meaning;
    /// Its defaults: each is a setting of its own, so several measure the benchmark several times.
    std::vector<std::uint64_t> values;
    std::uint64_t least = 1;
    std::uint64_t most = 1'000'000'000;
    bool amount = false; ///< How much is done: what `--scale` multiplies.
};

/// One value for each parameter of a benchmark, in their order.
class setting {
public:
    void add(std::string name, std::uint64_t value) {
        values_.emplace_back(std::move(name), value);
    }

    /// Throws std::out_of_range for a name that is no parameter of the benchmark.
    [[nodiscard]] std::uint64_t operator[](std::string_view name) const;
    [[nodiscard]] const std::vector<std::pair<std::string, std::uint64_t>>&
    values() const noexcept {
        return values_;
    }

private:
    std::vector<std::pair<std::string, std::uint64_t>> values_;
};

/// Every combination of the parameters' values; amounts are multiplied by `scale` and stay within
/// their bounds.
[[nodiscard]] std::vector<setting> settings_of(const std::vector<parameter>& parameters,
                                               double scale);

/// `pairs 1000, active 100`
[[nodiscard]] std::string to_text(const setting& chosen);

} // namespace reactor_bench
