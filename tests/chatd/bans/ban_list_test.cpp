#include "chatd/bans/ban_list.hpp"

#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <sys/resource.h>
#include <sys/stat.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <string>

using namespace chatd;
using namespace std::chrono_literals;
using reactor::endpoint;
using kind = ban_target::kind;

namespace {

std::chrono::system_clock::time_point wall_now{}; // the tests of one process run one by one

std::chrono::system_clock::time_point test_wall() { return wall_now; }

ban_target target(const std::string& text) {
    const auto read = ban_target::parse(text);
    REQUIRE(read);
    return *read;
}

endpoint peer(const std::string& text) {
    const auto parsed = endpoint::parse(text);
    REQUIRE(parsed);
    return *parsed;
}

std::string content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write(const std::string& path, const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
}

/// A list in a file of its own.
struct fixture {
    support::temp_dir directory;
    std::string path = directory.file("bans");
    ban_list bans{&test_wall};
    std::string why;

    fixture() { wall_now = std::chrono::sys_seconds{1'000'000s}; }
    void open(std::chrono::nanoseconds now = 0s) {
        const bool opened = bans.open(path, now, why);
        INFO(why);
        REQUIRE(opened);
    }
    void add(const std::string& text, std::optional<std::chrono::seconds> duration = {},
             std::chrono::nanoseconds now = 0s) {
        const bool added = bans.add(target(text), duration, "a reason", now, why);
        INFO(why);
        REQUIRE(added);
    }
};

} // namespace

TEST_CASE("a banned network bans its addresses and no others", "[chatd][bans]") {
    fixture f;
    f.add("192.0.2.0/24");
    f.add("2001:db8::1");
    CHECK(f.bans.is_banned(peer("192.0.2.1:1"), 0s));
    CHECK(f.bans.is_banned(peer("[::ffff:192.0.2.255]:1"), 0s));
    CHECK_FALSE(f.bans.is_banned(peer("192.0.3.0:1"), 0s));
    CHECK(f.bans.is_banned(peer("[2001:db8::1]:1"), 0s));
    CHECK_FALSE(f.bans.is_banned(peer("[2001:db8::2]:1"), 0s));
    CHECK_FALSE(f.bans.is_banned(peer("unix:/x"), 0s));
    CHECK(f.bans.remove(target("192.0.2.0/24"), 0s, f.why) == ban_list::removal::done);
    CHECK_FALSE(f.bans.is_banned(peer("192.0.2.1:1"), 0s));
}

TEST_CASE("a ban ends by the loop's clock however the wall clock is set", "[chatd][bans]") {
    fixture f;
    f.add("192.0.2.1", 10s, 5s);
    wall_now += 1h;
    CHECK(f.bans.is_banned(peer("192.0.2.1:1"), 15s - 1ns));
    CHECK_FALSE(f.bans.is_banned(peer("192.0.2.1:1"), 15s));
    CHECK(f.bans.list(15s).empty());
}

TEST_CASE("names are banned and muted byte by byte", "[chatd][bans]") {
    fixture f;
    f.add("alice");
    std::string why;
    REQUIRE(f.bans.add(*ban_target::mute_of("bob"), 10s, "", 0s, why));
    CHECK(f.bans.is_banned("alice", 0s));
    CHECK_FALSE(f.bans.is_banned("Alice", 0s));
    CHECK_FALSE(f.bans.is_banned("bob", 0s));
    CHECK(f.bans.is_muted("bob", 9s));
    CHECK_FALSE(f.bans.is_muted("bob", 10s));
    CHECK_FALSE(f.bans.is_muted("alice", 0s));
}

TEST_CASE("what is not there cannot be removed", "[chatd][bans]") {
    fixture f;
    f.add("alice");
    CHECK(f.bans.remove(target("bob"), 0s, f.why) == ban_list::removal::not_found);
    CHECK(f.why == "bob is not banned");
    CHECK(f.bans.remove(*ban_target::mute_of("alice"), 0s, f.why) == ban_list::removal::not_found);
    CHECK(f.why == "alice is not muted");
}

TEST_CASE("bans outlive their daemon by the wall clock", "[chatd][bans]") {
    fixture f;
    f.open();
    f.add("192.0.2.0/24", 100s, 7s);
    f.add("alice: hi");
    f.add("name:10.0.0.1", 10s, 7s);
    const auto before = f.bans.list(7s);
    REQUIRE(before.size() == 3);

    wall_now += 50s;
    ban_list after{&test_wall};
    REQUIRE(after.open(f.path, 1000s, f.why));
    CHECK(after.size() == 2); // one ended meanwhile
    CHECK(after.list(1000s).front() == before.front());
    CHECK(after.is_banned(peer("192.0.2.1:1"), 1050s - 1ns));
    CHECK_FALSE(after.is_banned(peer("192.0.2.1:1"), 1050s));
    CHECK(after.is_banned("alice: hi", 9999h));
    CHECK_FALSE(after.is_banned("10.0.0.1", 1000s));
}

TEST_CASE("an end beyond all clocks is far in the future or past", "[chatd][bans]") {
    fixture f;
    write(f.path, "chatd-bans 1\n"
                  "name\talice\t9223372036854775807\t\n"
                  "name\tbob\t9223372037\t\n"
                  "name\tcarol\t-9223372036854775808\t\n"
                  "end 3\n");
    f.open(1h);
    CHECK(f.bans.is_banned("alice", 1h + 24h * 365 * 100));
    CHECK(f.bans.is_banned("bob", 1h + 24h * 365 * 100));
    CHECK_FALSE(f.bans.is_banned("carol", 1h));
    f.add("dave", {}, 1h);
    ban_list again{&test_wall};
    REQUIRE(again.open(f.path, 0s, f.why));
    CHECK(again.list(0s) == f.bans.list(1h));
}

TEST_CASE("a list that is full takes no more until a ban ends", "[chatd][bans]") {
    fixture f;
    for (std::size_t i = 1; i < ban_list::most; ++i)
        REQUIRE(f.bans.add({kind::name, {}, std::to_string(i)}, 10s, "", 0s, f.why));
    CHECK(f.bans.add({kind::name, {}, "last"}, {}, "", 0s, f.why));
    CHECK_FALSE(f.bans.add({kind::name, {}, "one more"}, {}, "", 0s, f.why));
    CHECK(f.why == "there are 100000 bans already; remove some first");
    CHECK(f.bans.add({kind::name, {}, "last"}, 20s, "", 0s, f.why));
    CHECK(f.bans.add({kind::name, {}, "one more"}, {}, "", 10s, f.why));
    CHECK(f.bans.size() == 2);
}

TEST_CASE("a second ban of the same target replaces the first", "[chatd][bans]") {
    fixture f;
    f.open();
    f.add("192.0.2.1", 10s);
    f.add("192.0.2.1", 20s);
    CHECK(f.bans.list(0s).size() == 1);
    CHECK(f.bans.is_banned(peer("192.0.2.1:1"), 19s));
    CHECK(f.bans.remove(target("192.0.2.1"), 0s, f.why) == ban_list::removal::done);
    CHECK_FALSE(f.bans.is_banned(peer("192.0.2.1:1"), 0s));
}

TEST_CASE("a reason is one line of its field", "[chatd][bans]") {
    fixture f;
    f.open();
    REQUIRE(f.bans.add(target("alice"), {}, " spam\tand\n\xff ", 0s, f.why));
    ban_list again{&test_wall};
    REQUIRE(again.open(f.path, 0s, f.why));
    CHECK(again.list(0s).front().reason == "spamand\xEF\xBF\xBD");
}

TEST_CASE("only its owner can read the file of bans", "[chatd][bans]") {
    fixture f;
    f.open();
    f.add("alice");
    struct stat status {};
    REQUIRE(::stat(f.path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    CHECK_FALSE(std::ifstream(f.path + ".new"));
}

TEST_CASE("a damaged file of bans is told with its line and left as it is", "[chatd][bans]") {
    const std::string begin = "chatd-bans 1\n";
    const std::pair<std::string, std::string> damaged[] = {
        {"chatd-bans 2\nend 0\n", ":1: this is not 'chatd-bans 1'"},
        {"hello\n", ":1: this is not"},
        {begin, ":2: the file ends in the middle"},
        {begin + "name\talice\tnev", ":2: the file ends in the middle"},
        {begin + "name\talice\tnever\t\n", ":3: the file ends in the middle"},
        {begin + "name\talice\tnever\t\nend 2\n", ":3: there are 1 bans before the 'end 2'"},
        {begin + "name\talice\tnever\t\nend 1\nmore", ":3: something follows"},
        {begin + "name\talice\tnever\nend 1\n", ":2: there are not four fields"},
        {begin + "name\talice\tnever\t\t\nend 1\n", ":2: there are not four fields"},
        {begin + "name\talice\tsoon\t\nend 1\n", ":2: 'soon' is not a number"},
        {begin + "nome\talice\tnever\t\nend 1\n", ":2: 'nome' is neither addresses, name nor mute"},
        {begin + "addresses\t192.0.2.1/24\tnever\t\nend 1\n", ":2: bits are set behind"},
        {begin + "name\t alice\tnever\t\nend 1\n", ":2: nobody can have that name"},
    };
    for (const auto& [text, fault] : damaged) {
        fixture f;
        write(f.path, text);
        CHECK_FALSE(f.bans.open(f.path, 0s, f.why));
        CHECK_THAT(f.why, Catch::Matchers::StartsWith(f.path + fault));
        CHECK_THAT(f.why, Catch::Matchers::EndsWith("repair the file, or move it away to begin "
                                                    "without bans"));
        CHECK(content(f.path) == text);
    }
}

TEST_CASE("what cannot be a file of bans is told at the start", "[chatd][bans]") {
    fixture f;
    CHECK_FALSE(f.bans.open(f.directory.file("nowhere/bans"), 0s, f.why));
    CHECK(f.why == "cannot use the state directory " + f.directory.file("nowhere") +
                       ": No such file or directory");
    REQUIRE(::mkdir(f.path.c_str(), 0700) == 0);
    CHECK_FALSE(f.bans.open(f.path, 0s, f.why));
    CHECK(f.why == "cannot read " + f.path + ": Is a directory");
    REQUIRE(::rmdir(f.path.c_str()) == 0);
    REQUIRE(::mkfifo(f.path.c_str(), 0600) == 0);
    CHECK_FALSE(f.bans.open(f.path, 0s, f.why));
    CHECK(f.why == "cannot read " + f.path + ": Invalid argument");
}

TEST_CASE("a ban that cannot be written is in force and said not to be kept", "[chatd][bans]") {
    fixture f;
    f.open();
    f.add("alice");
    const auto former = content(f.path);
    // As a full disk: no file may grow.
    const auto handler = std::signal(SIGXFSZ, SIG_IGN);
    rlimit usual{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &usual) == 0);
    const rlimit nothing{0, usual.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &nothing) == 0);
    const bool saved = f.bans.add(target("bob"), {}, "", 0s, f.why);
    const auto removed = f.bans.remove(target("alice"), 0s, f.why);
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &usual) == 0);
    std::signal(SIGXFSZ, handler);
    CHECK_FALSE(saved);
    CHECK(removed == ban_list::removal::not_saved);
    CHECK(f.why ==
          "this holds until the next start only: cannot write " + f.path + ".new: File too large");
    CHECK(f.bans.is_banned("bob", 0s));
    CHECK(content(f.path) == former);
    CHECK_FALSE(std::ifstream(f.path + ".new"));
    f.add("carol"); // with room again, all is kept
    ban_list again{&test_wall};
    REQUIRE(again.open(f.path, 0s, f.why));
    CHECK(again.is_banned("bob", 0s));
    CHECK_FALSE(again.is_banned("alice", 0s));
}

TEST_CASE("what a crash left of a former write is no hindrance", "[chatd][bans]") {
    fixture f;
    write(f.path + ".new", "chatd-ba");
    f.open();
    f.add("alice");
    CHECK(content(f.path) == "chatd-bans 1\nname\talice\tnever\ta reason\nend 1\n");
}
