#pragma once

#include "bench/measure/chart.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bench {

/// How good news is; said in words and by a sign as well as by colour.
enum class tone : unsigned char { plain, ok, warn, bad };

struct key_figure {
    std::string name;
    std::string value;
    std::string note; ///< Small, below; may be empty.
};

/// Any text is a cell.
struct cell {
    cell(std::string content, tone tone_of_it = tone::plain)
        : text(std::move(content)), how(tone_of_it) {}
    cell(const char* content) : text(content) {}

    std::string text;
    tone how = tone::plain;
};

struct table {
    std::string caption;              ///< May be empty.
    std::vector<std::string> columns; ///< The first one names the rows.
    std::vector<std::vector<cell>> rows;
    bool numbers = true; ///< All but the first column are set to the right.
};

/// Builds one HTML page that needs nothing else: no network, no script, no font.  Its parts come in
/// the order of the calls; every text is escaped.  It fits a desk, a phone and paper, light and
/// dark.
class page {
public:
    /// @param title     of the page, also the browser's.
    /// @param subtitle  one line below it; may be empty.
    explicit page(std::string_view title, std::string_view subtitle = {});

    /// A box: what came of it in one sentence, and more of that, one item each.
    void verdict(tone how, std::string_view summary, const std::vector<std::string>& details = {});
    void figures(const std::vector<key_figure>& figures);
    void heading(std::string_view text);
    void paragraph(std::string_view text);
    void add(const table& what);
    /// Charts that follow one another stand side by side where there is room.
    void add(const line_chart& chart) { add_chart(draw(chart)); }
    void add(const bar_chart& chart) { add_chart(draw(chart)); }

    /// The whole document.
    [[nodiscard]] std::string html() const;

private:
    void add_block(std::string_view html);
    void add_chart(std::string_view html);

    std::string title_;
    std::string body_;
    bool among_charts_ = false;
};

} // namespace bench
