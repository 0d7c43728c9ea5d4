// asynchat's documented HTTP request handler: a terminator that ends the header, then a length that
// ends the body.
//
//     http_server [ADDRESS]      127.0.0.1:8080 unless told otherwise
//
// GET answers with the path, POST with the body.
#include <reactor/reactor.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace std::chrono_literals;

bool same_word(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [&](char x, char y) { return lower(x) == lower(y); });
}

/// The value of a header's field; empty when it is not there.
std::string_view field(std::string_view header, std::string_view name) {
    while (!header.empty()) {
        const auto line = header.substr(0, header.find("\r\n"));
        header.remove_prefix(std::min(header.size(), line.size() + 2));
        const auto colon = line.find(':');
        if (colon == std::string_view::npos || !same_word(line.substr(0, colon), name))
            continue;
        const auto value = line.find_first_not_of(" \t", colon + 1);
        return value == std::string_view::npos ? std::string_view{} : line.substr(value);
    }
    return {};
}

std::optional<std::size_t> number(std::string_view text) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

class http_request_handler : public reactor::async_chat {
public:
    http_request_handler(reactor::loop& owner, reactor::unique_fd fd)
        : async_chat(owner, std::move(fd)) {
        set_terminator("\r\n\r\n");
        set_max_line(longest_header);
        set_deadline(30s); // for the whole request; handle_timeout closes
    }

    [[nodiscard]] const char* class_name() const noexcept override {
        return "http_request_handler";
    }

protected:
    // Both come through here: the header up to the terminator, and the body, which is what comes
    // next until the length is used up.
    void collect_incoming_data(std::string_view data) override { buffer_.append(data); }

    void found_terminator() override {
        if (reading_header_)
            read_header(std::exchange(buffer_, {}));
        else
            handle_request(buffer_);
    }

    void handle_overflow() override { respond("431 Request Header Fields Too Large", {}); }

private:
    void read_header(const std::string& header) {
        reading_header_ = false;
        const std::string_view line = std::string_view(header).substr(0, header.find("\r\n"));
        method_ = line.substr(0, line.find(' '));
        const auto path = std::min(line.size(), method_.size() + 1);
        path_ = line.substr(path, line.find(' ', path) - path);
        if (method_ != "POST")
            return handle_request({});
        const auto length = number(field(header, "Content-Length"));
        if (!length)
            return respond("411 Length Required", {});
        if (*length > longest_body)
            return respond("413 Content Too Large", {});
        if (*length == 0)
            return handle_request({});
        set_terminator(*length);
    }

    void handle_request(std::string_view body) {
        if (method_ == "POST")
            respond("200 OK", body);
        else if (method_ == "GET")
            respond("200 OK", "You asked for " + path_ + "\n");
        else
            respond("501 Not Implemented", {});
    }

    // What a browser sends after its request is discarded, and does not cut the answer off.
    void respond(std::string_view status, std::string_view body) {
        push("HTTP/1.0 " + std::string(status) +
             "\r\nContent-Type: text/plain\r\nContent-Length: " + std::to_string(body.size()) +
             "\r\n\r\n");
        push(body);
        close_when_done();
    }

    static constexpr std::uint32_t longest_header = 16 * 1024;
    static constexpr std::size_t longest_body = 1024 * 1024;

    bool reading_header_ = true;
    std::string buffer_;
    std::string method_;
    std::string path_;
};

class http_server : public reactor::dispatcher {
public:
    http_server(reactor::loop& owner, const reactor::endpoint& where) : dispatcher(owner) {
        listen_on(where);
    }
    [[nodiscard]] const char* class_name() const noexcept override { return "http_server"; }

protected:
    void handle_accepted(reactor::unique_fd fd, const reactor::endpoint&) override {
        owner().spawn<http_request_handler>(std::move(fd));
    }
};

} // namespace

int main(int argc, char** argv) try {
    reactor::loop loop;
    http_server server(loop,
                       reactor::endpoint::parse(argc > 1 ? argv[1] : "127.0.0.1:8080").value());
    for (const int number : {SIGINT, SIGTERM})
        loop.on_signal(number, [&] { loop.stop(); });
    server.log_info("listening on " + server.local_address().to_string());
    loop.run();
} catch (const std::exception& error) {
    std::fprintf(stderr, "http_server: %s\n", error.what());
    return 1;
}
