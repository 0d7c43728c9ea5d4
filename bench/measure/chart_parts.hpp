#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace bench::chart_parts {

/// What the charts are put together from.  A drawing is 480 units wide: that is about half a page
/// on a desk and a whole one on a phone, so that text of one size is readable on both.

constexpr double width = 480;
constexpr std::size_t styles = 8; ///< That the style sheet has for series: `s0` to `s7`.

/// The class of a series, which gives it colour and dashes.
[[nodiscard]] std::string style_class(std::size_t series);

/// The mark of a series at a place, with what shows when it is pointed at.
[[nodiscard]] std::string mark(std::size_t series, double x, double y, std::string_view title);
/// The same, not to be seen.
[[nodiscard]] std::string hidden_mark(double x, double y, std::string_view title);

/// A `<figure>` around a drawing.
/// @param spoken  what a reader hears instead of the drawing.
/// @param legend, drawing  HTML; the rest is text.
[[nodiscard]] std::string figure(std::string_view title, std::string_view note,
                                 std::string_view spoken, std::string_view legend, double height,
                                 std::string_view drawing);

} // namespace bench::chart_parts
