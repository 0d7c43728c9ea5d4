#pragma once

#include "chatd/metrics/http_request.hpp"

#include <reactor/async_chat.hpp>
#include <reactor/unique_fd.hpp>

#include <cstdint>
#include <string_view>
#include <system_error>

namespace chatd {

class http_service;
struct http_answer;

/// One client of the metrics port: a request, its answer, the next request.
///
/// While an answer waits to be taken nothing is read, so that pipelined requests cost one answer
/// at a time.
class http_connection final : public reactor::async_chat {
public:
    /// `service` must outlive the connection.
    http_connection(reactor::loop& owner, http_service& service, reactor::unique_fd fd);

    [[nodiscard]] const char* class_name() const noexcept override { return "http_connection"; }

private:
    void handle_line(std::string_view line) override;
    void handle_overflow() override;
    void handle_low_water() override;
    void handle_timeout() override;
    void handle_eof() override;
    void handle_close(std::error_code ec) override;

    void answer_request();
    void refuse(http_status why);
    void send(const http_answer& answer, bool with_body, bool keep);

    http_service& service_;
    http_request request_;
    std::uint32_t answered_ = 0;
};

} // namespace chatd
