#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace chatd {

/// Writes a page in Prometheus' text format, version 0.0.4.
///
/// Names of metrics and labels are the caller's to choose well; what has to be escaped is escaped.
class exposition {
public:
    /// What the page is, for the HTTP answer.
    static constexpr std::string_view content_type = "text/plain; version=0.0.4; charset=utf-8";

    enum class kind : std::uint8_t { counter, gauge };
    struct label {
        std::string_view name;
        std::string_view value;
    };
    /// What was counted at or below a bound, and not at or below the one before.
    struct bucket {
        double bound;
        std::uint64_t count;
    };

    /// Begins a metric; its samples follow.
    /// @param help  one line for a human; any characters.
    void metric(std::string_view name, kind type, std::string_view help);
    /// A value of the metric begun last.
    void sample(std::uint64_t value, std::initializer_list<label> labels = {});
    void sample(double value, std::initializer_list<label> labels = {});
    /// A metric with one sample and no label.
    template <class Number>
    void single(std::string_view name, kind type, std::string_view help, Number value) {
        metric(name, type, help);
        sample(value);
    }
    /// A whole histogram.
    /// @param buckets  bounds ascending; what is above them all is in `count` only.
    /// @param sum      of everything counted.
    void histogram(std::string_view name, std::string_view help, std::span<const bucket> buckets,
                   double sum, std::uint64_t count);

    /// The page so far.
    [[nodiscard]] const std::string& text() const noexcept { return text_; }

private:
    void begin(std::string_view name, std::string_view type, std::string_view help);
    void put(std::string_view suffix, std::initializer_list<label> labels, std::string_view value);

    std::string text_;
    std::string name_; // of the metric begun last
};

} // namespace chatd
