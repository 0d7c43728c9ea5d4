// test_asyncore.py's scenarios of file_wrapper and file_dispatcher: `unique_fd` and
// `file_dispatcher`.
#include "support/catch.hpp"

#include "libreactor/conformance/file_channels.hpp"

#include <array>
#include <cerrno>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

using namespace file_channels;

namespace {

constexpr std::string_view parrot = "It's not dead, it's sleeping!";

/// A file with that text.
struct parrot_test : files_test {
    parrot_test() { std::ofstream(path, std::ios::binary) << parrot; }
    std::string path = directory.file("parrot");
};

bool is_descriptor(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

unique_fd opened_as(int number, const std::string& path) {
    auto fd = opened(path, O_RDONLY);
    if (fd.get() == number)
        return fd;
    REQUIRE(::dup2(fd.get(), number) == number);
    return unique_fd{number};
}

} // namespace

TEST_CASE("a wrapped file has a descriptor of its own and is read by pieces",
          "[asyncore][13][plain]") {
    parrot_test t;
    auto original = opened(t.path, O_RDONLY);
    file channel(t.loop, original.get());
    CHECK(channel.fileno() != original.get());
    original.reset();
    const auto piece = [&](std::size_t size) {
        std::array<char, 100> buffer{};
        return std::string(buffer.data(), channel.recv({buffer.data(), size}).n);
    };
    CHECK(piece(13) == "It's not dead");
    CHECK(piece(6) == ", it's");
    channel.close();
    std::array<char, 1> buffer{};
    CHECK(channel.recv(buffer).ec == std::errc::not_connected);
}

TEST_CASE("write and send both append in order", "[asyncore][14][plain]") {
    parrot_test t;
    auto original = opened(t.path, O_WRONLY | O_APPEND);
    auto wrapper = unique_fd::duplicate(original.get());
    file channel(t.loop, original.get());
    original.reset();
    write_all(wrapper.get(), "Come again?");
    CHECK(channel.send("I want to buy some cheese.").n == 26);
    channel.close();
    wrapper.reset();
    CHECK(contents(t.path) == std::string(parrot) + "Come again?I want to buy some cheese.");
}

TEST_CASE("a file_dispatcher reads a regular file whose caller closed it",
          "[asyncore][15][E29][plain]") {
    parrot_test t;
    auto original = opened(t.path, O_RDONLY);
    reader channel(t.loop, original.get());
    original.reset();
    t.iterate(2); // asked, and read
    CHECK(channel.input == parrot);
}

// asyncore warns, and closes; here it is the rule.
TEST_CASE("a wrapper that is dropped closes its descriptor", "[asyncore][16]") {
    parrot_test t;
    const auto original = opened(t.path, O_RDONLY);
    int copy = -1;
    {
        const auto wrapper = unique_fd::duplicate(original.get());
        copy = wrapper.get();
        CHECK(is_descriptor(copy));
    }
    CHECK_FALSE(is_descriptor(copy));
    CHECK(is_descriptor(original.get()));
}

// asyncore tells the first close's error, which leaves nothing to do; here nothing is told.
TEST_CASE("a descriptor that is closed twice closes nobody else's",
          "[asyncore][17][defect40][plain]") {
    parrot_test t;
    auto wrapper = unique_fd::duplicate(opened(t.path, O_RDONLY).get());
    const int number = wrapper.get();
    REQUIRE(::close(number) == 0); // behind its back
    wrapper.reset();
    CHECK(wrapper.get() == -1);
    const auto heir = opened_as(number, t.path);
    wrapper.reset();
    CHECK(is_descriptor(number));
}

TEST_CASE("a channel that is closed twice closes nobody else's descriptor",
          "[asyncore][17][defect40][plain]") {
    parrot_test t;
    file channel(t.loop, opened(t.path, O_RDONLY));
    const int number = channel.fileno();
    REQUIRE(::close(number) == 0); // behind its back
    channel.close();
    CHECK(channel.fileno() == -1);
    const auto heir = opened_as(number, t.path);
    channel.close();
    t.iterate(2);
    CHECK(channel.closes == 1);
    CHECK(is_descriptor(number));
}
