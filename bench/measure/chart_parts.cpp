#include "bench/measure/chart_parts.hpp"

#include "bench/measure/html.hpp"

#include <fmt/format.h>

#include <array>

namespace bench::chart_parts {

std::string style_class(std::size_t series) { return fmt::format("s{}", series % styles); }

std::string mark(std::size_t series, double x, double y, std::string_view title) {
    // Each relative to the middle; every second one is hollow by the style sheet.
    constexpr std::array<const char*, 4> shapes = {
        "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z", // circle
        "m-4 -4h8v8h-8z",                      // square
        "m0 -5l5 9h-10z",                      // triangle
        "m0 -5.5l5 5.5l-5 5.5l-5 -5.5z",       // diamond
    };
    return fmt::format("<path class=\"mark\" d=\"M{:.1f} {:.1f}{}\">{}</path>", x, y,
                       shapes[series % shapes.size()],
                       title.empty() ? "" : "<title>" + html_escape(title) + "</title>");
}

std::string hidden_mark(double x, double y, std::string_view title) {
    return fmt::format("<circle class=\"hit\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"6\"><title>{}</title>"
                       "</circle>",
                       x, y, html_escape(title));
}

std::string figure(std::string_view title, std::string_view note, std::string_view spoken,
                   std::string_view legend, double height, std::string_view drawing) {
    std::string html =
        fmt::format("<figure class=\"chart\">\n<figcaption><h3>{}</h3></figcaption>\n{}",
                    html_escape(title), legend);
    html += fmt::format("<svg viewBox=\"0 0 {} {}\" role=\"img\" aria-label=\"{}\">\n{}</svg>\n",
                        width, height, html_escape(spoken), drawing);
    if (!note.empty())
        html += fmt::format("<p class=\"note\">{}</p>\n", html_escape(note));
    return html + "</figure>\n";
}

} // namespace bench::chart_parts
