#include "bench/measure/html.hpp"

#include "support/catch.hpp"

using bench::html_escape;

TEST_CASE("text is escaped for elements and attributes", "[html]") {
    CHECK(html_escape("<script>alert(\"a\" & 'b')</script>") ==
          "&lt;script&gt;alert(&quot;a&quot; &amp; &#39;b&#39;)&lt;/script&gt;");
    CHECK(html_escape("\xc3\xa4 \xe4\xbd\xa0 \xf0\x9f\x99\x82\n\t") ==
          "\xc3\xa4 \xe4\xbd\xa0 \xf0\x9f\x99\x82\n\t");
    CHECK(html_escape("").empty());
}

TEST_CASE("what HTML cannot hold is replaced", "[html]") {
    constexpr const char* replaced = "a\xef\xbf\xbd"
                                     "b";
    CHECK(html_escape("a\xff"
                      "b") == replaced);
    CHECK(html_escape("a\x1b"
                      "b") == replaced);
    CHECK(html_escape("a\x7f"
                      "b") == replaced);
    CHECK(html_escape("a\xc2\x9b"
                      "b") == replaced);
    CHECK(html_escape("\xc2\xa0") == "\xc2\xa0"); // the first that is none
}
