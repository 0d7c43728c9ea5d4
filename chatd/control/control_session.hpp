#pragma once

#include "chatd/control/answer.hpp"

#include <reactor/async_chat.hpp>
#include <reactor/output_limits.hpp>
#include <reactor/unique_fd.hpp>

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string_view>
#include <system_error>

namespace chatd {
class daemon;
}

namespace chatd::control {

class control_socket;

/// What control connections may do.
struct control_limits {
    std::size_t most_sessions = 16;
    std::chrono::nanoseconds idle = std::chrono::minutes{5}; ///< Without a request.
    /// Unsent answers above `high_water` make requests and rows wait.
    reactor::output_limits output{
        .high_water = 32 * 1024, .low_water = 8 * 1024, .no_progress = std::chrono::seconds{15}};
};

/// The process at the other end of a control connection, as the system says.
struct peer_process {
    uid_t uid = 0;
    gid_t gid = 0;
    pid_t pid = 0;
};

/// One control connection: requests in, answers out, in order.
///
/// While the peer does not take its answers, or rows of one are still being made, its next requests
/// wait.
class control_session final : public reactor::async_chat {
public:
    /// `owner` and `process` must outlive the session.
    control_session(reactor::loop& loop, control_socket& owner, daemon& process,
                    reactor::unique_fd fd, const peer_process& peer);

    /// Takes no more requests, sends what is owed, and ends.
    void finish();
    /// The answer that was to come later.
    void answer_given(answer& given);

    [[nodiscard]] const char* class_name() const noexcept override { return "control_session"; }

private:
    void handle_line(std::string_view raw) override;
    void handle_overflow() override;
    void handle_low_water() override;
    void handle_timeout() override;
    void handle_close(std::error_code ec) override;

    void carry_out(std::string_view request, answer& to);
    void send(answer& made);
    void make_rows();
    void note_output();
    void pause_or_resume();

    control_socket& owner_;
    daemon& process_;
    peer_process peer_;
    std::unique_ptr<row_source> rows_; // of the answer under way, null for none
    answer begun_;                     // to which they belong
    bool busy_ = false;                // the answer to the last request is still being made
    bool unread_ = false;              // more is unsent than the high-water mark
};

} // namespace chatd::control
