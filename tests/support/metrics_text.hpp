#pragma once

#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace support {

/// A page in Prometheus' text format 0.0.4, read strictly: what the format only recommends is
/// demanded too.
///
/// Every metric has one HELP line and then one TYPE line before its samples, which stand together;
/// names, labels, escapes and values are as the format has them; no sample stands twice; counters
/// end in `_total` and are no less than 0; a histogram's buckets are ascending, cumulative, end
/// with `+Inf`, and that one is its `_count`.
class metrics_text {
public:
    using labels = std::map<std::string, std::string>;

    struct sample {
        std::string name; ///< With the suffix of a histogram's.
        labels with;
        double value;
    };
    struct metric {
        std::string name;
        std::string help;
        std::string type;
        std::vector<sample> samples;
    };
    /// What is wrong, with the line's number.
    class malformed : public std::runtime_error {
    public:
        using std::runtime_error::runtime_error;
    };

    /// @throws malformed
    explicit metrics_text(std::string_view page);

    [[nodiscard]] const std::vector<metric>& metrics() const noexcept { return metrics_; }
    /// Null when there is none of that name.
    [[nodiscard]] const metric* find(std::string_view name) const;
    /// Whether a sample, that of a histogram included, or a metric has that name.
    [[nodiscard]] bool has(std::string_view name) const;
    /// @throws malformed when there is no such sample.
    [[nodiscard]] double value(std::string_view name, const labels& with = {}) const;

private:
    void take_line(std::string_view line);
    void take_comment(std::string_view line);
    void take_sample(std::string_view line);
    void check_name_of(const sample& read);
    void end_metric();
    [[noreturn]] void fail(const std::string& what) const;

    std::vector<metric> metrics_;
    std::size_t line_ = 0;
};

} // namespace support
