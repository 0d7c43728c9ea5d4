#pragma once

#include "channel_extra.hpp"
#include "chunked_array.hpp"
#include "datagram_turn.hpp"
#include "deadlines.hpp"
#include "descriptor_owners.hpp"
#include "files.hpp"
#include "flush_budget.hpp"
#include "listener_rest.hpp"
#include "lookups.hpp"
#include "poller.hpp"
#include "post_queue.hpp"
#include "signals.hpp"
#include "slot_table.hpp"
#include "timed_callback.hpp"
#include "timer_queue.hpp"
#include "usage_audit.hpp"

#include <reactor/dispatcher.hpp>
#include <reactor/flight_recorder.hpp>
#include <reactor/loop.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <system_error>
#include <vector>

namespace reactor::detail {

class broadcast_core;
class child_watches;

/// What a loop is made of.  The iteration stands in `loop.cpp`; each step has a file of its own:
/// `dispatch.cpp`, `endings.cpp`, `flush.cpp`, `interest.cpp`.  Channels and broadcasts know this
/// class, users do not.
class loop_core {
public:
    loop_core(loop& owner, const loop_options& options);
    ~loop_core();
    loop_core(const loop_core&) = delete;
    loop_core& operator=(const loop_core&) = delete;

    // --- loop.cpp: the iteration ---
    void run(system::wait_limit timeout, std::optional<std::size_t> count);
    void run_once(system::wait_limit timeout);
    [[nodiscard]] bool has_work() const noexcept;
    [[nodiscard]] loop& owner() const noexcept { return owner_; }
    [[nodiscard]] const loop_options& options() const noexcept { return options_; }
    [[nodiscard]] std::chrono::nanoseconds now() const noexcept { return now_; }
    [[nodiscard]] const std::shared_ptr<timer_queue>& timers() const noexcept { return timers_; }
    [[nodiscard]] const std::shared_ptr<post_queue>& posts() const noexcept { return posts_; }
    [[nodiscard]] lookups& names() noexcept { return lookups_; }
    [[nodiscard]] signals& signal_watch() noexcept { return signals_; }
    [[nodiscard]] const std::shared_ptr<child_watches>& children() const noexcept {
        return children_;
    }
    [[nodiscard]] const poller& kernel() const noexcept { return *poller_; }
    [[nodiscard]] std::span<char> receive_buffer() noexcept { return receive_buffer_; }
    void add_guard(int change) noexcept { guards_ += change; }
    void set_on_error(unique_function<void(std::exception_ptr)> function) {
        on_error_ = std::move(function);
    }
    /// Gives an exception that no channel answers for to `on_error`.
    void report(const std::exception_ptr& error) noexcept;

    // --- forking.cpp ---
    void after_fork_child();
    /// Takes a descriptor out of the kernel's set, unless that is a parent's.
    void unwatch(int fd) noexcept;
    /// Watches a descriptor that tells of a child's end.
    [[nodiscard]] std::error_code watch_child(int fd, std::uint32_t node) noexcept;

    // --- channels: endings.cpp ---
    [[nodiscard]] std::uint32_t attach(dispatcher& channel);
    /// The object is being destroyed.
    void forget(dispatcher& channel) noexcept;
    void adopt(std::unique_ptr<dispatcher> channel);
    /// Gives the channel its descriptor, as every opening does; `state` are its flags besides
    /// `open`.  Fails as `check_new`, and for want of memory.
    [[nodiscard]] std::error_code open(dispatcher& channel, unique_fd fd,
                                       std::uint32_t state) noexcept;
    /// errc::already_watched when an open channel has this descriptor: it stays with that one, and
    /// `fd` lets go of it.
    [[nodiscard]] std::error_code check_new(unique_fd& fd) const noexcept;
    /// The same over what is no socket, a file, a pipe, a terminal: files.cpp.
    [[nodiscard]] std::error_code open_file(dispatcher& channel, unique_fd file) noexcept;
    /// The same for what only watches it, somebody else's: descriptor_watch.cpp.
    [[nodiscard]] std::error_code open_foreign(dispatcher& channel, int fd) noexcept;
    /// For a channel that is on its way to a host by name.
    void open_without_descriptor(dispatcher& channel, std::uint32_t state) noexcept;
    /// The system has just given this number to us.  An open channel that has it lost its own
    /// descriptor behind the loop's back: it ends with bad_file_descriptor.
    void number_given(int fd) noexcept;
    void close(std::uint32_t index, std::error_code reason) noexcept;
    /// Gives the descriptor up without closing it.
    [[nodiscard]] int surrender(std::uint32_t index) noexcept;
    /// For an open channel that is part of another: it does not count as open, and `for_each` does
    /// not meet it.
    void hide(const dispatcher& channel);
    [[nodiscard]] bool is_hidden(std::uint32_t index) noexcept {
        const auto* more = find_extra(index);
        return more != nullptr && more->hidden;
    }
    /// Gives the channel the connection that its race won, and ends the race.
    void finish_race(std::uint32_t index, unique_fd fd) noexcept;
    void doom_if_owned(std::uint32_t index) noexcept;
    [[nodiscard]] dispatcher* find(channel_ref ref) noexcept;
    [[nodiscard]] channel_ref ref(std::uint32_t index) noexcept {
        return {id_, index, slots_[index].generation};
    }
    [[nodiscard]] std::size_t open_channels() const noexcept { return open_; }
    void for_each(unique_function<void(dispatcher&)>& function);

    // --- bytes: channel_io.cpp, channel_io.hpp ---
    /// One receive or send of an open channel, repeated when interrupted and counted.  It closes
    /// nothing: what an error means is the caller's to say.
    [[nodiscard]] io_result receive(std::uint32_t index, std::span<char> buffer,
                                    int flags = 0) noexcept;
    [[nodiscard]] io_result send(std::uint32_t index, std::span<const iovec> pieces) noexcept;
    [[nodiscard]] io_result send(std::uint32_t index, std::string_view data) noexcept;
    // What a call on the socket of a channel gave that has nothing beside its slot.
    [[nodiscard]] inline io_result received(std::int64_t bytes) noexcept;
    [[nodiscard]] inline io_result sent(std::int64_t bytes) noexcept;
    [[nodiscard]] io_result receive_again(int error, std::uint32_t index,
                                          std::span<char> buffer) noexcept;
    [[nodiscard]] io_result send_again(int error, std::uint32_t index,
                                       std::string_view data) noexcept;
    /// What the channel has beside its slot, made when it is not there yet; until it closes.
    [[nodiscard]] channel_extra& extra(std::uint32_t index);
    /// Null for most.
    [[nodiscard]] channel_extra* find_extra(std::uint32_t index) noexcept {
        return slots_[index].has(flag::extended) ? extras_[index].get() : nullptr;
    }

    // --- datagrams: datagram.cpp ---
    /// How many a channel may still receive while its handlers run; no limit at other times.
    [[nodiscard]] std::size_t datagrams_left(std::uint32_t index) const noexcept;
    /// Counts one call that received so many.
    void count_datagrams(std::uint32_t index, std::size_t count, std::size_t bytes) noexcept;
    /// The channel has got a peer.  False when it is gone.
    bool tell_associated(std::uint32_t index) noexcept;

    // --- transports: transport_layer.hpp ---
    /// Null for channels whose bytes go straight through the socket.
    [[nodiscard]] transport_layer* find_layer(std::uint32_t index) noexcept {
        auto* more = find_extra(index);
        return more != nullptr ? more->layer.get() : nullptr;
    }
    /// Whether the deadline while it counts as connecting is the channel's own, not that of a
    /// connect.
    [[nodiscard]] bool keeps_deadline(std::uint32_t index) noexcept;
    /// Whether bytes that the channel got rid of have not reached the socket.
    [[nodiscard]] bool owes_output(std::uint32_t index) noexcept;

    // --- ends of output: endings.cpp ---
    /// Ends the sending side, all output having been sent.  `later`: the transport needs another
    /// turn, and the channel's `end_output_step` comes then.
    [[nodiscard]] shut shut_output(std::uint32_t index) noexcept;
    /// The sending side has ended, and the other goes on.
    void output_ended(std::uint32_t index) noexcept;

    // --- marks ---
    [[nodiscard]] slot_table& slots() noexcept { return slots_; }
    /// The slot of an open channel; null for one that is not open.
    [[nodiscard]] static slot* opening_of(const dispatcher& channel) noexcept {
        if (channel.core_ == nullptr)
            return nullptr;
        slot& s = channel.core_->slots_[channel.index_];
        return s.generation == channel.generation_ ? &s : nullptr;
    }
    /// The channel is asked again in this iteration.
    void mark_changed(std::uint32_t index) noexcept {
        if (index != in_dispatch_)
            changed_.push(index);
    }
    void mark_flush(std::uint32_t index) noexcept {
        if (!slots_[index].has(flag::lingering))
            flush_.push(index);
    }
    void mark_held(std::uint32_t index) noexcept { held_.push(index); }
    void mark_water(std::uint32_t index) noexcept {
        slots_[index].set(flag::water);
        notices_.push(index);
    }
    void expect_deadline(std::uint32_t index, std::chrono::nanoseconds time) noexcept {
        deadlines_.expect(index, time);
    }
    void ask_every_iteration(std::uint32_t index, bool on);

    // --- output ---
    [[nodiscard]] flush_budget& budget() noexcept { return *budget_; }
    [[nodiscard]] std::size_t& output_memory() noexcept { return *output_memory_; }
    /// For what may outlive the loop.
    [[nodiscard]] const std::shared_ptr<std::size_t>& shared_output_memory() const noexcept {
        return output_memory_;
    }
    void add_stream(broadcast_core& stream);
    void remove_stream(broadcast_core& stream) noexcept;
    /// Not listed yet.
    void mark_behind(broadcast_core& stream) noexcept { behind_.push_back(&stream); }

    // --- listeners ---
    [[nodiscard]] listener_rest& rests() noexcept { return rests_; }

    // --- the exception boundary: guarded.hpp ---
    /// Calls a handler.  False when the channel is not the same opening any more: then it must not
    /// be touched.
    template <class Call>
    bool guarded(std::uint32_t index, Call call) noexcept;
    template <class Call>
    bool guarded(std::uint32_t index, const slot& s, Call call) noexcept;
    /// Runs a function that belongs to no channel.
    /// @param name  what the flight recorder and the audit call it.
    template <class Call>
    void guarded(const char* name, Call call) noexcept;

    [[nodiscard]] struct counters& counters() noexcept { return counters_; }
    [[nodiscard]] const flight_recorder& recorder() const noexcept { return recorder_; }
    /// Takes in what other threads found.
    void collect_findings() noexcept { counters_.audit_findings += usage_->take_findings(); }
    /// Audit: says so when the calling thread, or process, is not the loop's.
    void check_usage(const char* name) noexcept {
        if (options_.audit) [[unlikely]]
            usage_->check(name);
    }
    void check_thread(const dispatcher& channel) noexcept {
        if (options_.audit) [[unlikely]]
            usage_->check(channel.class_name());
    }

private:
    friend class transport_layer;

    static constexpr std::uint64_t wake_tag = ~std::uint64_t{0};
    static constexpr std::uint32_t child_generation = 0; // no channel has it

    [[nodiscard]] static std::uint64_t tag_of(std::uint32_t index,
                                              std::uint32_t generation) noexcept {
        return std::uint64_t{generation} << 32 | index;
    }

    template <class Call>
    bool contained(std::uint32_t index, const slot& s, Call call) noexcept;

    // loop.cpp
    void iterate(system::wait_limit cap);
    void begin_run();
    void watch_wakeup();
    void wait(system::wait_limit cap);
    void ask_kernel(system::wait_limit cap);
    void begin_turn() noexcept;
    [[nodiscard]] bool dispatch_time_spent() const noexcept;
    [[nodiscard]] system::wait_limit time_to_wait(system::wait_limit cap) const noexcept;
    [[nodiscard]] bool left_over() const noexcept;
    void run_posts();
    void run_due_timers();
    void check_deadline(std::uint32_t index);
    void serve_held_input();
    void serve_held(std::uint32_t index);
    void deliver_and_flush();
    void begin_step(step which) noexcept { recorder_.step_ = which; }
    void measure(step which) noexcept;
    void measure_until(step which, std::chrono::nanoseconds end) noexcept;
    void end_iteration() noexcept;
    [[nodiscard]] timed_callback begin_callback(const char* name) noexcept;
    void end_callback(timed_callback which) noexcept;

    // dispatch.cpp
    void dispatch_batch();
    void dispatch(readiness& report);
    void dispatch_input(const slot& s, const readiness& report);
    void end_dispatch_input(const readiness& report);
    void dispatch_any(readiness& report);
    void dispatch_other(const readiness& report);
    bool serve_other(std::uint32_t index, readiness& report);
    bool serve_socket(std::uint32_t index, const readiness& report);
    void serve_wakeup();
    bool finish_connect(std::uint32_t index, const readiness& report);
    [[nodiscard]] bool is_connected(std::uint32_t index, const readiness& report) noexcept;
    bool connection_stands(std::uint32_t index) noexcept;
    bool become_connected(std::uint32_t index) noexcept;
    void serve_listener(std::uint32_t index, const readiness& report);
    void serve_traffic(std::uint32_t index, const slot& s, const readiness& report);
    [[nodiscard]] bool serve_end(std::uint32_t index, const readiness& report);
    void serve_unwanted(std::uint32_t index, const readiness& report);
    void discard_input(std::uint32_t index);
    void deliver_eof(std::uint32_t index);
    void note_dead_event();
    void rebuild_set();
    void handler_threw(std::uint32_t index, dispatcher* channel) noexcept;

    // interest.cpp, interest.hpp
    [[nodiscard]] static inline bool wants_read(const slot& s) noexcept;
    [[nodiscard]] static inline bool wants_write(const slot& s) noexcept;
    [[nodiscard]] interest wanted(const slot& s) noexcept;
    [[nodiscard]] static interest wanted_plain(const slot& s) noexcept;
    [[nodiscard]] static inline bool is_connection(const slot& s) noexcept;
    [[nodiscard]] static inline bool is_reading(const slot& s) noexcept;
    inline void ask(std::uint32_t index, const slot& s);
    void ask_otherwise(std::uint32_t index);
    [[nodiscard]] bool may_be_urgent(std::uint32_t index, const slot& s) const noexcept;
    void tell_kernel(std::uint32_t index, interest now);
    void park(std::uint32_t index) noexcept;
    void ask_changed();
    void audit();
    void audit_channel(std::uint32_t index);

    // descriptor_watch.cpp
    void serve_foreign(std::uint32_t index, const readiness& report);

    // files.cpp
    friend class files;
    void refused(std::uint32_t index, std::error_code ec) noexcept;

    // endings.cpp
    [[nodiscard]] std::error_code claim(int fd, std::uint32_t index) noexcept;
    [[nodiscard]] int end_of_own(std::uint32_t index) noexcept;
    void begin_opening(dispatcher& channel, int fd, std::uint32_t state) noexcept;
    void end_opening(std::uint32_t index) noexcept;
    void owe_close(std::uint32_t index, std::error_code reason) noexcept;
    void close_descriptor(int fd) noexcept;
    void deliver_notices();
    void deliver_close(std::uint32_t index);
    void destroy_closed();

    // flush.cpp
    void flush();
    void flush_both();
    void flush_channels();
    void flush_streams();
    void enforce_memory_limit();

    loop& owner_;
    loop_options options_;
    std::uint64_t id_;
    std::shared_ptr<usage_audit> usage_;
    std::unique_ptr<poller> poller_;
    std::shared_ptr<post_queue> posts_;
    std::shared_ptr<timer_queue> timers_;
    lookups lookups_{*this};
    signals signals_;
    std::shared_ptr<child_watches> children_;
    std::vector<char> receive_buffer_;

    slot_table slots_;
    chunked_array<std::unique_ptr<dispatcher>> adopted_;   // by index
    chunked_array<std::unique_ptr<channel_extra>> extras_; // by index
    files files_{*this};
    descriptor_owners owners_;
    slot_list changed_;
    slot_list flush_;
    slot_list held_;
    slot_list notices_;
    deadlines deadlines_;
    listener_rest rests_;
    std::vector<std::uint32_t> ask_always_;
    chunked_array<std::uint32_t> doomed_;
    std::vector<broadcast_core*> streams_;
    std::vector<broadcast_core*> behind_; // those with followers to visit; room for all of them

    std::vector<readiness> batch_;
    std::size_t next_report_ = 0; // of the batch: those before it had their turn
    std::vector<unique_function<void()>> posted_;
    unique_function<void(std::exception_ptr)> on_error_;
    std::optional<flush_budget> budget_;

    struct counters counters_;
    flight_recorder recorder_;
    std::array<std::uint64_t, step_count> items_before_{}; // totals when the iteration began
    std::chrono::nanoseconds now_{};                       // the end of the last wait
    std::chrono::nanoseconds step_start_{};                // the end of the last measured step
    std::chrono::nanoseconds dispatch_end_{};              // when this iteration's share is spent
    const std::error_code success_; // made once: each is a call of a function for its category
    std::size_t open_ = 0;
    std::size_t foreign_ = 0; // open, and no channels to anybody
    std::size_t closes_owed_ = 0;
    std::shared_ptr<std::size_t> output_memory_ = std::make_shared<std::size_t>(0);
    std::uint32_t in_dispatch_ = no_slot; // asked in place after its handlers
    datagram_turn datagram_turn_;
    std::uint32_t dead_registrations_ = 0;
    int guards_ = 0;
    bool times_callbacks_ = false;
    bool streams_first_ = false; // broadcasts begin the next flush
    bool ended_since_wait_ = false;
};

} // namespace reactor::detail
