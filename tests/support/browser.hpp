#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace support {

/// What a page looks like in a browser.
struct page_layout {
    std::vector<std::string> faults; ///< What cannot be read or does not fit, in words.
    std::size_t charts = 0;
    std::size_t lines = 0; ///< In the charts.
    int width = 0;         ///< Of the window's inside.
    bool dark = false;     ///< Whether the reader wants it dark.
    double brightness = 0; ///< Of the page's ground, 0 (black) to 1.
};

/// How a page is looked at.
struct page_view {
    int width = 1200;
    bool dark = false;
};

/// A real browser without a window, Chromium, a new one for each call.
class browser {
public:
    /// Whether this machine has one.
    [[nodiscard]] static bool installed();

    /// What it complained of on its console while it showed the page as it is.
    [[nodiscard]] static std::vector<std::string> complaints(std::string_view html);
    /// Lays the page out and measures it; its policy against scripts is taken out for that.
    [[nodiscard]] static page_layout layout(std::string_view html, const page_view& view);
    /// Prints it; gives the PDF file's content.
    [[nodiscard]] static std::string printed(std::string_view html);
};

} // namespace support
