#pragma once

#include <string>
#include <vector>

namespace bench {

/// What an axis counts; values come in the unit named first.
enum class unit : unsigned char {
    number,      ///< Anything that is counted; shown as `12 k`.
    nanoseconds, ///< Shown as `1.5 ms`.
    seconds,     ///< Of a run; shown as `12 s`.
    bytes,       ///< Shown as `1.5 MiB`.
    share,       ///< 1 is the whole; shown as `100 %`.
    percentile,  ///< 0 to 100, on the scale of HDR histograms: each further 9 takes the same room.
};

enum class scale : unsigned char {
    linear, ///< From 0.
    log,
    fit, ///< `log` when the values differ by more than 30 times, else `linear`.
};

/// One axis of a chart.
struct axis {
    std::string label;
    unit in = unit::number;
    scale by = scale::linear;
};

/// `value` as short as a tick of the axis allows.
[[nodiscard]] std::string axis_text(double value, unit in);

/// Puts values of an axis at their place in a drawing, for the charts.
class axis_map {
public:
    struct tick {
        double at = 0; ///< In the drawing.
        std::string text;
    };

    /// @param low, high        of the values that are to be drawn.
    /// @param from, to         where in the drawing they lie; `to` may be the lesser.
    /// @param ticks            about how many there is room for.
    axis_map(const axis& of, double low, double high, double from, double to, int ticks);

    [[nodiscard]] double at(double value) const;
    [[nodiscard]] const std::vector<tick>& ticks() const noexcept { return ticks_; }

private:
    void fit_linear(double high, int ticks);
    void fit_log(double low, double high);
    void fit_percentile(double high);
    void add_tick(double value);

    unit in_;
    scale by_;
    double low_ = 0, high_ = 1; ///< Of the scale: logarithms where it is one.
    double from_, to_;
    std::vector<tick> ticks_;
};

} // namespace bench
