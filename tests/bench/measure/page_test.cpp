#include "bench/measure/page.hpp"

#include "support/catch.hpp"
#include "support/markup.hpp"

#include <string>

using bench::page;
using bench::tone;
using Catch::Matchers::ContainsSubstring;
using support::markup_fault;
using support::occurrences;

namespace {

bench::line_chart small_chart() {
    return {"Rate", "", {"time", bench::unit::seconds}, {"rate"}, {{"a", {{1, 1}, {2, 2}}}}, {}};
}

page full_page() {
    page made{"Title & <more>", "sub <title>"};
    made.verdict(tone::warn, "watch <it>", {"one & two"});
    made.figures({{"rate", "12 k/s", "of <all>"}, {"p99", "1 ms", ""}});
    made.heading("Over <time>");
    made.paragraph("words & words");
    made.add(small_chart());
    made.add(small_chart());
    made.add(bench::table{"a <caption>", {"kind", "p50"}, {{"echo", {"1 ms", tone::bad}}}});
    made.add(small_chart());
    return made;
}

} // namespace

TEST_CASE("a page is one whole document", "[page]") {
    const std::string html = full_page().html();
    CHECK(markup_fault(html).empty());
    CHECK(html.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
    CHECK_THAT(html, ContainsSubstring("<meta charset=\"utf-8\">") &&
                         ContainsSubstring("<title>Title &amp; &lt;more&gt;</title>") &&
                         ContainsSubstring("<h1>Title &amp; &lt;more&gt;</h1>"));
    CHECK_THAT(html, ContainsSubstring("name=\"viewport\"") && ContainsSubstring("@media print") &&
                         ContainsSubstring("prefers-color-scheme: dark"));
}

TEST_CASE("a page needs nothing from elsewhere", "[page]") {
    const std::string html = full_page().html();
    for (const char* outside : {"http:", "https:", "//", "src=", "@import", "url(", "<script"})
        CHECK_THAT(html, !ContainsSubstring(outside));
    CHECK_THAT(html, ContainsSubstring("default-src 'none'"));
}

TEST_CASE("every text of a page is escaped", "[page]") {
    const std::string html = full_page().html();
    for (const char* escaped :
         {"sub &lt;title&gt;", "watch &lt;it&gt;", "one &amp; two", "of &lt;all&gt;",
          "Over &lt;time&gt;", "words &amp; words", "a &lt;caption&gt;"})
        CHECK_THAT(html, ContainsSubstring(escaped));
}

TEST_CASE("good and bad news are not told apart by colour alone", "[page]") {
    const auto with = [](tone how) {
        page made{"t"};
        made.verdict(how, "summary");
        return made.html();
    };
    CHECK_THAT(with(tone::ok), ContainsSubstring("\xE2\x9C\x93 </span>summary"));
    CHECK_THAT(with(tone::warn), ContainsSubstring("\xE2\x9A\xA0 </span>summary"));
    CHECK_THAT(with(tone::bad), ContainsSubstring("\xE2\x9C\x97 </span>summary"));
    CHECK_THAT(with(tone::plain), ContainsSubstring("\"sign\"></span>summary"));
    CHECK_THAT(full_page().html(), ContainsSubstring("<td class=\"bad\">\xE2\x9C\x97 1 ms</td>"));
}

TEST_CASE("charts that follow one another stand together", "[page]") {
    CHECK(occurrences(full_page().html(), "<div class=\"charts\">") == 2);
    page ends_with_one{"t"};
    ends_with_one.add(small_chart());
    CHECK(markup_fault(ends_with_one.html()).empty());
}

TEST_CASE("tables name their rows and columns", "[page]") {
    const std::string html = full_page().html();
    CHECK_THAT(html, ContainsSubstring("<th scope=\"col\">kind</th>") &&
                         ContainsSubstring("<th scope=\"row\">echo</th>"));
}
