#include "input_state.hpp"
#include "loop_core.hpp"
#include "output_queue.hpp"

#include <reactor/async_chat.hpp>
#include <reactor/broadcast.hpp>

#include <algorithm>
#include <cstring>
#include <utility>

// The terminator buffer.  Output stands in async_chat_output.cpp.
namespace reactor {

namespace flag = detail::flag;

namespace {

const output_limits default_limits;

/// Length of the longest proper beginning of `text` at the end of `data` (asynchat's
/// find_prefix_at_end).
std::size_t beginning_at_end(std::string_view data, std::string_view text) noexcept {
    auto length = std::min(data.size(), text.size() - 1);
    while (length > 0 && !data.ends_with(text.substr(0, length)))
        --length;
    return length;
}

std::size_t find(std::string_view data, std::string_view text) noexcept {
    return text.size() == 1 ? data.find(text.front()) : data.find(text);
}

/// Tells after a callback whether the channel is still the same opening.  Holds nothing of the
/// channel itself, only its slot, which stays where it is.
class watch {
public:
    watch(detail::loop_core& core, std::uint32_t index) noexcept
        : slot_(core.slots()[index]), generation_(slot_.generation) {}
    [[nodiscard]] bool live() const noexcept {
        return slot_.generation == generation_ && slot_.is_open();
    }
    /// Of the slot's present opening.
    [[nodiscard]] bool has(std::uint32_t bits) const noexcept { return slot_.has(bits); }

private:
    const detail::slot& slot_;
    std::uint32_t generation_;
};

} // namespace

async_chat::async_chat(loop& owner) : dispatcher(owner), limits_(&default_limits) {}

async_chat::async_chat(loop& owner, unique_fd connected)
    : dispatcher(owner, std::move(connected)), limits_(&default_limits) {}

async_chat::~async_chat() { async_chat::drop_buffers(); }

void async_chat::drop_buffers() noexcept {
    while (subscriptions_ != nullptr)
        subscriptions_->unlink();
    input_.reset();
    output_.reset();
    line_bytes_ = 0;
    discarding_ = false;
    above_high_water_ = false;
}

// --- terminators ---

void async_chat::set_terminator(std::string_view text) {
    terminator_ = terminator::of_bytes(text);
    terminator_changed();
}

void async_chat::set_terminator(std::size_t length) {
    terminator_ = terminator::of_length(length);
    discarding_ = false;
    terminator_changed();
}

void async_chat::clear_terminator() noexcept {
    terminator_ = {};
    discarding_ = false;
    terminator_changed();
}

void async_chat::terminator_changed() noexcept {
    if (core_ != nullptr)
        core_->check_thread(*this);
    // What looked like the former terminator's beginning is input like any other now.
    if (!is_open() || !input_ || !input_->incomplete)
        return;
    input_->incomplete = false;
    core_->slots()[index_].set(flag::holds_input);
    core_->mark_held(index_);
}

// --- receiving ---

void async_chat::handle_read() {
    const auto buffer = receive_buffer();
    const auto got = recv(buffer.first(std::min<std::size_t>(read_limit_, buffer.size())));
    if (got.ec)
        return;
    if (got.n == 0) {
        deliver_beginning();
        return;
    }
    const std::string_view data{buffer.data(), got.n};
    if (!input_ || !input_->incomplete) {
        parse_block(data, nullptr);
        return;
    }
    auto joined = std::move(input_->held);
    input_->held.clear();
    input_->incomplete = false;
    joined.append(data);
    parse_block(joined, &joined);
}

void async_chat::held_input_step() {
    auto& state = core_->slots()[index_];
    if (reading_paused() || !state.has(flag::holds_input))
        return;
    state.clear(flag::holds_input);
    if (!input_ || closing())
        return;
    // Parsed from a local: the callbacks may destroy this channel.
    auto held = std::move(input_->held);
    const auto head = std::exchange(input_->head, 0);
    input_->held.clear();
    const watch channel(*core_, index_);
    parse_block(std::string_view{held}.substr(head), &held);
    if (channel.live())
        release_input_state();
}

/// Parses `data`, the end of `block` if there is one, and holds what is left: also when a callback
/// throws, as the channel may live on.
void async_chat::parse_block(std::string_view data, std::string* block) {
    const watch channel(*core_, index_);
    const auto hold_rest = [&] {
        if (!channel.live() || drop_rest_ || data.empty())
            return;
        const auto head = block != nullptr ? block->size() - data.size() : 0;
        hold_input(block != nullptr ? std::move(*block) : std::string(data), head);
    };
    try {
        parse(data);
    } catch (...) {
        hold_rest();
        throw;
    }
    hold_rest();
}

void async_chat::hold_input(std::string rest, std::size_t head) {
    if (closing())
        return; // discarded from now on
    if (!input_)
        input_ = std::make_unique<detail::input_state>();
    input_->held = std::move(rest);
    input_->head = head;
    input_->incomplete = false;
    core_->slots()[index_].set(flag::holds_input);
    if (!reading_paused())
        core_->mark_held(index_);
    core_->mark_changed(index_);
}

void async_chat::hold_beginning(std::string_view beginning) {
    if (beginning.empty())
        return;
    if (!input_)
        input_ = std::make_unique<detail::input_state>();
    input_->held.assign(beginning);
    input_->head = 0;
    input_->incomplete = true;
}

void async_chat::deliver_beginning() {
    if (!input_ || !input_->incomplete)
        return;
    const auto beginning = std::move(input_->held);
    input_->held.clear();
    input_->incomplete = false;
    collect_piece(beginning);
}

void async_chat::release_input_state() noexcept {
    if (input_ && input_->empty())
        input_.reset();
}

// --- parsing ---

/// Takes the front off `data`, each part before the callback that gets it.  What is left stands
/// behind a pause or the message budget; nothing when the input is to be dropped.
void async_chat::parse(std::string_view& data) {
    const watch channel(*core_, index_);
    auto budget = core_->options().message_budget;
    drop_rest_ = false;
    while (!data.empty() && channel.live()) {
        if (channel.has(flag::ending) || drop_rest_) {
            data = {};
            return;
        }
        if (channel.has(flag::paused) || budget-- == 0)
            return;
        switch (terminator_.type()) {
        case terminator::kind::none:
            collect_piece(std::exchange(data, {}));
            break;
        case terminator::kind::length:
            parse_length(data);
            break;
        case terminator::kind::bytes:
            parse_bytes(data);
            break;
        }
    }
}

void async_chat::parse_length(std::string_view& data) {
    if (data.size() < terminator_.length_) {
        terminator_.length_ -= data.size();
        collect_piece(std::exchange(data, {}));
        return;
    }
    const auto end = data.substr(0, terminator_.length_);
    data.remove_prefix(end.size());
    terminator_ = {};
    complete_message(end);
}

void async_chat::parse_bytes(std::string_view& data) {
    const auto text = terminator_.bytes();
    const auto place = find(data, text);
    if (place != std::string_view::npos) {
        const auto end = data.substr(0, place);
        data.remove_prefix(place + text.size());
        complete_message(end);
        return;
    }
    const auto kept = beginning_at_end(data, text);
    hold_beginning(
        data.substr(data.size() - kept)); // before the callback: it may change the terminator
    auto piece = std::exchange(data, {});
    piece.remove_suffix(kept);
    if (!piece.empty())
        collect_piece(piece);
}

void async_chat::collect_piece(std::string_view piece) {
    if (discarding_ || piece.empty())
        return;
    if (terminator_.type() == terminator::kind::bytes) {
        if (piece.size() > max_line_ - std::min(line_bytes_, max_line_)) {
            begin_overflow(false);
            return;
        }
        line_bytes_ += static_cast<std::uint32_t>(piece.size());
    }
    collect_incoming_data(piece);
}

void async_chat::complete_message(std::string_view end) {
    const auto before = std::exchange(line_bytes_, 0);
    if (std::exchange(discarding_, false))
        return;
    if (terminator_.type() == terminator::kind::bytes &&
        end.size() > max_line_ - std::min(before, max_line_)) {
        begin_overflow(true);
        return;
    }
    if (!input_ || input_->partial.empty()) {
        handle_line(end);
        return;
    }
    auto whole = std::move(input_->partial);
    input_->partial.clear();
    release_input_state();
    whole.append(end);
    handle_line(whole);
}

void async_chat::begin_overflow(bool terminated) {
    discarding_ = !terminated;
    line_bytes_ = 0;
    if (input_)
        input_->partial.clear();
    handle_overflow();
}

void async_chat::handle_line(std::string_view line) {
    const watch channel(*core_, index_);
    if (!line.empty())
        collect_incoming_data(line);
    if (!channel.live())
        return;
    found_terminator();
    // What collect_incoming_data kept when it is not overridden: the message is over.
    if (channel.live() && input_)
        input_->partial.clear();
}

void async_chat::collect_incoming_data(std::string_view data) {
    if (!input_)
        input_ = std::make_unique<detail::input_state>();
    input_->partial.append(data);
}

void async_chat::found_terminator() {}

std::string async_chat::get_data() {
    auto data = input_ ? std::exchange(input_->partial, {}) : std::string{};
    release_input_state();
    return data;
}

void async_chat::handle_overflow() {}

// --- whole state ---

void async_chat::discard_buffers() noexcept {
    if (core_ != nullptr)
        core_->check_thread(*this);
    drop_input();
    if (output_ && is_open()) {
        output_->clear();
        // Nothing is owed that could wait for room or make progress; what comes next tries again.
        core_->slots()[index_].clear(flag::blocked);
        core_->mark_changed(index_);
        queue_changed();
    }
}

void async_chat::drop_input() noexcept {
    drop_rest_ = true;
    input_.reset();
    if (is_open())
        core_->slots()[index_].clear(flag::holds_input);
}

std::string async_chat::held_input() const {
    if (!input_)
        return {};
    return input_->partial + std::string(input_->rest());
}

void async_chat::restore_input(std::string_view input, bool discarding) {
    discarding_ = discarding;
    if (is_open() && !input.empty())
        hold_input(std::string(input), 0);
}

} // namespace reactor
