#include "chatd/metrics/http_connection.hpp"

#include "chatd/metrics/http_service.hpp"

#include <reactor/output_limits.hpp>

#include <fmt/format.h>

#include <utility>

namespace chatd {

namespace {

/// The marks are at 0: between two answers the connection is told when the first has gone.
const reactor::output_limits& answer_limits() {
    static const reactor::output_limits limits{.high_water = 0,
                                               .low_water = 0,
                                               .hard_limit = std::size_t{16} * 1024 * 1024,
                                               .no_progress = {}}; // answer_time is the bound
    return limits;
}

} // namespace

http_connection::http_connection(reactor::loop& owner, http_service& service, reactor::unique_fd fd)
    : async_chat(owner, std::move(fd)), service_(service) {
    set_terminator("\n");
    set_max_line(http_request::max_head);
    set_read_limit(http_request::max_head);
    set_output_limits(answer_limits());
    set_deadline(service_.bounds().request_time);
}

void http_connection::handle_line(std::string_view line) {
    if (closing())
        return;
    if (request_.empty() && answered_ > 0)
        set_deadline(service_.bounds().request_time);
    switch (request_.take_line(line)) {
    case http_request::progress::more:
        break;
    case http_request::progress::complete:
        answer_request();
        break;
    case http_request::progress::failed:
        refuse(request_.error());
        break;
    }
}

void http_connection::handle_overflow() {
    refuse(request_.method().empty() ? http_status::uri_too_long : http_status::header_too_large);
}

void http_connection::answer_request() {
    const http_request request = std::exchange(request_, {});
    const bool get = request.method() == "GET";
    if (!get && request.method() != "HEAD")
        return refuse(http_status::method_not_allowed);
    ++service_.counts().requests;
    ++answered_;
    const bool used_up = answered_ >= service_.bounds().requests;
    if (used_up)
        ++service_.counts().used_up;
    const bool keep = request.keeps_alive() && !used_up;
    send(service_.answer(request.path()), get, keep);
}

void http_connection::refuse(http_status why) {
    ++service_.counts().refused;
    send({.status = why, .body = fmt::format("{}\n", reason_of(why))}, true, false);
}

void http_connection::send(const http_answer& answer, bool with_body, bool keep) {
    pause_reading();
    push(fmt::format("HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n"
                     "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n{}{}\r\n",
                     static_cast<int>(answer.status), reason_of(answer.status), answer.content_type,
                     answer.body.size(),
                     answer.status == http_status::method_not_allowed ? "Allow: GET, HEAD\r\n" : "",
                     keep ? "" : "Connection: close\r\n"));
    if (with_body)
        push(answer.body);
    if (!keep)
        close_when_done();
    set_deadline(service_.bounds().answer_time); // last: to begin to close clears it
}

void http_connection::handle_low_water() {
    if (closing())
        return;
    set_deadline(service_.bounds().idle_time);
    resume_reading();
}

void http_connection::handle_timeout() {
    const bool waits_for_request = output_size() == 0 && !closing();
    if (waits_for_request && answered_ > 0 && request_.empty()) {
        ++service_.counts().idle;
        close();
        return;
    }
    ++service_.counts().timed_out;
    if (waits_for_request)
        refuse(http_status::request_timeout);
    else
        close();
}

void http_connection::handle_eof() {
    // A client that ended its side after its request still gets the answer, in the same time.
    close_when_done();
    set_deadline(service_.bounds().answer_time);
}

void http_connection::handle_close(std::error_code) { service_.ended(*this); }

} // namespace chatd
