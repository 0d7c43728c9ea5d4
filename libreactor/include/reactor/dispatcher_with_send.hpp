#pragma once

#include <reactor/dispatcher.hpp>
#include <reactor/export.hpp>
#include <reactor/output_limits.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <string_view>

namespace reactor {

namespace detail {
class output_queue;
} // namespace detail

/// A dispatcher whose `send` never takes less than it is given: asyncore's dispatcher_with_send.
///
/// What the kernel has no room for waits in the channel and leaves as there is room, in order. For
/// protocols that receive on their own terms (`handle_read`, `recv`) and only want their output
/// buffered; `async_chat` has terminators, producers and water marks besides.  asyncore sent inside
/// `send`, kept any amount and dropped the rest when the channel or the peer's side ended; here the
/// loop sends, there is a limit, and `close_when_done`, also that of the default `handle_eof`,
/// sends what is pending first.
///
///     class uploader : public reactor::dispatcher_with_send {
///     public:
///         using dispatcher_with_send::dispatcher_with_send;
///
///     protected:
///         void handle_connect() override {
///             send(file_);
///             close_when_done();
///         }
///         std::string file_;
///     };
class REACTOR_EXPORT dispatcher_with_send : public dispatcher {
public:
    /// A channel without a descriptor: `create_socket` or `set_socket` gives it one.
    explicit dispatcher_with_send(loop& owner);
    /// A channel over a connected stream socket, which it makes non-blocking.
    dispatcher_with_send(loop& owner, unique_fd connected);
    /// Closes without a call of `handle_close`; output that is pending is dropped.
    ~dispatcher_with_send() override;

    /// Queues a copy of `data`; the loop's flush step offers all that an iteration queued to the
    /// kernel with one call.  Before the connection stands it only queues.  False, and nothing
    /// queued, when the channel is not open or its output was ended, at the hard limit (see
    /// `output_limits::policy`), or out of memory (which closes this channel).  Hides
    /// `dispatcher::send`, which would overtake what is pending.  asyncore's returned None and
    /// might call handle_close.
    bool send(std::string_view data) noexcept;
    /// Its hard limit with the policy, and its no-progress deadline, hold for this channel; its
    /// water marks say nothing here.  `limits` must outlive the channel or its next call of this;
    /// default: a shared set of defaults.
    void set_output_limits(const output_limits& limits) noexcept;
    /// Bytes that the kernel has not taken: asyncore's `len(out_buffer)`.
    [[nodiscard]] std::size_t output_size() const noexcept;

    /// `dispatcher_with_send`.
    [[nodiscard]] const char* class_name() const noexcept override {
        return "dispatcher_with_send";
    }

protected:
    /// While the kernel has no room for what is pending.  An override must or this with its own.
    [[nodiscard]] bool writable() const noexcept override;
    /// Lets the flush step go on.  An override must call this.
    void handle_write() override;

private:
    // Steps of the loop.
    void flush_step() override;
    void drop_buffers() noexcept override;
    [[nodiscard]] std::chrono::nanoseconds progress_deadline() const noexcept override;
    [[nodiscard]] std::size_t pending_output() const noexcept override { return output_size(); }

    [[nodiscard]] bool accepts(std::size_t bytes) noexcept;
    void send_pending();
    void note_blocked(bool progressed) noexcept;

    std::unique_ptr<detail::output_queue> output_; // null while nothing is pending
    const output_limits* limits_;
};

static_assert(sizeof(void*) != 8 || sizeof(dispatcher_with_send) <= 40,
              "an idle connection must stay small");

} // namespace reactor
