// The pages in a real browser.
#include "bench/chatload/compare.hpp"
#include "bench/chatload/report_page.hpp"
#include "bench/chatload/sample_report.hpp"
#include "bench/measure/page.hpp"

#include "support/browser.hpp"
#include "support/catch.hpp"
#include "support/markup.hpp"

#include <string>
#include <vector>

using support::browser;
using support::page_layout;

namespace {

constexpr int phone_width = 390;

void need_browser() {
    if (!browser::installed())
        SKIP("neither chromium-headless-shell nor chromium is installed");
}

std::string run_page() { return to_html(*sample::good_report()); }

/// Several loads and runs, a search, violations, failures.
std::string full_page() { return to_html(*sample::full_report()); }

std::string comparison_page() {
    const chatload::named_report a{"a.json", *sample::repeated_report(4)};
    const chatload::named_report b{"b.json", *sample::repeated_report(4, 1.3)};
    return to_html(compare(a, b));
}

std::string bar_page() {
    bench::page made{"Bars"};
    made.add(
        bench::bar_chart{"CPU for each delivery",
                         "Shorter is better.",
                         bench::unit::nanoseconds,
                         {"10 members", "100 members", "1000 members"},
                         {{"chatd", {{92.5, 90, 96, 5}, {88, 85, 93, 5}, {110, 100, 111, 5}}},
                          {"another server", {{5744, 5600, 5800, 5}, {4270, 4000, 4300, 5}, {}}}}});
    return made.html();
}

page_layout faultless(const std::string& html, int width, bool dark = false) {
    page_layout found = browser::layout(html, {width, dark});
    for (const std::string& fault : found.faults)
        UNSCOPED_INFO(fault);
    CHECK(found.faults.empty());
    CHECK(found.width == width);
    CHECK(found.dark == dark);
    return found;
}

} // namespace

TEST_CASE("the browser has nothing to complain of", "[browser]") {
    need_browser();
    CHECK(browser::complaints(full_page()).empty());
}

TEST_CASE("the browser would complain of what a page may not do", "[browser]") {
    need_browser();
    std::string html = run_page();
    html.insert(html.find("</main>"), "<script>alert(1)</script>");
    CHECK_FALSE(browser::complaints(html).empty());
}

TEST_CASE("the page of a run is whole at a desk", "[browser]") {
    need_browser();
    const page_layout found = faultless(run_page(), 1200);
    CHECK(found.charts == 5);
    CHECK(found.lines >= 8);
    CHECK(found.brightness > 0.9);
}

TEST_CASE("the page of a run fits a phone", "[browser]") {
    need_browser();
    CHECK(faultless(run_page(), phone_width).charts == 5);
}

TEST_CASE("the page of a search with faults fits a phone", "[browser]") {
    need_browser();
    CHECK(faultless(full_page(), phone_width).charts >= 6);
}

TEST_CASE("the page of a comparison fits a phone", "[browser]") {
    need_browser();
    CHECK(faultless(comparison_page(), phone_width).charts >= 4);
}

TEST_CASE("bars fit a phone and can be told from a dark ground", "[browser]") {
    need_browser();
    CHECK(faultless(bar_page(), phone_width, true).charts == 1);
}

TEST_CASE("the page can be read in the dark", "[browser]") {
    need_browser();
    CHECK(faultless(full_page(), 1200, true).brightness < 0.05);
}

TEST_CASE("a page that does not fit would be noticed", "[browser]") {
    need_browser();
    std::string html = run_page();
    html.insert(html.find("</main>"),
                "<p style=\"width:900px;max-width:none;color:#eee\">wide</p>");
    CHECK(browser::layout(html, {phone_width}).faults.size() == 2); // nor be read
}

TEST_CASE("the page can be printed", "[browser]") {
    need_browser();
    const std::string pdf = browser::printed(run_page());
    CHECK(pdf.starts_with("%PDF-"));
    const std::size_t sheets =
        support::occurrences(pdf, "/Type /Page") - support::occurrences(pdf, "/Type /Pages");
    CHECK(sheets >= 1);
    CHECK(sheets <= 4);
}
