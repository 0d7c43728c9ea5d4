#include "transport_layer.hpp"

#include "loop_core.hpp"

namespace reactor::detail {

namespace {

io_result not_yet() noexcept { return {0, std::make_error_code(std::errc::operation_would_block)}; }

/// Whether the socket is ready for a call that waits for `want`; `obvious` when it said nothing.
bool ready_for(io_want want, io_want obvious, const readiness& report) noexcept {
    const auto what = want == io_want::none ? obvious : want;
    return report.has(ready::hang_up | (what == io_want::read ? ready::read : ready::write));
}

void add(interest& all, io_want want, io_want obvious) noexcept {
    const auto what = want == io_want::none ? obvious : want;
    (what == io_want::read ? all.read : all.write) = true;
}

} // namespace

bool loop_core::keeps_deadline(std::uint32_t index) noexcept {
    const auto* layer = find_layer(index);
    return layer != nullptr && layer->keeps_deadline();
}

bool loop_core::owes_output(std::uint32_t index) noexcept {
    const auto* layer = find_layer(index);
    return layer != nullptr && layer->owes_output();
}

void transport_layer::start(loop_core& core, std::uint32_t index) noexcept {
    at_ = stage::starting;
    const auto started = is_->start(core.slots()[index].fd);
    if (started.would_block()) {
        to_start_ = started.want == io_want::none ? io_want::read : started.want;
        core.mark_changed(index);
        return;
    }
    if (started.ec) {
        core.close(index, started.ec);
        return;
    }
    at_ = stage::open;
    holds_input_ = !started.drained;
    if (holds_input_)
        core.mark_held(index);
    core.become_connected(index);
}

io_result transport_layer::receive(loop_core& core, std::uint32_t index,
                                   std::span<char> buffer) noexcept {
    if (!has_begun())
        return not_yet();
    const auto got = is_->recv_some(buffer);
    holds_input_ = got.n > 0 && !got.drained;
    if (holds_input_)
        core.mark_held(index);
    const auto want = got.would_block() ? got.want : io_want::none;
    if (std::exchange(to_receive_, want) != want)
        core.mark_changed(index);
    return got;
}

io_result transport_layer::send(loop_core& core, std::uint32_t index,
                                std::span<const iovec> pieces) noexcept {
    if (!has_begun())
        return not_yet();
    const auto sent = is_->send_some(pieces);
    const bool owes = !sent.drained;
    const auto want = sent.would_block() || owes ? sent.want : io_want::none;
    const bool changed = owes != owes_output_ || want != to_send_;
    owes_output_ = owes;
    to_send_ = want;
    if (changed)
        core.mark_changed(index);
    return sent;
}

shut transport_layer::end_output(loop_core& core, std::uint32_t index) noexcept {
    if (at_ == stage::shut)
        return shut::done;
    at_ = stage::shutting;
    core.mark_changed(index);
    if (owes_output_) {
        const auto paid = send(core, index, {});
        to_shut_ = to_send_;
        if (paid.ec && !paid.would_block())
            return shut::failed;
        if (owes_output_)
            return shut::later;
    }
    const auto told = is_->shutdown_some();
    to_shut_ = told.want;
    if (told.would_block())
        return shut::later;
    at_ = stage::shut;
    return told.ec ? shut::failed : shut::done;
}

bool transport_layer::serve(loop_core& core, std::uint32_t index, readiness& report) {
    const auto generation = core.slots()[index].generation;
    if (at_ == stage::starting) {
        start(core, index);
        return false;
    }
    if (at_ == stage::shutting && ready_for(to_shut_, io_want::write, report)) {
        core.slots()[index].channel->end_output_step();
        if (!core.slots().is_live(index, generation))
            return false;
    }
    const bool lingers = core.slots()[index].has(flag::lingering);
    if (lingers && at_ == stage::shutting) {
        core.serve_unwanted(index, report); // input is discarded once the end has been said
        return false;
    }
    if (lingers || at_ == stage::waiting)
        return core.serve_socket(index, report);
    report = seen_through(core, index, report);
    return core.slots().is_live(index, generation);
}

/// Lets it do what it was waiting for, and tells what the channel is ready for.
readiness transport_layer::seen_through(loop_core& core, std::uint32_t index,
                                        const readiness& report) noexcept {
    readiness seen = report;
    seen.put(ready::read, ready_for(to_receive_, io_want::read, report));
    seen.put(ready::write, ready_for(to_send_, io_want::write, report));
    seen.put(ready::urgent, false);
    if (report.has(ready::urgent)) { // it would be reported for ever, and no transport knows what
                                     // it is for
        char dropped = 0;
        (void)system::recv(core.slots()[index].fd, {&dropped, 1}, MSG_OOB);
    }
    if (owes_output_ && seen.has(ready::write) && at_ == stage::open && !pay_output(core, index))
        seen.put(ready::write, false);
    return seen;
}

/// False while something is still owed, and when that was an error: then the channel is closed.
bool transport_layer::pay_output(loop_core& core, std::uint32_t index) noexcept {
    const auto paid = send(core, index, {});
    if (!paid.ec || paid.would_block())
        return !owes_output_;
    core.close(index, paid.ec);
    return false;
}

interest transport_layer::wanted(const slot& s, interest plain) const noexcept {
    interest now;
    if (at_ == stage::waiting)
        return plain;
    if (at_ == stage::starting) {
        add(now, to_start_, io_want::write); // begins with the first report
        return now;
    }
    if (at_ == stage::shutting)
        add(now, to_shut_, io_want::write);
    if (plain.read && !(at_ == stage::shutting && s.has(flag::lingering)))
        add(now, s.has(flag::lingering) ? io_want::read : to_receive_, io_want::read);
    if (plain.write || owes_output_)
        add(now, to_send_, io_want::write);
    return now;
}

} // namespace reactor::detail
