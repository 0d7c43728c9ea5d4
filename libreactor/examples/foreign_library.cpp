// Somebody else's client library in the loop: line_client stands for hiredis, libpq or curl.  Sends
// each word to a server of lines and prints what it answers.
//
//     foreign_library ADDRESS WORD...      foreign_library 127.0.0.1:7777 hello world
#include "line_client.hpp"

#include <reactor/reactor.hpp>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <exception>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;

/// What joins the library to the loop: its callbacks set the watch, the watch calls the library.
class conversation {
public:
    conversation(reactor::loop& owner, const reactor::endpoint& server,
                 std::vector<std::string> words)
        : loop_(owner), words_(std::move(words)), limit_(owner, [this] { finish(ETIMEDOUT); }) {
        const line_client_callbacks callbacks{
            .user = this,
            .waits_for = [](void* user, int fd, int events) { self(user).wait_for(fd, events); },
            // The library closes the socket next: before that it must not be watched any more.
            .cleanup = [](void* user, int) { self(user).watch_.release(); },
            .line = [](void* user, const char* text) { self(user).answered(text); },
            .ended = [](void* user, int error) { self(user).finish(error); }};
        client_ = line_client_open(server.native(), server.native_size(), &callbacks);
        if (client_ == nullptr)
            throw std::system_error(errno, std::system_category(), "connect " + server.to_string());
        for (const auto& word : words_)
            line_client_send(client_, word.c_str());
        limit_.start(10s);
    }
    ~conversation() { line_client_free(client_); }
    conversation(const conversation&) = delete;
    conversation& operator=(const conversation&) = delete;

    /// 0 when every word was answered.
    [[nodiscard]] int error() const noexcept { return error_; }

private:
    static conversation& self(void* user) { return *static_cast<conversation*>(user); }

    void wait_for(int fd, int events) {
        if (!watch_.active())
            watch_ = reactor::descriptor_watch(
                loop_, fd,
                {.readable = [this] { line_client_handle(client_, line_client_input); },
                 .writable = [this] { line_client_handle(client_, line_client_room); }});
        watch_.want((events & line_client_input) != 0, (events & line_client_room) != 0);
    }

    void answered(const char* text) {
        std::printf("%s\n", text);
        if (++answers_ == words_.size())
            finish(0);
    }

    /// Without a watch and a timer no work is left, and `run` returns.
    void finish(int error) {
        error_ = answers_ == words_.size() ? 0 : error != 0 ? error : ECONNRESET;
        watch_.release();
        limit_.cancel();
    }

    reactor::loop& loop_;
    std::vector<std::string> words_;
    std::size_t answers_ = 0;
    int error_ = 0;
    reactor::descriptor_watch watch_;
    reactor::timer limit_;
    line_client* client_ = nullptr;
};

} // namespace

int main(int argc, char** argv) try {
    if (argc < 3) {
        std::fputs("usage: foreign_library ADDRESS WORD...\n", stderr);
        return 2;
    }
    const auto server = reactor::endpoint::parse(argv[1]);
    if (!server) {
        std::fprintf(stderr, "foreign_library: not an address: %s\n", argv[1]);
        return 2;
    }
    reactor::loop loop;
    const conversation talk(loop, *server, {argv + 2, argv + argc});
    loop.run();
    if (talk.error() != 0) {
        std::fprintf(stderr, "foreign_library: %s\n",
                     std::error_code(talk.error(), std::system_category()).message().c_str());
        return 1;
    }
} catch (const std::exception& error) {
    std::fprintf(stderr, "foreign_library: %s\n", error.what());
    return 1;
}
