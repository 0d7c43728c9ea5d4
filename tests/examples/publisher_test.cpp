#include "examples/example.hpp"

#include <string>
#include <vector>

using examples::example;

TEST_CASE("the publisher tells all followers the same from where they joined", "[examples]") {
    example server("publisher", {"127.0.0.1:0", "5"});
    std::vector<support::wire_client> followers;
    for (int i = 0; i < 3; ++i) {
        followers.push_back(server.connect("follower " + std::to_string(i)));
        followers.back().expect("welcome\n");
    }
    const auto joined = followers.back().read_lines(1);
    CHECK(joined.find(" for 3 followers\n") != std::string::npos);
    const auto rest = followers.back().read_lines(4);
    for (auto& follower : followers) {
        if (&follower != &followers.back()) {
            follower.read_until(joined);
            CHECK(follower.read_lines(4) == rest);
        }
    }
    server.process.stop();
}
