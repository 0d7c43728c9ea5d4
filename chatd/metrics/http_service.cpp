#include "chatd/metrics/http_service.hpp"

#include "chatd/metrics/http_connection.hpp"
#include "chatd/service/inherited_sockets.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

namespace chatd {

http_service::http_service(reactor::loop& owner, const limits& limit, logger& log, handler answer,
                           http_limits bounds)
    : loop_(owner), limit_(limit), log_(log), answer_(std::move(answer)), bounds_(bounds) {}

http_service::~http_service() {
    for (const auto& one : listeners_)
        one->stop();
}

bool http_service::listen(const listen_spec& where, std::string& why) {
    std::error_code ec;
    if (!open(where.address, ec)) {
        why = "metrics: " + listen_error(where.to_string(), ec);
        return false;
    }
    if (where.localhost) {
        std::error_code ignored; // a machine without IPv6, or a port that is taken there
        (void)open(reactor::endpoint::loopback_v6(listeners_.back()->address().port()), ignored);
    }
    return true;
}

bool http_service::open(const reactor::endpoint& address, std::error_code& ec) {
    acceptor& target = *this;
    auto made = std::make_unique<listener>(loop_, limit_, target, log_);
    made->open(address, ec);
    if (ec)
        return false;
    listeners_.push_back(std::move(made));
    return true;
}

bool http_service::adopt(reactor::unique_fd listening, std::string& why) {
    acceptor& target = *this;
    auto made = std::make_unique<listener>(loop_, limit_, target, log_);
    const int number = listening.get();
    std::error_code ec;
    made->adopt(std::move(listening), ec);
    if (ec) {
        why = "metrics: " + inherited_error(number, ec);
        return false;
    }
    adopted_.push_back(made.get());
    listeners_.push_back(std::move(made));
    return true;
}

std::vector<int> http_service::adopted() const {
    std::vector<int> all;
    for (const listener* one : adopted_)
        if (one->is_open())
            all.push_back(one->fileno());
    return all;
}

std::vector<reactor::endpoint> http_service::addresses() const {
    std::vector<reactor::endpoint> all;
    for (const auto& one : listeners_)
        all.push_back(one->address());
    return all;
}

void http_service::close() noexcept {
    for (const auto& one : listeners_)
        one->stop();
    for (const auto& one : connections_)
        one->close();
}

void http_service::connection_accepted(reactor::unique_fd fd, const reactor::endpoint&) {
    ++counts_.connections;
    make_room();
    connections_.push_back(std::make_unique<http_connection>(loop_, *this, std::move(fd)));
}

void http_service::make_room() noexcept {
    const auto open = [](const auto& one) { return one->is_open(); };
    const auto living = std::count_if(connections_.begin(), connections_.end(), open);
    if (static_cast<std::size_t>(living) < bounds_.connections)
        return;
    ++counts_.evicted;
    (*std::find_if(connections_.begin(), connections_.end(), open))->close();
}

void http_service::ended(const http_connection& connection) noexcept {
    std::erase_if(connections_, [&](const auto& one) { return one.get() == &connection; });
}

} // namespace chatd
