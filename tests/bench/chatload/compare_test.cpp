#include "bench/chatload/compare.hpp"
#include "bench/chatload/sample_report.hpp"

#include "support/catch.hpp"
#include "support/markup.hpp"

#include <algorithm>
#include <memory>
#include <string>

using Catch::Matchers::ContainsSubstring;
using chatload::comparison;
using chatload::named_report;

namespace {

struct pair_of_reports {
    named_report a, b;
    comparison found;

    pair_of_reports(std::unique_ptr<chatload::run_report> left,
                    std::unique_ptr<chatload::run_report> right)
        : a{"a.json", std::move(*left)}, b{"b.json", std::move(*right)}, found(compare(a, b)) {}

    [[nodiscard]] const chatload::compared_figure& figure(const std::string& name) const {
        const auto at = std::find_if(found.figures.begin(), found.figures.end(),
                                     [&](const auto& each) { return each.a.name == name; });
        REQUIRE(at != found.figures.end());
        return *at;
    }
};

} // namespace

TEST_CASE("a run compared with itself differs in nothing", "[compare]") {
    for (const std::size_t runs : {1, 3, 5}) {
        const pair_of_reports same{sample::repeated_report(runs), sample::repeated_report(runs)};
        CHECK(same.found.settings.empty());
        CHECK(same.found.only_one.empty());
        CHECK(same.found.figures.size() > 10);
        for (const auto& each : same.found.figures) {
            INFO(each.a.name);
            CHECK_FALSE(each.found.exceeds_noise);
            CHECK(each.found.ratio() == 1);
        }
        CHECK_THAT(to_text(same.found), ContainsSubstring("same setting, same machine\n") &&
                                            ContainsSubstring("0 figures better, 0 worse"));
    }
}

TEST_CASE("repeated runs that are slower are told as worse", "[compare]") {
    const pair_of_reports slower{sample::repeated_report(5), sample::repeated_report(5, 1.3)};
    CHECK(slower.figure("deliveries").found.exceeds_noise);
    CHECK_FALSE(slower.figure("deliveries").better()); // less of them
    CHECK(slower.figure("echo p99").found.exceeds_noise);
    CHECK_FALSE(slower.figure("echo p99").better()); // longer
    CHECK_FALSE(slower.figure("server memory per session").found.exceeds_noise);
    const std::string text = to_text(slower.found);
    CHECK_THAT(text, ContainsSubstring("1.30x  worse\n") && ContainsSubstring("Mann-Whitney"));
    const pair_of_reports faster{sample::repeated_report(5, 1.3), sample::repeated_report(5)};
    CHECK(faster.figure("deliveries").better());
    CHECK(faster.figure("server CPU per delivery").better());
}

TEST_CASE("single runs are compared by the noise of their seconds and it is said", "[compare]") {
    const pair_of_reports slower{sample::good_report(), sample::good_report(1.5)};
    CHECK(slower.figure("deliveries").found.by == bench::evidence::within_run);
    CHECK(slower.figure("deliveries").found.exceeds_noise);
    CHECK_THAT(to_text(slower.found), ContainsSubstring("estimated from the seconds"));
    const pair_of_reports near{sample::good_report(), sample::good_report(1.03)};
    CHECK_FALSE(near.figure("deliveries").found.exceeds_noise);
}

TEST_CASE("settings that differ are listed", "[compare]") {
    auto other = sample::good_report();
    other->asked.loads[0].clients = 1000;
    other->machine.cores = 8;
    const pair_of_reports unlike{sample::good_report(), std::move(other)};
    const std::string text = to_text(unlike.found);
    CHECK_THAT(text, ContainsSubstring("the settings differ:\n"));
    CHECK_THAT(text, ContainsSubstring("loads fan-out clients    100 | 1000\n"));
    CHECK_THAT(text, ContainsSubstring("cores                    4 | 8\n"));
    CHECK_THAT(text, ContainsSubstring("within the noise; the settings differ\n"));
    CHECK_THAT(to_html(unlike.found), ContainsSubstring("loads fan-out clients"));
}

TEST_CASE("figures that only one side has are not passed over", "[compare]") {
    auto other = sample::good_report();
    other->runs[0].server.reset();
    other->asked.loads.push_back(other->asked.loads[0]);
    other->asked.loads[1].name = "more";
    const pair_of_reports unlike{sample::good_report(), std::move(other)};
    CHECK_THAT(to_text(unlike.found), ContainsSubstring("server CPU per delivery: only a.json\n") &&
                                          ContainsSubstring("fan-out echo p50: only b.json\n"));
    CHECK_THAT(to_text(unlike.found), ContainsSubstring("loads more clients"));
}

TEST_CASE("what makes a side doubtful is said", "[compare]") {
    auto bound = sample::good_report();
    bound->runs[0].generator.busiest_thread = 1;
    const pair_of_reports doubtful{sample::good_report(), std::move(bound)};
    CHECK_THAT(to_text(doubtful.found),
               ContainsSubstring("warning: b.json: the generator was the bottleneck"));
}

TEST_CASE("the page of a comparison is whole and has both sides", "[compare]") {
    const pair_of_reports both{sample::repeated_report(2), sample::full_report()};
    const std::string html = to_html(both.found);
    CHECK(support::markup_fault(html).empty());
    CHECK_THAT(html, ContainsSubstring("A is a.json") && ContainsSubstring("B is b.json") &&
                         ContainsSubstring("Latency by percentile: talk echo") &&
                         ContainsSubstring("<h2>Setting</h2>"));
    chatload::run_report nothing;
    const named_report none{"none", nothing};
    CHECK(support::markup_fault(to_html(compare(none, none))).empty());
}
