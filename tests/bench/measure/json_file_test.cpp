#include "bench/measure/json_file.hpp"

#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

using Catch::Matchers::ContainsSubstring;
using Catch::Matchers::Equals;

namespace {

namespace fs = std::filesystem;

std::string content(const std::string& name) {
    std::ifstream file(name);
    return {std::istreambuf_iterator<char>(file), {}};
}

template <class Function>
std::string error_of(Function&& function) {
    try {
        function();
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "no error";
}

std::string error_of_reading(const std::string& name) {
    return error_of([&] { (void)bench::read_json_file(name); });
}

std::string error_of_writing(const std::string& name) {
    return error_of([&] { bench::write_file(name, "text"); });
}

std::ptrdiff_t files_in(const fs::path& directory) {
    return std::distance(fs::directory_iterator(directory), fs::directory_iterator());
}

} // namespace

TEST_CASE("a JSON file is read as it was written", "[json_file]") {
    const support::temp_dir dir;
    const nlohmann::ordered_json value = {{"b", 1}, {"a", {1.5, nullptr, "text"}}};
    bench::write_file(dir.file("x.json"), bench::json_text(value));
    CHECK(bench::read_json_file(dir.file("x.json")) == value);
}

TEST_CASE("what is no JSON is told by file and place in one line", "[json_file]") {
    const support::temp_dir dir;
    std::ofstream(dir.file("bad.json")) << "{\n  \"a\": oops\n}\n";
    const std::string error = error_of_reading(dir.file("bad.json"));
    CHECK_THAT(error, ContainsSubstring(dir.file("bad.json") + ": not JSON: line 2, column 8: "));
    CHECK_THAT(error, !ContainsSubstring("\n") && !ContainsSubstring("json.exception"));
    std::ofstream(dir.file("empty.json"));
    CHECK_THAT(error_of_reading(dir.file("empty.json")), ContainsSubstring("line 1, column 1: "));
    std::ofstream(dir.file("huge.json")) << "[1e999]";
    CHECK_THAT(error_of_reading(dir.file("huge.json")),
               ContainsSubstring(": not JSON: number overflow"));
    std::ofstream(dir.file("bytes.json")) << "\"\xff\"";
    CHECK_THAT(error_of_reading(dir.file("bytes.json")), ContainsSubstring("UTF-8"));
}

TEST_CASE("a file that cannot be read is told with the cause", "[json_file]") {
    const support::temp_dir dir;
    CHECK_THAT(error_of_reading(dir.file("none.json")),
               Equals("cannot read " + dir.file("none.json") + ": No such file or directory"));
    fs::create_directory(dir.file("directory"));
    CHECK_THAT(error_of_reading(dir.file("directory")), ContainsSubstring("Is a directory"));
}

TEST_CASE("a file that cannot be written is told with the cause", "[json_file]") {
    const support::temp_dir dir;
    CHECK_THAT(error_of_writing(dir.file("none/x.json")),
               Equals("cannot write " + dir.file("none/x.json") + ": No such file or directory"));
    fs::create_directory(dir.file("directory"));
    CHECK_THAT(error_of_writing(dir.file("directory")), ContainsSubstring("Is a directory"));
}

TEST_CASE("writing replaces a file as a whole and leaves nothing beside it", "[json_file]") {
    const support::temp_dir dir;
    bench::write_file(dir.file("x"), "a long text that was here before");
    bench::write_file(dir.file("x"), "short");
    CHECK(content(dir.file("x")) == "short");
    CHECK(files_in(fs::path(dir.file("x")).parent_path()) == 1);
}

TEST_CASE("a link is written through and a device as it is", "[json_file]") {
    const support::temp_dir dir;
    bench::write_file(dir.file("x"), "before");
    fs::create_symlink(dir.file("x"), dir.file("link"));
    bench::write_file(dir.file("link"), "after");
    CHECK(fs::is_symlink(dir.file("link")));
    CHECK(content(dir.file("x")) == "after");
    bench::write_file("/dev/null", "gone");
    CHECK(fs::is_character_file("/dev/null"));
}

TEST_CASE("JSON strings are safe to show", "[json_file]") {
    CHECK(bench::json_string("a\"b\\c\n\x01\x1b") == R"("a\"b\\c\n\u0001\u001b")");
    CHECK(bench::json_string("\xc3\xa4\x7f") == R"("\u00e4\u007f")");
    CHECK(bench::json_string("\xff") == R"("\ufffd")");
}

TEST_CASE("bytes that are no UTF-8 do not stop a report from being written", "[json_file]") {
    CHECK(bench::json_text({{"got", "half\xff"}}) == "{\n  \"got\": \"half\xef\xbf\xbd\"\n}\n");
}

TEST_CASE("whether a file can be written is known before and leaves it alone", "[json_file]") {
    const support::temp_dir dir;
    bench::check_writable(dir.file("new"));
    CHECK_FALSE(fs::exists(dir.file("new")));
    bench::write_file(dir.file("x"), "before");
    bench::check_writable(dir.file("x"));
    CHECK(content(dir.file("x")) == "before");
    CHECK(files_in(dir.path()) == 1);
    bench::check_writable("/dev/null");
    fs::create_directory(dir.file("directory"));
    CHECK_THROWS_WITH(bench::check_writable(dir.file("directory")),
                      ContainsSubstring("Is a directory"));
    CHECK_THROWS_WITH(bench::check_writable(dir.file("none/x")),
                      Equals("cannot write " + dir.file("none/x") + ": No such file or directory"));
}
