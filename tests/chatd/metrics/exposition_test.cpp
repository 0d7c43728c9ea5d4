#include "chatd/metrics/exposition.hpp"

#include "support/catch.hpp"
#include "support/metrics_text.hpp"

#include <array>
#include <limits>
#include <string>

using chatd::exposition;
using support::metrics_text;
using kind = exposition::kind;

namespace {

const std::string one = "# HELP a_total what\n# TYPE a_total counter\n";
const std::string histogram = "# HELP h what\n# TYPE h histogram\n";

} // namespace

TEST_CASE("a page of metrics is in the format and says what was put", "[chatd][metrics]") {
    exposition page;
    page.single("up_total", kind::counter, "A \\ and a\nline.", std::uint64_t{7});
    page.metric("temperature", kind::gauge, "With labels.");
    page.sample(-1.5, {{"room", "a \"quoted\" \\ \n name"}, {"floor", "1"}});
    page.sample(1e-9);
    const metrics_text read(page.text());
    CHECK(read.metrics().size() == 2);
    CHECK(read.find("up_total")->help == R"(A \\ and a\nline.)");
    CHECK(read.value("up_total") == 7);
    CHECK(read.value("temperature", {{"room", "a \"quoted\" \\ \n name"}, {"floor", "1"}}) == -1.5);
    CHECK(read.value("temperature") == 1e-9);
}

TEST_CASE("whole numbers keep all their digits in a page", "[chatd][metrics]") {
    exposition page;
    page.single("big_total", kind::counter, "Big.", std::numeric_limits<std::uint64_t>::max());
    CHECK(page.text().find("big_total 18446744073709551615\n") != std::string::npos);
}

TEST_CASE("a histogram is cumulative and ends with all", "[chatd][metrics]") {
    exposition page;
    const std::array<exposition::bucket, 3> buckets{{{0.001, 5}, {0.01, 0}, {0.1, 2}}};
    page.histogram("wait_seconds", "Waits.", buckets, 1.25, 9);
    const metrics_text read(page.text());
    CHECK(read.value("wait_seconds_bucket", {{"le", "0.001"}}) == 5);
    CHECK(read.value("wait_seconds_bucket", {{"le", "0.01"}}) == 5);
    CHECK(read.value("wait_seconds_bucket", {{"le", "0.1"}}) == 7);
    CHECK(read.value("wait_seconds_bucket", {{"le", "+Inf"}}) == 9);
    CHECK(read.value("wait_seconds_sum") == 1.25);
    CHECK(read.value("wait_seconds_count") == 9);
}

TEST_CASE("the reader of metrics refuses what is out of the format", "[chatd][metrics]") {
    CHECK_NOTHROW(metrics_text(one + "a_total 1\n"));
    const std::string page =
        GENERATE(as<std::string>{}, one + "a_total 1", one, "a_total 1\n", one + "b_total 1\n",
                 one + "a_total one\n", one + "a_total 0x10\n", one + "a_total 1 \n",
                 one + "a_total  1\n", one + "a_total -1\n", one + "a_total 1\na_total 2\n",
                 one + "a_total{x=\"1\"} 1\na_total{x=\"1\"} 2\n", one + "a_total{} 1\n",
                 one + "a_total{x=\"1\",} 1\n", one + "a_total{x=\"1\",x=\"2\"} 1\n",
                 one + "a_total{x=1} 1\n", one + "a_total{x=\"\\q\"} 1\n",
                 one + "a_total{x=\"1} 1\n", one + "a_total{x:y=\"1\"} 1\n",
                 one + "a_total{__x=\"1\"} 1\n", one + "a_total 1\n" + one + "a_total 1\n",
                 one + "a_total 1\n\n", "# TYPE a_total counter\na_total 1\n",
                 "# HELP a_total what\na_total 1\n", "# HELP a_total \\q\n# TYPE a_total counter\n",
                 "# HELP a what\n# TYPE a counter\na 1\n", "# HELP a what\n# TYPE a number\na 1\n",
                 one + "# TYPE a_total counter\na_total 1\n", "# a comment\n");
    CAPTURE(page);
    CHECK_THROWS_AS(metrics_text(page), metrics_text::malformed);
}

TEST_CASE("the reader of metrics refuses a histogram that does not add up", "[chatd][metrics]") {
    const std::string first = "h_bucket{le=\"1\"} 1\n";
    const std::string end = "h_bucket{le=\"+Inf\"} 2\n";
    const std::string sums = "h_sum 3\nh_count 2\n";
    CHECK_NOTHROW(metrics_text(histogram + first + end + sums));
    const std::string page = GENERATE_COPY(
        as<std::string>{}, histogram + first + sums, histogram + sums, histogram + first + end,
        histogram + first + end + "h_sum 3\nh_count 3\n", histogram + end + first + sums,
        histogram + "h_bucket{le=\"1\"} 3\n" + end + sums,
        histogram + "h_bucket{le=\"1\"} 1\nh_bucket{le=\"0.5\"} 1\n" + end + sums,
        histogram + "h_bucket{ge=\"1\"} 1\n" + end + sums, histogram + first + end + "h_count 2\n");
    CAPTURE(page);
    CHECK_THROWS_AS(metrics_text(page), metrics_text::malformed);
}
