// A broadcast followed from another loop: order, one copy a loop, followers that come and go.
#include "support/catch.hpp"

#include "mirrored.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using mirrored::follower;
using mirrored::line;
using mirrored::lines;
using mirrored::pair_of_loops;

TEST_CASE("followers of a mirror hear what those of the stream do", "[mirror][threads]") {
    pair_of_loops loops;
    const follower at_home(*loops.home, *loops.stream);
    const follower one(*loops.abroad, loops.mirror->stream());
    const follower two(*loops.abroad, loops.mirror->stream());
    for (std::size_t i = 0; i < 100; ++i)
        loops.publish(line(i));
    const auto all = lines(100);
    loops.run_until("all have heard all", [&] {
        return at_home.heard().size() + one.heard().size() + two.heard().size() == 3 * all.size();
    });
    CHECK(at_home.heard() == all);
    CHECK(one.heard() == all);
    CHECK(two.heard() == all);
}

TEST_CASE("what an iteration published crosses in one post and is copied once",
          "[mirror][threads]") {
    pair_of_loops loops;
    std::vector<std::unique_ptr<follower>> followers;
    for (int i = 0; i < 20; ++i)
        followers.push_back(std::make_unique<follower>(*loops.abroad, loops.mirror->stream()));
    loops.take_turns();
    const auto posts = loops.abroad->counters().posts;
    const auto all = lines(100);
    for (std::size_t i = 0; i < 100; ++i)
        loops.stream->publish(line(i));
    loops.home->iterate();
    loops.run_until("all have heard all", [&] {
        return std::all_of(followers.begin(), followers.end(),
                           [&](const auto& f) { return f->heard() == all; });
    });
    CHECK(loops.abroad->counters().posts == posts + 1);
    CHECK(loops.mirror->stream().position() == all.size()); // not twenty times
    CHECK(loops.abroad->loop.output_memory() == 64 * 1024);
    CHECK(loops.abroad->counters().sends == 20); // and one send a follower for all of it
}

TEST_CASE("no one but the mirror need follow a stream", "[mirror][threads]") {
    pair_of_loops loops;
    loops.publish("nobody hears this\n");
    loops.take_turns();
    CHECK(loops.mirror->stream().position() == 18);
    CHECK(loops.mirror->stream().memory() == 0);
    const follower late(*loops.abroad, loops.mirror->stream());
    loops.publish("but this\n");
    loops.run_until("it is heard", [&] { return !late.heard().empty(); });
    CHECK(late.heard() == "but this\n");
}

TEST_CASE("a follower of a mirror joins and leaves on its own loop", "[mirror][threads]") {
    pair_of_loops loops;
    const follower stays(*loops.abroad, loops.mirror->stream());
    follower leaves(*loops.abroad, loops.mirror->stream());
    follower closes(*loops.abroad, loops.mirror->stream());
    loops.publish("one\n");
    loops.run_until("all have heard it", [&] {
        return stays.heard() == "one\n" && leaves.heard() == "one\n" && closes.heard() == "one\n";
    });
    loops.publish("two\n"); // on its way
    leaves.place.leave();
    closes.channel.close();
    const follower comes(*loops.abroad, loops.mirror->stream());
    CHECK(loops.mirror->stream().followers() == 3); // one of them until its close is delivered
    loops.take_turns();
    CHECK(loops.mirror->stream().followers() == 2);
    loops.publish("three\n");
    loops.run_until("those who are left hear on",
                    [&] { return stays.heard() == "one\ntwo\nthree\n"; });
    CHECK(comes.heard() == "two\nthree\n");
    CHECK(leaves.heard() == "one\n");
    CHECK(closes.heard() == "one\n");
}

TEST_CASE("many lines and some longer than a chunk arrive as they were", "[mirror][threads]") {
    pair_of_loops loops;
    const follower one(*loops.abroad, loops.mirror->stream());
    std::string all;
    for (std::size_t i = 1; i <= 40; ++i) {
        const auto text = std::string(i * 5'003, static_cast<char>('a' + i % 26)) + "\n";
        all += text;
        loops.publish(text);
        if (i % 3 == 0)
            loops.abroad->iterate();
    }
    loops.run_until("all is heard", [&] { return one.heard().size() == all.size(); });
    CHECK(one.heard() == all);
    // What was held for the mirror is free again, though nothing more is published.
    loops.take_turns();
    CHECK(loops.home->loop.output_memory() == 64 * 1024);
    CHECK(loops.abroad->loop.output_memory() == 64 * 1024);
}

TEST_CASE("what is published on a mirror's stream is heard on its loop only", "[mirror][threads]") {
    pair_of_loops loops;
    const follower at_home(*loops.home, *loops.stream);
    const follower abroad(*loops.abroad, loops.mirror->stream());
    loops.publish("for all\n");
    loops.take_turns();
    loops.mirror->stream().publish("for us\n");
    loops.publish("for all again\n");
    loops.run_until("all is heard",
                    [&] { return abroad.heard() == "for all\nfor us\nfor all again\n"; });
    loops.run_until("at home as well",
                    [&] { return at_home.heard() == "for all\nfor all again\n"; });
}

TEST_CASE("a handle publishes from another loop to all", "[mirror][threads]") {
    pair_of_loops loops;
    const auto handle = loops.stream->handle();
    const follower at_home(*loops.home, *loops.stream);
    const follower abroad(*loops.abroad, loops.mirror->stream());
    std::thread other([handle] { handle.publish("from another thread\n"); });
    other.join();
    loops.publish("from here\n");
    const std::string all = "from here\nfrom another thread\n"; // posts come after what was said
    loops.run_until("all is heard", [&] { return at_home.heard() == all; });
    loops.run_until("abroad as well", [&] { return abroad.heard() == all; });
    loops.stream.reset();
    CHECK(handle.publish("to nobody\n")); // its loop lives
    loops.take_turns();
    loops.home.reset();
    CHECK_FALSE(handle.publish("to nobody\n"));
    CHECK(at_home.heard() == all);
}

TEST_CASE("a mirror can be mirrored and may stand beside its stream", "[mirror][threads]") {
    pair_of_loops loops;
    support::loop_fixture far;
    reactor::broadcast_mirror beside(loops.home->loop, loops.stream->handle());
    reactor::broadcast_mirror second(far.loop, loops.mirror->stream().handle());
    const auto turn = [&] {
        loops.take_turns();
        far.iterate();
    };
    for (int i = 0; i < 3; ++i)
        turn();
    CHECK(beside.following());
    CHECK(second.following());
    const follower near_one(*loops.home, beside.stream());
    const follower far_one(far, second.stream());
    for (std::size_t i = 0; i < 50; ++i)
        loops.publish(line(i));
    turn();
    far.run_until("it is heard afar", [&] { return far_one.heard() == lines(50); });
    loops.run_until("and nearby", [&] { return near_one.heard() == lines(50); });
}
