#include "chatd/config/config_file.hpp"

#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

using namespace chatd;
using Catch::Matchers::ContainsSubstring;

namespace {

void write(const std::string& file, const std::string& text) { std::ofstream(file) << text; }

std::string fault_of(const std::string& path) {
    const auto said = read_config_files(path);
    REQUIRE(said.size() == 1);
    CHECK(said.front().where.to_string() == path);
    return said.front().fault;
}

} // namespace

TEST_CASE("the files of conf.d come after the file in the order of their names",
          "[chatd][config]") {
    const support::temp_dir directory;
    const std::string main = directory.file("chatd.conf");
    std::filesystem::create_directory(directory.file("conf.d"));
    write(main, "one = 1\n");
    write(directory.file("conf.d/20-b.conf"), "three = 3\n");
    write(directory.file("conf.d/10-a.conf"), "two = 2\n");
    write(directory.file("conf.d/.hidden.conf"), "four = 4\n");
    write(directory.file("conf.d/note.txt"), "five = 5\n");
    write(directory.file("conf.d/old.conf.bak"), "six = 6\n");
    const auto said = read_config_files(main);
    REQUIRE(said.size() == 3);
    CHECK(said[0].where.file == main);
    CHECK(said[1].where.file == directory.file("conf.d/10-a.conf"));
    CHECK(said[2].where.file == directory.file("conf.d/20-b.conf"));
}

TEST_CASE("a file without a directory has its conf.d in the current one", "[chatd][config]") {
    const auto said = read_config_files("no-such-file.conf");
    REQUIRE(said.size() == 1);
    CHECK(said.front().where.to_string() == "no-such-file.conf");
}

TEST_CASE("a file that cannot be read is told with the reason", "[chatd][config]") {
    const support::temp_dir directory;
    CHECK_THAT(fault_of(directory.file("none")), ContainsSubstring("No such file or directory"));
    CHECK_THAT(fault_of(directory.path().string()), ContainsSubstring("is a directory"));
    REQUIRE(::mkfifo(directory.file("pipe").c_str(), 0600) == 0);
    CHECK_THAT(fault_of(directory.file("pipe")), ContainsSubstring("is not a plain file"));
    write(directory.file("huge"), std::string(2 * 1024 * 1024, '\n'));
    CHECK_THAT(fault_of(directory.file("huge")), ContainsSubstring("larger than 1MiB"));
    CHECK_THAT(fault_of("/dev/zero"), ContainsSubstring("larger than 1MiB"));
    REQUIRE(::symlink("loop", directory.file("loop").c_str()) == 0);
    CHECK_THAT(fault_of(directory.file("loop")), ContainsSubstring("cannot be read: "));
}

TEST_CASE("a file without the right to read it is told with the remedy", "[chatd][config]") {
    const support::temp_dir directory;
    const std::string file = directory.file("secret");
    write(file, "key = 1\n");
    REQUIRE(::chmod(file.c_str(), 0) == 0);
    if (::geteuid() == 0) { // reads everything
        CHECK(read_config_files(file).size() == 1);
        return;
    }
    CHECK_THAT(fault_of(file), ContainsSubstring("let the user that chatd runs as read it"));
}

TEST_CASE("a drop-in that is no file or no directory is told", "[chatd][config]") {
    const support::temp_dir directory;
    const std::string main = directory.file("chatd.conf");
    const std::string drop_ins = directory.file("conf.d");
    write(main, "");
    SECTION("a file in its place") {
        write(drop_ins, "");
        const auto said = read_config_files(main);
        REQUIRE(said.size() == 1);
        CHECK(said.front().where.to_string() == drop_ins);
        CHECK_THAT(said.front().fault, ContainsSubstring("cannot be read"));
    }
    SECTION("a directory in it") {
        std::filesystem::create_directories(drop_ins + "/x.conf");
        const auto said = read_config_files(main);
        REQUIRE(said.size() == 1);
        CHECK(said.front().where.to_string() == drop_ins + "/x.conf");
    }
    SECTION("a link to nowhere") {
        std::filesystem::create_directory(drop_ins);
        REQUIRE(::symlink("/no/such", (drop_ins + "/x.conf").c_str()) == 0);
        CHECK(read_config_files(main).size() == 1);
    }
    SECTION("a link to /dev/null says nothing on purpose") {
        std::filesystem::create_directory(drop_ins);
        REQUIRE(::symlink("/dev/null", (drop_ins + "/x.conf").c_str()) == 0);
        CHECK(read_config_files(main).empty());
    }
}
