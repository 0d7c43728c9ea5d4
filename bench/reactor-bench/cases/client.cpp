#include "bench/reactor-bench/cases/client.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace reactor_bench {

void client::send(std::string_view data) {
    const auto sent = ::send(socket_.get(), data.data(), data.size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(data.size()))
        throw std::system_error(sent < 0 ? errno : EAGAIN, std::system_category(), "send");
}

bool client::has(std::string_view expected) {
    std::array<char, 64 * 1024> buffer;
    while (got_ < expected.size()) {
        const auto count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
        if (count < 0 && errno == EAGAIN)
            return false;
        if (count <= 0)
            throw std::runtime_error("a connection ended that should not");
        const std::string_view came{buffer.data(), static_cast<std::size_t>(count)};
        if (expected.substr(got_, came.size()) != came)
            throw std::runtime_error("other bytes came than should have");
        got_ += came.size();
    }
    return true;
}

void client::expect_nothing() const {
    char byte = 0;
    if (::recv(socket_.get(), &byte, 1, 0) != -1 || errno != EAGAIN)
        throw std::runtime_error("more came than should have");
}

} // namespace reactor_bench
