#pragma once

#include <reactor/dispatcher.hpp>
#include <reactor/export.hpp>
#include <reactor/output_limits.hpp>
#include <reactor/producer.hpp>
#include <reactor/shared_text.hpp>
#include <reactor/terminator.hpp>

#include <sys/uio.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace reactor {

namespace detail {
class broadcast_core;
class output_queue;
struct chunk_slice;
struct input_state;
} // namespace detail

/// A dispatcher with a terminator buffer in front and an output queue behind: asynchat's
/// async_chat.
///
/// Input.  Override `handle_line` to get whole messages (a view straight into the receive buffer
/// when the message lies in one read), or asynchat's two hooks to get the pieces as they arrive.
/// Views die when the callback returns.  Output.  `push` queues; the loop's flush step sends what
/// was gathered with one call. An idle channel owns no buffer.
class REACTOR_EXPORT async_chat : public dispatcher {
public:
    /// A channel without a descriptor, as `dispatcher::dispatcher`.
    explicit async_chat(loop& owner);
    /// A channel over a connected stream socket, which it makes non-blocking.
    async_chat(loop& owner, unique_fd connected);
    /// Closes without a call of `handle_close`; what is queued is dropped.
    ~async_chat() override;

    // --- input ---

    /// What ends a message; takes effect at once, also inside a callback.  No terminator is set at
    /// first: all input goes to `collect_incoming_data`.  std::invalid_argument for "" (asynchat:
    /// silently none).
    void set_terminator(std::string_view text);
    /// The next message is `length` bytes; afterwards there is no terminator until it is set again.
    /// std::invalid_argument for 0.
    void set_terminator(std::size_t length);
    /// No terminator from now on (asynchat: `set_terminator(None)`): all input goes to
    /// `collect_incoming_data` as it comes.
    void clear_terminator() noexcept;
    /// What ends a message now; of a length, what is still missing.
    [[nodiscard]] const terminator& get_terminator() const noexcept { return terminator_; }
    /// Longest message without its terminator, in bytes; what is longer is discarded up to its
    /// terminator after one `handle_overflow`.  Default: 64 KiB.  For byte-string terminators: a
    /// length is a bound itself.
    void set_max_line(std::uint32_t bytes) noexcept { max_line_ = bytes; }
    /// Bytes read at once, at most the loop's receive buffer; 0 counts as 1.  Default: 64 KiB.
    void set_read_limit(std::uint32_t bytes) noexcept { read_limit_ = bytes == 0 ? 1 : bytes; }
    /// Drops input and output that is held in user space.
    void discard_buffers() noexcept;

    // --- output ---

    /// Queues a copy of `data`.  False, and nothing queued, when the channel is not open or ending,
    /// or at the hard limit (see `output_limits::policy`), or out of memory (which closes this
    /// channel).
    bool push(std::string_view data) noexcept;
    /// As `push`, but the bytes never count for the hard limit: for answers to the peer's own
    /// requests, whose number the caller bounds by pausing at the high-water mark.
    bool push_exempt(std::string_view data) noexcept;
    /// As `push_exempt`, and no send call joins these bytes with others.
    bool push_alone(std::string_view data) noexcept;
    /// As `push`, but no copy is made: the bytes stay where they are until the last channel has
    /// sent them, and are counted once for `loop::output_memory`.  They count for this channel's
    /// limits as any others.  O(1); short texts are copied, and so is the last eighth that a slow
    /// peer is still owed.
    bool push_shared(const shared_text& text) noexcept;
    /// As `push_shared`, but the bytes never count for the hard limit, as with `push_exempt`.
    bool push_shared_exempt(const shared_text& text) noexcept;
    /// Queues what `source` makes, piece by piece; false as `push`.
    bool push_with_producer(std::unique_ptr<producer> source) noexcept;
    /// `limits` must outlive the channel or its next call of this; default: a shared set of
    /// defaults.
    void set_output_limits(const output_limits& limits) noexcept;
    /// Bytes that the kernel has not taken, those of followed broadcasts included.
    [[nodiscard]] std::size_t output_size() const noexcept;

    // --- moving a live channel ---

    /// Input received but not yet handed over: the part of a message, and whole messages behind a
    /// pause.
    [[nodiscard]] std::string held_input() const;
    /// True while an over-long message is being discarded.
    [[nodiscard]] bool discarding_line() const noexcept { return discarding_; }
    /// Output not yet sent; each piece starts where one send call must not join two.  Producers and
    /// held broadcasts: what they had given so far, and what is owed.
    [[nodiscard]] std::vector<std::string> unsent_output() const;
    /// Feeds `input` as if it had been received before anything else; for a channel just made.
    void restore_input(std::string_view input, bool discarding);

    [[nodiscard]] const char* class_name() const noexcept override { return "async_chat"; }

protected:
    /// A whole message without its terminator.  Default: `collect_incoming_data(line)` unless
    /// empty, then `found_terminator()`, as asynchat does.
    virtual void handle_line(std::string_view line);
    /// A piece of a message.  Default: kept, and handed to `handle_line` as a whole when it is
    /// complete.
    virtual void collect_incoming_data(std::string_view data);
    /// The message is complete.  Default: nothing.
    virtual void found_terminator();
    /// Takes what the default `collect_incoming_data` has kept since it was last taken; in
    /// `found_terminator` that is the message (asynchat's `_get_data`).  `handle_line` gets the
    /// same without a copy.
    [[nodiscard]] std::string get_data();
    /// A message is longer than the maximum and is being discarded.  Once a message.  Default:
    /// nothing.
    virtual void handle_overflow();
    /// Pending output went above the high-water mark: stop making more.  In turns with
    /// `handle_low_water`, in the close step after the push that crossed the mark.  Default:
    /// nothing.
    virtual void handle_high_water();
    /// Pending output fell to the low-water mark after it had been above the high one: go on.  In
    /// the close step after the flush that crossed the mark.  Default: nothing.
    virtual void handle_low_water();

    [[nodiscard]] bool writable() const noexcept override;
    void handle_read() override;
    void handle_write() override;

private:
    friend class subscription;
    friend class detail::broadcast_core;

    enum class sent : std::uint8_t { all, blocked, budget, gone };

    // Steps of the loop.
    void flush_step() override;
    void held_input_step() override;
    void water_step() override;
    void drop_buffers() noexcept override;
    void drop_input() noexcept override;
    void stop_following() noexcept override;
    [[nodiscard]] std::chrono::nanoseconds progress_deadline() const noexcept override;
    [[nodiscard]] std::size_t pending_output() const noexcept override { return output_size(); }

    // Input.
    void parse_block(std::string_view data, std::string* block);
    void parse(std::string_view& data);
    void parse_length(std::string_view& data);
    void parse_bytes(std::string_view& data);
    void complete_message(std::string_view end);
    void collect_piece(std::string_view piece);
    void hold_input(std::string rest, std::size_t head);
    void hold_beginning(std::string_view beginning);
    void deliver_beginning();
    void begin_overflow(bool terminated);
    void terminator_changed() noexcept;
    void release_input_state() noexcept;

    // Output.
    bool enqueue(std::string_view data, bool exempt, bool alone,
                 const detail::chunk_slice* shared = nullptr) noexcept;
    bool enqueue_shared(const shared_text& text, bool exempt) noexcept;
    [[nodiscard]] bool takes_output() const noexcept;
    [[nodiscard]] bool accepts(std::size_t bytes) noexcept;
    [[nodiscard]] detail::output_queue& queue();
    void queue_changed() noexcept;
    void catch_up();
    void complete_begun();
    void owe(subscription& place) noexcept;
    void copy_owed(subscription& place);
    [[nodiscard]] subscription* first_behind() const noexcept;
    [[nodiscard]] sent send_pending();
    [[nodiscard]] std::size_t send_pieces(std::span<const iovec> pieces) noexcept;
    void consume(std::size_t sent, std::size_t queued, subscription* stream) noexcept;
    [[nodiscard]] bool pull_producer();
    [[nodiscard]] std::size_t send_slice_again(int error, std::string_view slice) noexcept;
    void note_slice(std::size_t taken, std::size_t bytes, bool more) noexcept;
    void note_blocked(bool progressed) noexcept;
    void note_pending() noexcept;
    [[nodiscard]] bool crossed_water_mark(std::size_t pending) const noexcept;

    terminator terminator_;
    std::unique_ptr<detail::input_state> input_;   // null while nothing is held
    std::unique_ptr<detail::output_queue> output_; // null while nothing is queued
    const output_limits* limits_;
    subscription* subscriptions_ = nullptr; // broadcasts that this channel follows
    std::uint32_t read_limit_ = 64 * 1024;
    std::uint32_t max_line_ = 64 * 1024;
    std::uint32_t line_bytes_ = 0;  // of the current message, handed over already
    bool discarding_ = false;       // the current message is too long
    bool drop_rest_ = false;        // discard_buffers was called inside a callback
    bool above_high_water_ = false; // what the channel was told last
};

static_assert(sizeof(void*) != 8 || sizeof(async_chat) <= 96, "an idle connection must stay small");

} // namespace reactor
