#include "examples/example.hpp"

#include <cstddef>
#include <string>
#include <vector>

using examples::example;

TEST_CASE("a room on two loops is one room", "[examples][threads]") {
    example server("two_loops");
    std::vector<support::wire_client> members;
    for (int i = 0; i < 4; ++i) {
        members.push_back(server.connect("member " + std::to_string(i)));
        members.back().expect(i % 2 == 0 ? "welcome to the first loop\n"
                                         : "welcome to the second loop\n");
    }
    members[0].send("hello\n");
    for (auto& member : members)
        member.expect("first: hello\n");
    members[1].send("hello yourself\n");
    for (auto& member : members)
        member.expect("second: hello yourself\n");
    // All at once: all hear all, in one order.
    constexpr std::size_t each = 50;
    for (auto& member : members)
        for (std::size_t i = 0; i < each; ++i)
            member.send("line " + std::to_string(i) + "\n");
    const auto heard = members[0].read_lines(members.size() * each);
    for (std::size_t i = 1; i < members.size(); ++i)
        CHECK(members[i].read_lines(members.size() * each) == heard);
    members.pop_back();
    members[2].send("one is gone\n");
    for (auto& member : members)
        member.expect("first: one is gone\n");
    server.process.stop();
}
