#include "sim_socket.hpp"

#include "chaos_source.hpp"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <utility>

namespace reactor::sim::detail {

sim_socket::sim_socket(int family, settings_ref settings)
    : family_(family), settings_(std::move(settings)), send_capacity_(settings_->send_capacity),
      receive_capacity_(settings_->receive_capacity) {}

std::shared_ptr<sim_socket> sim_socket::for_peer(int family, settings_ref settings) {
    auto made = std::make_shared<sim_socket>(family, std::move(settings));
    made->send_capacity_ = std::numeric_limits<std::size_t>::max();
    made->tap_ = std::make_unique<peer_tap>();
    made->retain();
    return made;
}

void sim_socket::link(const std::shared_ptr<sim_socket>& a, const std::shared_ptr<sim_socket>& b) {
    a->other_ = b;
    b->other_ = a;
    a->phase_ = b->phase_ = phase::connected;
}

// ---- sending

result sim_socket::send(std::string_view bytes) {
    if (phase_ == phase::fresh || phase_ == phase::listening)
        return failed(is_local() ? ENOTCONN : EPIPE);
    if (phase_ == phase::connecting)
        return failed(EAGAIN);
    if (!is_local() && error_ != 0)
        return failed(take_error());
    if (send_shut_)
        return failed(EPIPE);
    if (bytes.empty())
        return done();
    if (breaks())
        return failed(take_error());
    const std::size_t count = std::min(bytes.size(), send_room());
    if (count == 0)
        return failed(EAGAIN);
    outgoing_.append(bytes.substr(0, count));
    depart(count, false);
    return done(static_cast<std::int64_t>(count));
}

/// The connection is reset by somebody in between.
bool sim_socket::breaks() {
    if (settings_->chaos == nullptr || !settings_->chaos->resets())
        return false;
    abort();
    reset_arrives();
    return true;
}

void sim_socket::send_urgent(char byte) {
    const auto to = other();
    if (!can_send() || to == nullptr)
        return;
    under_way_ = 0; // urgent is urgent, and the stream keeps its order
    deliver();
    to->incoming_.mark();
    to->urgent_ = {byte, to->incoming_.end_position()};
}

/// Sends what was just queued, the last `count` bytes or the end, on its way.
void sim_socket::depart(std::size_t count, bool end) {
    auto* const chaos = is_local() ? nullptr : settings_->chaos;
    const auto delay = chaos == nullptr ? std::chrono::nanoseconds{0} : chaos->delay();
    if (chaos == nullptr || (delay.count() == 0 && under_way_ == 0))
        return deliver();
    under_way_ += count;
    end_under_way_ = end_under_way_ || end;
    sim_clock& clock = chaos->clock();
    last_arrival_ = std::max(last_arrival_, clock.now() + delay);
    clock.at(last_arrival_, [held = self(), count, end] {
        held->under_way_ -= std::min(held->under_way_, count);
        if (end)
            held->end_under_way_ = false;
        held->deliver();
    });
}

/// Moves what has arrived as far as the other end has room, and then the end of it.
void sim_socket::deliver() {
    const auto to = other();
    if (to == nullptr || !to->is_open()) {
        // Nobody is there any more: bytes are answered by a reset.
        if (!std::exchange(outgoing_, {}).empty())
            reset_arrives();
        return;
    }
    while (outgoing_.size() > under_way_ && to->window() > 0) {
        const std::size_t count = std::min(outgoing_.size() - under_way_, to->window());
        to->arrive(std::string_view(outgoing_).substr(0, count));
        outgoing_.erase(0, count);
    }
    if (outgoing_.empty() && !end_under_way_ && std::exchange(end_to_send_, false))
        to->end_arrives();
}

std::size_t sim_socket::unsent() const noexcept {
    if (!is_local())
        return outgoing_.size();
    const auto to = other();
    return to == nullptr ? 0 : to->incoming_.size();
}

std::size_t sim_socket::send_room() const noexcept {
    const bool limited = !is_local() && unsent_limit_ > 0;
    const std::size_t capacity = limited ? std::min(send_capacity_, unsent_limit_) : send_capacity_;
    return capacity - std::min(capacity, unsent());
}

/// As Linux: a third of the buffer is free (TCP), or three quarters (UNIX).
bool sim_socket::writable() const noexcept {
    return is_local() ? unsent() <= send_capacity_ / 4
                      : send_room() > 0 && unsent() <= send_capacity_ / 3 * 2;
}

// ---- receiving

void sim_socket::arrive(std::string_view bytes) {
    if (tap_ != nullptr && tap_->reading)
        return keep(bytes);
    incoming_.append(bytes);
    if (settings_->keep_segments)
        incoming_.mark();
}

void sim_socket::end_arrives() { end_arrived_ = receive_shut_ = true; }

std::size_t sim_socket::window() const noexcept {
    return is_local() ? std::numeric_limits<std::size_t>::max()
                      : receive_capacity_ - std::min(receive_capacity_, incoming_.size());
}

result sim_socket::recv(std::span<char> buffer, int flags) {
    if (phase_ == phase::fresh || phase_ == phase::listening)
        return failed(is_local() ? EINVAL : ENOTCONN);
    if (phase_ == phase::connecting)
        return failed(EAGAIN);
    if ((flags & MSG_OOB) != 0)
        return recv_urgent(buffer);
    if (buffer.empty())
        return done();
    pass_urgent_mark();
    const bool peek = (flags & MSG_PEEK) != 0;
    const std::size_t count = incoming_.read(buffer, peek);
    if (count == 0)
        return nothing_to_read();
    if (!peek)
        if (const auto from = other())
            from->deliver();
    if (lingering_ != nullptr && lingering_->outgoing_.empty())
        lingering_.reset();
    return done(static_cast<std::int64_t>(count));
}

result sim_socket::nothing_to_read() {
    const bool end_first = !is_local() && end_arrived_;
    if (!end_first && error_ != 0)
        return failed(take_error());
    return receive_shut_ ? done(0) : failed(EAGAIN);
}

result sim_socket::recv_urgent(std::span<char> buffer) {
    if (!urgent_ || urgent_->taken)
        return failed(EINVAL);
    if (buffer.empty())
        return done();
    buffer.front() = urgent_->value;
    urgent_->taken = true;
    return done(1);
}

/// Reading on from where the urgent byte was in the stream gives it up.
void sim_socket::pass_urgent_mark() {
    if (urgent_ && incoming_.read_position() >= urgent_->at)
        urgent_.reset();
}

// ---- ending

result sim_socket::shutdown(int how) {
    if (how != SHUT_RD && how != SHUT_WR && how != SHUT_RDWR)
        return failed(EINVAL);
    if (phase_ != phase::connected)
        return is_local() ? done() : failed(ENOTCONN);
    const auto to = other();
    if (how != SHUT_WR) {
        receive_shut_ = true;
        if (is_local() && to != nullptr)
            to->send_shut_ = true;
    }
    if (how != SHUT_RD && !send_shut_) {
        send_shut_ = end_to_send_ = true;
        depart(0, true);
    }
    return done();
}

void sim_socket::on_last_close() {
    const phase former = std::exchange(phase_, phase::closed);
    if (former == phase::listening)
        close_queue();
    if (former == phase::connected)
        close_connection();
}

void sim_socket::close_connection() {
    const auto to = other();
    if (to == nullptr || !to->is_open())
        return;
    if (is_local()) {
        to->receive_shut_ = to->send_shut_ = to->end_arrived_ = true;
        if (!incoming_.empty()) {
            to->error_ = ECONNRESET;
            to->was_reset_ = true;
        }
        return;
    }
    if (!incoming_.empty() || lingers_not_at_all())
        return abort();
    if (!std::exchange(send_shut_, true)) {
        end_to_send_ = true;
        depart(0, true);
    }
    if (!outgoing_.empty())
        to->lingering_ = self();
}

void sim_socket::abort() {
    outgoing_.clear();
    under_way_ = 0;
    if (const auto to = other())
        to->reset_arrives();
}

void sim_socket::close_queue() {
    for (const auto& waiting : std::exchange(queue.ready, {}))
        if (const auto to = waiting->other()) {
            to->reset_arrives();
            waiting->phase_ = phase::closed;
        }
    for (const auto& waiting : std::exchange(queue.kept_waiting, {}))
        if (const auto client = waiting.lock())
            client->fail(ECONNREFUSED);
}

void sim_socket::reset_arrives() {
    was_reset_ = true;
    fail(!is_local() && end_arrived_ ? EPIPE : ECONNRESET);
}

void sim_socket::fail(int error) {
    error_ = error;
    phase_ = phase::closed;
    receive_shut_ = send_shut_ = true;
    end_to_send_ = false;
    outgoing_.clear();
    under_way_ = 0;
    other_.reset();
    lingering_.reset();
}

std::shared_ptr<sim_socket> sim_socket::other() const noexcept { return other_.lock(); }

std::shared_ptr<sim_socket> sim_socket::self() {
    return std::static_pointer_cast<sim_socket>(shared_from_this());
}

// ---- a peer's reading

void sim_socket::keep(std::string_view bytes) {
    tap_->text.append(bytes);
    tap_->pieces.push_back(bytes.size());
}

void sim_socket::resume_reading() {
    while (!incoming_.empty())
        read_some(incoming_.size());
    tap_->reading = true; // now: what arrives meanwhile goes behind what lay here
}

std::size_t sim_socket::read_some(std::size_t limit) {
    std::string bytes(std::min(limit, incoming_.size()), '\0');
    bytes.resize(incoming_.read(bytes, false));
    if (bytes.empty())
        return 0;
    keep(bytes);
    if (const auto from = other())
        from->deliver();
    if (lingering_ != nullptr && lingering_->outgoing_.empty())
        lingering_.reset();
    return bytes.size();
}

} // namespace reactor::sim::detail
