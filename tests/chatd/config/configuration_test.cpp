#include "chatd/config/configuration.hpp"

#include "chatd/config/reload.hpp"

#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

using namespace chatd;
using Catch::Matchers::ContainsSubstring;
using texts = std::vector<std::string>;

namespace {

/// A directory with a file and drop-ins, and what is read of them.
class files {
public:
    explicit files(const std::string& main) { write("chatd.conf", main); }

    void write(const std::string& name, const std::string& text) const {
        const std::string file = directory_.file(name);
        std::filesystem::create_directories(std::filesystem::path{file}.parent_path());
        std::ofstream(file) << text;
    }
    [[nodiscard]] std::string name(const std::string& of = "chatd.conf") const {
        return directory_.file(of);
    }
    [[nodiscard]] configuration_reading read(const texts& more = {},
                                             const configuration* running = nullptr) const {
        texts words{"--config", name()};
        words.insert(words.end(), more.begin(), more.end());
        return read_configuration(words, running);
    }
    [[nodiscard]] configuration accepted(const texts& more = {}) const {
        auto result = read(more);
        for (const mistake& found : result.mistakes)
            UNSCOPED_INFO(found.to_string());
        REQUIRE(result.made);
        return *result.made;
    }
    /// The mistakes, each without the directory.
    [[nodiscard]] texts mistakes(const texts& more = {}) const {
        const auto result = read(more);
        CHECK_FALSE(result.made);
        texts found;
        for (const mistake& m : result.mistakes) {
            std::string text = m.to_string();
            const std::string prefix = directory_.path().string() + "/";
            for (auto at = text.find(prefix); at != std::string::npos; at = text.find(prefix))
                text.erase(at, prefix.size());
            found.push_back(text);
        }
        return found;
    }

private:
    support::temp_dir directory_;
};

const setting& setting_of(const configuration& of, const std::string& name) {
    const auto found = std::find_if(of.settings.begin(), of.settings.end(),
                                    [&](const setting& s) { return s.name == name; });
    REQUIRE(found != of.settings.end());
    return *found;
}

std::string source_of(const configuration& of, const std::string& name) {
    return setting_of(of, name).from.to_string();
}

} // namespace

TEST_CASE("the command line beats drop-ins and they beat the file and it beats the default",
          "[chatd][config]") {
    const files f("max-name = 10\nmax-line = 100KiB\nread-limit = 1KiB\nflood-rate = 1\n");
    f.write("conf.d/1.conf", "\nmax-line = 200KiB\nread-limit = 2KiB\nflood-rate = 2\n");
    f.write("conf.d/2.conf", "read-limit = 3KiB\nflood-rate = 3\n");
    const configuration made = f.accepted({"--flood-rate", "4"});
    CHECK(made.values.limit.flood.burst == 256);
    CHECK(source_of(made, "flood-burst") == "default");
    CHECK(made.values.limit.max_name == 10);
    CHECK(source_of(made, "max-name") == f.name() + ":1");
    CHECK(made.values.limit.max_line == 200 * kib);
    CHECK(source_of(made, "max-line") == f.name("conf.d/1.conf") + ":2");
    CHECK(made.values.limit.read_limit == 3 * kib);
    CHECK(source_of(made, "read-limit") == f.name("conf.d/2.conf") + ":1");
    CHECK(made.values.limit.flood.rate == 4);
    CHECK(source_of(made, "flood-rate") == "command line");
}

TEST_CASE("a list adds up in one file and replaces that of a weaker source", "[chatd][config]") {
    const files f("listen = localhost:1\nmax-name = 9\nlisten = [0.0.0.0:2, \"[::1]:3\"]\n");
    CHECK(setting_of(f.accepted(), "listen").values ==
          texts{"localhost:1", "0.0.0.0:2", "[::1]:3"});
    f.write("conf.d/a.conf", "listen = unix:/run/a\n");
    CHECK(setting_of(f.accepted(), "listen").values == texts{"unix:/run/a"});
    CHECK(setting_of(f.accepted({"--listen", "localhost:7", "--listen=localhost:8"}), "listen")
              .values == texts{"localhost:7", "localhost:8"});
}

TEST_CASE("flags are given by their name or by a word", "[chatd][config]") {
    CHECK(files("strict-names\n").accepted().values.limit.strict_names);
    for (const char* yes : {"yes", "true", "on", "1"})
        CHECK(files(std::string{"strict-names = "} + yes).accepted().values.limit.strict_names);
    const files f("strict-names = yes\n");
    CHECK_FALSE(f.accepted({"--strict-names=no"}).values.limit.strict_names);
    CHECK(files("strict-names = no\n").accepted({"--strict-names"}).values.limit.strict_names);
    CHECK(files("strict-names = maybe\n").mistakes() ==
          texts{"chatd.conf:1: strict-names: 'maybe' is neither yes nor no"});
}

TEST_CASE("every mistake is told in the order of reading", "[chatd][config]") {
    const files f("max-lines = 4KiB\n"
                  "max-name = 5kb\n"
                  "[server]\n"
                  "--read-limit = 1KiB\n"
                  "room-rate\n"
                  "no-progress = 30 s\n"
                  "max-line = 1\n"
                  "config = other\n"
                  "frobnicate = 1\n"
                  "server.max-line = 1KiB\n");
    f.write("conf.d/a.conf", "listen = 6666\n");
    CHECK(f.mistakes({"--flood-rate", "x", "--nothing"}) ==
          texts{
              "chatd.conf:1: there is no key 'max-lines'; did you mean max-line?",
              "chatd.conf:2: max-name: '5kb' is not a number of bytes, or of KiB, MiB or GiB with "
              "that suffix",
              "chatd.conf:3: '[server]' begins a section; chatd has none, write only keys",
              "chatd.conf:4: there is no key '--read-limit'; did you mean read-limit?",
              "chatd.conf:5: room-rate: a value is missing; write 'room-rate = value'",
              "chatd.conf:6: no-progress: 2 values are given; give one, without blanks or commas, "
              "or in quotes",
              "chatd.conf:7: max-line: 1 is out of range; give 64 to 16MiB",
              "chatd.conf:8: config belongs on the command line only, as --config",
              "chatd.conf:9: there is no key 'frobnicate'; see chatd --help",
              "chatd.conf:10: there is no key 'server.max-line'; see chatd --help",
              "conf.d/a.conf:1: listen: '6666': there is no :PORT at its end: 127.0.0.1:6666 would "
              "be right; give localhost:PORT, ADDRESS:PORT such as 0.0.0.0:6666 or [::]:6666, or "
              "unix:PATH",
              "there is no option --nothing; see chatd --help",
              "--flood-rate: 'x' is not a number",
          });
}

TEST_CASE("a value is checked even where a stronger source beats it", "[chatd][config]") {
    const files f("max-name = nine\n");
    f.write("conf.d/a.conf", "max-name = 9\n");
    CHECK(f.mistakes({"--max-name", "10"}).size() == 1);
}

TEST_CASE("a file without a name is a mistake", "[chatd][config]") {
    const auto read = read_configuration(texts{"--config", ""});
    REQUIRE(read.mistakes.size() == 1);
    CHECK(read.mistakes.front().to_string() == "--config: a value is missing");
}

TEST_CASE("a key that is given twice in one file is told with the first line", "[chatd][config]") {
    const files f("max-name = 9\nmax-line = 1KiB\nmax-name = 9\n");
    CHECK(f.mistakes() ==
          texts{"chatd.conf:3: max-name: is given already in line 1; give it once"});
}

TEST_CASE("a bad combination names both keys and their sources", "[chatd][config]") {
    const files f("\nsoft-limit = 2MiB\n");
    CHECK(f.mistakes() == texts{"chatd.conf:2: soft-limit 2MiB (chatd.conf:2) must be less than "
                                "hard-limit 1MiB (default)"});
    f.write("conf.d/a.conf", "hard-limit = 1536KiB\n");
    CHECK(f.mistakes() == texts{"chatd.conf:2: soft-limit 2MiB (chatd.conf:2) must be less than "
                                "hard-limit 1536KiB (conf.d/a.conf:1)"});
    CHECK(f.mistakes({"--hard-limit", "1MiB"}) ==
          texts{"chatd.conf:2: soft-limit 2MiB (chatd.conf:2) must be less than hard-limit 1MiB "
                "(command line)"});
    CHECK(files("hard-limit = 16KiB\n").mistakes() ==
          texts{"chatd.conf:1: soft-limit 64KiB (default) must be less than hard-limit 16KiB "
                "(chatd.conf:1)"});
}

TEST_CASE("what is shown can be read and means the same", "[chatd][config]") {
    const files f("listen = [\"[::1]:3\", \"unix:/run/a b\"]\nmax-line = 2KiB\nstrict-names\n");
    const configuration made = f.accepted({"--no-progress", "90s"});
    const std::string shown = show(made);
    CHECK_THAT(shown,
               ContainsSubstring("listen = [\"[::1]:3\", \"unix:/run/a b\"]   # " + f.name()));
    CHECK_THAT(shown, ContainsSubstring("# command line"));
    const files again(shown);
    const configuration reread = again.accepted();
    for (const setting& s : made.settings) {
        CAPTURE(s.name);
        CHECK(setting_of(reread, s.name).values == s.values);
    }
}

TEST_CASE("a reload tells what has changed and what needs a restart", "[chatd][config]") {
    const files f("listen = localhost:1\nmax-name = 9\nmax-line = 1KiB\n");
    const configuration running = f.accepted();
    f.write("chatd.conf", "listen = localhost:2\nmax-name = 10\nmax-line = 1024\n");
    const auto read = f.read({}, &running);
    REQUIRE(read.made);
    CHECK(read.made->values.listen.front().to_string() == "localhost:1");
    CHECK(read.made->values.limit.max_name == 10);
    CHECK(read.kept == texts{"listen"});
    const auto result = report_of(running, read);
    CHECK(result.ok);
    CHECK(result.report == "max-name: 9 is now 10 (" + f.name() +
                               ":2)\nlisten: a new value needs a restart; the old one stays\n");
}

TEST_CASE("a reload with mistakes reports them all", "[chatd][config]") {
    const files f("max-name = 9\n");
    const configuration running = f.accepted();
    f.write("chatd.conf", "max-name = no\nmax-lime = 3\n");
    const auto result = report_of(running, f.read({}, &running));
    CHECK_FALSE(result.ok);
    CHECK_THAT(result.report, ContainsSubstring(f.name() + ":1: max-name: 'no' is not"));
    CHECK_THAT(result.report, ContainsSubstring(f.name() + ":2: there is no key 'max-lime'"));
    CHECK_THAT(result.report, Catch::Matchers::EndsWith("nothing was changed\n"));
}
