// Mirrors whose loop does not follow, and streams, mirrors and loops that go in any order.
#include "support/catch.hpp"

#include "mirrored.hpp"

#include <reactor/error.hpp>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

using mirrored::endings;
using mirrored::follower;
using mirrored::line;
using mirrored::lines;
using mirrored::pair_of_loops;
using reactor::broadcast_mirror;
using strings = std::vector<std::string>;

namespace {

const strings ended_well{"no error"};

std::string words(reactor::errc value) { return make_error_code(value).message(); }

} // namespace

// --- a slow loop ---

TEST_CASE("a loop that stands still costs few posts and loses nothing", "[mirror][threads]") {
    pair_of_loops loops;
    const follower one(*loops.abroad, loops.mirror->stream());
    loops.take_turns();
    const auto posts = loops.abroad->counters().posts;
    for (std::size_t i = 0; i < 1000; ++i)
        loops.publish(line(i)); // the stream's loop goes on
    loops.abroad->iterate();
    CHECK(loops.abroad->counters().posts == posts + 8);
    loops.run_until("all is heard", [&] { return one.heard().size() == lines(1000).size(); });
    CHECK(one.heard() == lines(1000));
    CHECK(loops.abroad->counters().posts <= posts + 10); // the rest went in one
    CHECK(loops.ended.told.empty());
}

TEST_CASE("a mirror that is too far behind is given up at the end of a line", "[mirror][threads]") {
    pair_of_loops loops(1000);
    const follower at_home(*loops.home, *loops.stream);
    const follower abroad(*loops.abroad, loops.mirror->stream());
    loops.publish("heard\n");
    loops.run_until("one line is heard", [&] { return abroad.heard() == "heard\n"; });
    for (std::size_t i = 0; i < 500; ++i)
        loops.publish(line(i));
    loops.take_turns();
    CHECK(loops.ended.told == strings{words(reactor::errc::output_limit)});
    CHECK_FALSE(loops.mirror->following());
    CHECK(abroad.heard() == "heard\n"); // what was not taken by then is not taken any more
    loops.run_until("nobody else notices",
                    [&] { return at_home.heard() == "heard\n" + lines(500); });
    // The stream goes on for this loop alone.
    loops.publish("not heard\n");
    loops.mirror->stream().publish("the other loop was lost\n");
    loops.run_until("it is told",
                    [&] { return abroad.heard() == "heard\nthe other loop was lost\n"; });
    CHECK(loops.ended.told.size() == 1);
}

TEST_CASE("a mirror that has taken all gets what comes whatever its size", "[mirror][threads]") {
    pair_of_loops loops(1000);
    const follower one(*loops.abroad, loops.mirror->stream());
    const auto text = std::string(300'000, 'x') + "\n";
    for (int i = 0; i < 2; ++i) {
        loops.publish(text);
        loops.take_turns();
    }
    loops.run_until("all is heard", [&] { return one.heard() == text + text; });
    CHECK(loops.ended.told.empty());
}

TEST_CASE("the loop's memory limit gives up the mirror that owes most", "[mirror][threads]") {
    reactor::loop_options options;
    options.max_output_bytes = 256 * 1024;
    pair_of_loops loops(broadcast_mirror::default_max_behind, options);
    follower quick(*loops.home, *loops.stream);
    for (int i = 0; i < 40; ++i) {
        loops.publish(std::string(10'000, 'x') + "\n");
        loops.home->run_until("the quick one has it", [&] {
            return quick.heard().size() == static_cast<std::size_t>(i + 1) * 10'001;
        });
    }
    loops.take_turns();
    CHECK(loops.ended.told == strings{words(reactor::errc::memory_limit)});
    CHECK(loops.home->counters().limit_closes == 1);
    CHECK(quick.channel.closes == 0);
    CHECK(loops.home->loop.output_memory() <= 128 * 1024);
}

// --- the stream goes ---

TEST_CASE("what was published before the stream's end reaches its mirrors", "[mirror][threads]") {
    pair_of_loops loops;
    const follower one(*loops.abroad, loops.mirror->stream());
    std::string all = lines(3);
    loops.stream->publish(line(0));
    loops.home->iterate(); // on its way
    loops.stream->publish(line(1));
    loops.home->iterate();
    loops.stream->publish(line(2)); // not offered yet
    SECTION("the stream is destroyed") { loops.stream.reset(); }
    SECTION("its loop is destroyed") { loops.home.reset(); }
    SECTION("its loop is destroyed behind much that waits") {
        for (std::size_t i = 3; i < 5000; ++i)
            loops.publish(line(i));
        all = lines(5000);
        loops.home.reset();
    }
    CHECK(loops.ended.told.empty()); // never inside a call
    loops.run_until("all is heard", [&] { return one.heard().size() == all.size(); });
    CHECK(one.heard() == all);
    CHECK(loops.ended.told == ended_well);
    CHECK_FALSE(loops.mirror->following());
    if (loops.home)
        CHECK(loops.home->loop.output_memory() == 0);
}

TEST_CASE("a mirror of a stream that is gone ends at once", "[mirror][threads]") {
    endings ended;
    support::loop_fixture abroad;
    std::optional<support::loop_fixture> home(std::in_place);
    std::optional<reactor::broadcast> stream(std::in_place, home->loop);
    const auto handle = stream->handle();
    std::optional<broadcast_mirror> mirror;
    SECTION("it went before") {
        stream.reset();
        mirror.emplace(abroad.loop, handle, ended.note());
        home->iterate();
    }
    SECTION("it goes before it hears of the mirror") {
        mirror.emplace(abroad.loop, handle, ended.note());
        stream.reset();
        home->iterate();
    }
    SECTION("its loop went before") {
        home.reset();
        mirror.emplace(abroad.loop, handle, ended.note());
    }
    SECTION("its loop goes before it hears of the mirror") {
        mirror.emplace(abroad.loop, handle, ended.note());
        home.reset();
    }
    CHECK(ended.told.empty());
    abroad.iterate();
    CHECK(ended.told == ended_well);
    CHECK_FALSE(mirror->following());
}

TEST_CASE("a mirror may be destroyed as it is told of its end", "[mirror][threads]") {
    support::loop_fixture home;
    support::loop_fixture abroad;
    std::optional<reactor::broadcast> stream(std::in_place, home.loop);
    std::optional<broadcast_mirror> mirror;
    bool told = false;
    mirror.emplace(abroad.loop, stream->handle(), [&](std::error_code) {
        mirror.reset();
        told = true;
    });
    home.iterate();
    stream->publish("on its way\n");
    stream.reset();
    abroad.iterate(2);
    CHECK(told);
    CHECK_FALSE(mirror);
}

TEST_CASE("what is told of a mirror's end may throw", "[mirror][threads]") {
    support::loop_fixture home;
    support::loop_fixture abroad;
    std::string error;
    abroad.loop.on_error([&](const std::exception_ptr& e) { error = hooked::what_of(e); });
    std::optional<reactor::broadcast> stream(std::in_place, home.loop);
    const broadcast_mirror mirror(abroad.loop, stream->handle(),
                                  [](std::error_code) { throw std::runtime_error("bother"); });
    home.iterate();
    stream.reset();
    abroad.iterate(2);
    CHECK(error == "bother");
}

// --- the mirror goes ---

TEST_CASE("a stream forgets a mirror that is gone", "[mirror][threads]") {
    pair_of_loops loops;
    for (std::size_t i = 0; i < 20; ++i)
        loops.publish(std::string(20'000, 'x') + "\n"); // on its way, and not taken
    CHECK(loops.home->loop.output_memory() > 300'000);
    SECTION("the mirror is destroyed") { loops.mirror.reset(); }
    SECTION("its loop is destroyed first") {
        loops.abroad.reset();
        CHECK(loops.ended.told.empty());
    }
    SECTION("its loop is destroyed last") {
        loops.mirror.reset();
        loops.abroad.reset();
    }
    loops.take_turns();
    CHECK(loops.home->loop.output_memory() <= 64 * 1024);
    loops.publish("to nobody\n");
    CHECK(loops.stream->memory() == 0);
    if (loops.abroad)
        CHECK_FALSE(loops.abroad->loop.has_work());
}

TEST_CASE("a mirror that goes before the stream heard of it leaves no trace", "[mirror][threads]") {
    support::loop_fixture home;
    support::loop_fixture abroad;
    reactor::broadcast stream(home.loop);
    std::optional<broadcast_mirror> mirror(std::in_place, abroad.loop, stream.handle());
    mirror.reset();
    home.iterate();
    abroad.iterate();
    stream.publish("to nobody\n");
    CHECK(stream.memory() == 0);
    home.iterate();
    CHECK_FALSE(abroad.loop.has_work());
}

TEST_CASE("mirror and stream and loops may go in any order", "[mirror][threads]") {
    // Every order of four, with something published and offered before each step.
    std::vector<int> order{0, 1, 2, 3};
    do {
        pair_of_loops loops;
        const auto handle = loops.stream->handle();
        for (const int which : order) {
            if (loops.stream)
                loops.stream->publish("line\n");
            if (loops.home)
                loops.home->iterate();
            switch (which) {
            case 0:
                loops.stream.reset();
                break;
            case 1:
                loops.mirror.reset();
                break;
            case 2:
                loops.home.reset();
                break;
            default:
                loops.abroad.reset();
                break;
            }
            handle.publish("line\n");
        }
    } while (std::next_permutation(order.begin(), order.end()));
    SUCCEED();
}
