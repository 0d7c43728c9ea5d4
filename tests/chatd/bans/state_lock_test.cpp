#include "chatd/bans/state_lock.hpp"

#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <filesystem>
#include <string>

using chatd::state_lock;
using support::temp_dir;

TEST_CASE("a state directory has one lock until it is released", "[chatd][state]") {
    const temp_dir state;
    const std::string directory = state.path().string();
    std::string why;
    state_lock first;
    REQUIRE(first.take(directory, why));
    state_lock second;
    CHECK_FALSE(second.take(directory, why));
    CHECK(why == "the state directory " + directory +
                     " is in use by another chatd; stop it, or choose another directory with "
                     "--state-directory");
    first.release();
    CHECK(second.take(directory, why));
}

TEST_CASE("a lock goes with its owner and leaves a file that hinders nobody", "[chatd][state]") {
    const temp_dir state;
    const std::string directory = state.path().string();
    std::string why;
    {
        state_lock former;
        REQUIRE(former.take(directory, why));
    }
    CHECK(std::filesystem::exists(state.file("lock")));
    state_lock next;
    CHECK(next.take(directory, why));
}

TEST_CASE("a lock that cannot be made is told with its file", "[chatd][state]") {
    const temp_dir state;
    std::string why;
    state_lock lock;
    CHECK_FALSE(lock.take(state.file("nowhere"), why));
    CHECK(why == "cannot use the state directory " + state.file("nowhere") +
                     ": No such file or directory");
    std::filesystem::create_symlink(state.file("elsewhere"), state.file("lock"));
    CHECK_FALSE(lock.take(state.path().string(), why));
    CHECK(why.starts_with("cannot lock " + state.file("lock") + ": "));
    CHECK_FALSE(std::filesystem::exists(state.file("elsewhere")));
}
