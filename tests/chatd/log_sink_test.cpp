#include "chatd/log_sink.hpp"

#include "support/catch.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <cstdio>
#include <string>
#include <string_view>

using namespace chatd;

namespace {

log_record record_of(std::string_view line) {
    return {log_level::info, "login", "session", {}, line};
}

/// A pipe whose reader reads when it is told to.
class slow_pipe {
public:
    slow_pipe() {
        REQUIRE(::pipe2(ends_.data(), O_CLOEXEC) == 0);
        ::fcntl(ends_[0], F_SETFL, O_NONBLOCK);
    }
    ~slow_pipe() {
        ::close(ends_[0]);
        ::close(ends_[1]);
    }
    slow_pipe(const slow_pipe&) = delete;
    slow_pipe& operator=(const slow_pipe&) = delete;

    [[nodiscard]] int end() const noexcept { return ends_[1]; }
    std::string read_all() {
        std::string all;
        std::array<char, 4096> buffer{};
        for (;;) {
            const auto size = ::read(ends_[0], buffer.data(), buffer.size());
            if (size <= 0)
                return all;
            all.append(buffer.data(), static_cast<std::size_t>(size));
        }
    }

private:
    std::array<int, 2> ends_{};
};

} // namespace

TEST_CASE("a reader that has stopped loses lines and is told how many", "[chatd][log]") {
    slow_pipe pipe;
    descriptor_sink sink(pipe.end());
    const std::string line(1000, 'x');
    for (int i = 0; i < 1000; ++i)
        sink.write(record_of(line + "\n")); // would block for ever: the test must not hang
    const auto kept = pipe.read_all().size() / (line.size() + 1);
    CHECK(kept > 0);
    CHECK(kept < 1000);
    sink.write(record_of("info login\n"));
    CHECK(pipe.read_all() ==
          "warning log_lost lines=" + std::to_string(1000 - kept) + " category=log\ninfo login\n");
}

TEST_CASE("a line that is too long for one write is cut", "[chatd][log]") {
    slow_pipe pipe;
    descriptor_sink sink(pipe.end());
    sink.write(record_of(std::string(PIPE_BUF + 10, 'x') + "\n"));
    const auto got = pipe.read_all();
    CHECK(got.size() == PIPE_BUF);
    CHECK(got.ends_with("x\n"));
}

TEST_CASE("lines for the journal's stream begin with their priority", "[chatd][log]") {
    slow_pipe pipe;
    descriptor_sink sink(pipe.end(), true);
    sink.write({log_level::debug, "connect", "admission", {}, "debug connect\n"});
    sink.write({log_level::info, "login", "session", {}, "info login\n"});
    sink.write({log_level::warning, "refused", "admission", {}, "warning refused\n"});
    sink.write({log_level::error, "stop", "daemon", {}, "error stop\n"});
    CHECK(pipe.read_all() ==
          "<7>debug connect\n<6>info login\n<4>warning refused\n<3>error stop\n");
}

TEST_CASE("the journal's stream is known by device and number", "[chatd][log]") {
    std::FILE* const file = std::tmpfile();
    struct stat known {};
    REQUIRE(::fstat(::fileno(file), &known) == 0);
    const auto text = std::to_string(known.st_dev) + ":" + std::to_string(known.st_ino);
    const auto is = [&](const std::string& stream) {
        return is_journal_stream(::fileno(file), stream.c_str());
    };
    CHECK(is(text));
    CHECK_FALSE(is(text + "1"));
    CHECK_FALSE(is("1" + text));
    CHECK_FALSE(is(text + " "));
    CHECK_FALSE(is(""));
    CHECK_FALSE(is(":"));
    CHECK_FALSE(is("1:"));
    CHECK_FALSE(is_journal_stream(::fileno(file), nullptr));
    std::fclose(file);
}
