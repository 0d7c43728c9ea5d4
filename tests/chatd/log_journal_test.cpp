#include "chatd/log_journal.hpp"

#include "support/catch.hpp"
#include "support/temp_dir.hpp"

#include <reactor/endpoint.hpp>
#include <reactor/unique_fd.hpp>

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

using namespace chatd;

namespace {

/// Stands in for the journal: a socket of its own, read when a test says so.
class fake_journal {
public:
    explicit fake_journal(std::string path) : path_(std::move(path)) { listen(); }

    /// As one that is started anew.
    void listen() {
        (void)::unlink(path_.c_str());
        fd_.reset(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        const auto where = reactor::endpoint::unix_path(path_);
        REQUIRE(::bind(fd_.get(), where.native(), where.native_size()) == 0);
    }

    /// The fields of the next entry; empty when none is there.
    std::map<std::string, std::string> next() {
        std::array<char, 65536> buffer{};
        const auto size = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
        return size < 0 ? std::map<std::string, std::string>{}
                        : parse({buffer.data(), static_cast<std::size_t>(size)});
    }

    const std::string& path() const noexcept { return path_; }

private:
    /// By the protocol's own words: `NAME=VALUE` of one line, or `NAME`, the length of the value in
    /// 8 bytes from the least, and the value.
    static std::map<std::string, std::string> parse(std::string_view entry) {
        std::map<std::string, std::string> fields;
        while (!entry.empty()) {
            const auto end = entry.find('\n');
            REQUIRE(end != std::string_view::npos);
            const auto line = entry.substr(0, end);
            entry.remove_prefix(end + 1);
            if (const auto equals = line.find('='); equals != std::string_view::npos) {
                fields.emplace(line.substr(0, equals), line.substr(equals + 1));
                continue;
            }
            REQUIRE(entry.size() > 8);
            std::size_t size = 0;
            for (std::size_t i = 8; i-- > 0;)
                size = size << 8U | static_cast<unsigned char>(entry[i]);
            entry.remove_prefix(8);
            REQUIRE(entry.size() > size);
            fields.emplace(line, entry.substr(0, size));
            REQUIRE(entry[size] == '\n');
            entry.remove_prefix(size + 1);
        }
        return fields;
    }

    std::string path_;
    reactor::unique_fd fd_;
};

using entry = std::map<std::string, std::string>;

struct stage {
    stage() { REQUIRE(sink); }

    void write(std::string_view line) {
        sink->write({log_level::info, "login", "session", {}, line});
    }

    support::temp_dir directory;
    fake_journal journal{directory.file("socket")};
    std::unique_ptr<journal_sink> sink = journal_sink::make(journal.path());
};

} // namespace

TEST_CASE("the journal gets fields of its own", "[chatd][log]") {
    stage s;
    const std::vector<log_field> fields{{"name", "a\n\"b\"\n"}, {"longest-us", 7}};
    s.sink->write({log_level::warning, "login", "session", fields, "warning login name=\"a\"\n"});
    CHECK(s.journal.next() == entry{{"MESSAGE", "warning login name=\"a\""},
                                    {"PRIORITY", "4"},
                                    {"SYSLOG_IDENTIFIER", "chatd"},
                                    {"CHATD_EVENT", "login"},
                                    {"CHATD_CATEGORY", "session"},
                                    {"CHATD_NAME", "a\n\"b\"\n"},
                                    {"CHATD_LONGEST_US", "7"}});
    CHECK(s.journal.next().empty());
}

TEST_CASE("a value of many lines has its length in front", "[chatd][log]") {
    const std::string text = std::string(300, 'x') + "\n";
    const std::vector<log_field> fields{{"name", text}};
    const auto made = journal_entry({log_level::info, "login", "", fields, "info login\n"});
    CHECK(made == "MESSAGE=info login\nPRIORITY=6\nSYSLOG_IDENTIFIER=chatd\nCHATD_EVENT=login\n"
                  "CHATD_NAME\n" +
                      std::string("\x2d\x01\0\0\0\0\0\0", 8) + text + "\n");
}

TEST_CASE("a journal that hangs loses events and is told how many", "[chatd][log]") {
    stage s;
    constexpr std::size_t all = 5000;
    for (std::size_t i = 0; i < all; ++i)
        s.write("info login\n"); // would block for ever: the test must not hang
    std::size_t kept = 0;
    while (!s.journal.next().empty())
        ++kept;
    CHECK(kept > 0);
    CHECK(kept < all);
    s.write("info login name=last\n");
    const auto lost = std::to_string(all - kept);
    const auto told = s.journal.next();
    REQUIRE(!told.empty());
    CHECK(told.at("CHATD_EVENT") == "log_lost");
    CHECK(told.at("CHATD_LINES") == lost);
    CHECK(told.at("MESSAGE") == "warning log_lost lines=" + lost + " category=log");
    CHECK(told.at("PRIORITY") == "4");
    CHECK(s.journal.next()["MESSAGE"] == "info login name=last");
    CHECK(s.journal.next().empty());
}

TEST_CASE("a journal that is started anew gets what comes then", "[chatd][log]") {
    stage s;
    (void)::unlink(s.journal.path().c_str());
    s.write("info login name=lost\n");
    s.journal.listen();
    s.write("info login name=kept\n");
    CHECK(s.journal.next()["CHATD_LINES"] == "1");
    CHECK(s.journal.next()["MESSAGE"] == "info login name=kept");
}

TEST_CASE("where no journal listens there is no sink for it", "[chatd][log]") {
    const support::temp_dir directory;
    CHECK_FALSE(journal_sink::make(directory.file("nowhere")));
    CHECK_FALSE(journal_sink::make(std::string(1000, 'x')));
}
