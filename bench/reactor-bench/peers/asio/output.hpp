#pragma once

#include <asio/buffer.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/write.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace reactor_bench::with_asio {

using tcp = asio::ip::tcp;

/// One connection's output by two buffers: one that is being written, and one that gathers what is
/// said meanwhile.  Owner and socket must outlive the loop's work.
class output {
public:
    explicit output(tcp::socket& socket) noexcept : socket_(socket) {}

    void send(std::string_view data) {
        gathered_.append(data);
        if (!writing_)
            write();
    }

private:
    void write() {
        writing_ = true;
        written_.swap(gathered_);
        asio::async_write(socket_, asio::buffer(written_),
                          [this](std::error_code ec, std::size_t /*count*/) {
                              written_.clear();
                              writing_ = false;
                              if (!ec && !gathered_.empty())
                                  write();
                          });
    }

    tcp::socket& socket_;
    std::string written_;
    std::string gathered_;
    bool writing_ = false;
};

} // namespace reactor_bench::with_asio
