#include "broadcast_core.hpp"
#include "child_watches.hpp"
#include "guarded.hpp"
#include "loop_core.hpp"
#include "options_from_environment.hpp"

#include <reactor/error.hpp>

#include <cstdio>
#include <cstdlib>
#include <new>
#include <stdexcept>
#include <utility>

namespace reactor::detail {

namespace {

std::uint64_t next_loop_id() noexcept {
    static std::atomic<std::uint64_t> last =
        0; // identity of loops, so that references cannot be confused
    return ++last;
}

} // namespace

loop_core::loop_core(loop& owner, const loop_options& options)
    : owner_(owner), options_(completed_from_environment(options)), id_(next_loop_id()),
      usage_(std::make_shared<usage_audit>(options_.audit)), poller_(make_poller(options.poller)),
      posts_(std::make_shared<post_queue>(*this, usage_)),
      timers_(std::make_shared<timer_queue>(usage_)), signals_(*posts_),
      children_(std::make_shared<child_watches>(*this)),
      receive_buffer_(options_.receive_buffer_bytes),
      changed_(slots_, &slot::next_changed, flag::on_changed),
      flush_(slots_, &slot::next_flush, flag::on_flush),
      held_(slots_, &slot::next_held, flag::on_held),
      notices_(slots_, &slot::next_notice, flag::on_notices), deadlines_(slots_), rests_(slots_),
      now_(system::monotonic_now()), step_start_(now_) {
    times_callbacks_ = options_.time_callbacks || options_.audit;
    timers_->set_now(now_);
    watch_wakeup();
}

void loop_core::watch_wakeup() {
    if (const auto ec = poller_->add_wakeup(posts_->waker(), wake_tag))
        throw std::system_error(ec, "reactor::loop: wake-up descriptor");
}

loop_core::~loop_core() {
    // The iteration under way would go on in memory that is gone: nothing can be thrown from here.
    if (usage_->running() && !usage_->forked()) {
        std::fputs("reactor::loop: destroyed while it runs\n", stderr);
        std::abort();
    }
    std::vector<unique_function<void()>> unrun;
    posts_->close(unrun);
    unrun.clear();
    timers_->close();
    children_->close();
    for (std::uint32_t index = 0; index < slots_.capacity(); ++index) {
        if (slots_[index].channel == nullptr)
            continue;
        if (slots_[index].is_open())
            close_descriptor(end_of_own(index));
        slots_[index].channel->drop_buffers();
    }
    // Owned channels may destroy others of any kind: they still find their loop.
    for (std::size_t i = 0; i < adopted_.size(); ++i)
        adopted_[i].reset();
    for (std::uint32_t index = 0; index < slots_.capacity(); ++index)
        if (dispatcher* channel = slots_[index].channel)
            channel->core_ = nullptr;
    for (broadcast_core* stream : streams_)
        stream->loop_gone();
}

std::uint32_t loop_core::attach(dispatcher& channel) {
    const auto index = slots_.acquire(channel);
    // Everything that a channel may need later without failing is made now.
    doomed_.reserve(slots_.capacity());
    deadlines_.reserve(slots_.capacity());
    return index;
}

void loop_core::forget(dispatcher& channel) noexcept {
    const auto index = channel.index_;
    slot& s = slots_[index];
    if (s.is_open())
        close_descriptor(end_of_own(index));
    if (s.has(flag::close_owed))
        --closes_owed_;
    if (s.has(flag::ask_always))
        std::erase(ask_always_, index);
    s.deadline_place = no_slot; // not `close_value` any more
    slots_.release(index);
}

void loop_core::adopt(std::unique_ptr<dispatcher> channel) {
    if (!channel || channel->core_ != this)
        throw std::invalid_argument("reactor::loop::adopt: no channel of this loop");
    const auto index = channel->index_;
    adopted_.grow_to(index + 1);
    adopted_[index] = std::move(channel);
}

std::error_code loop_core::open(dispatcher& channel, unique_fd fd, std::uint32_t state) noexcept {
    if (const auto ec = check_new(fd))
        return ec;
    if (const auto ec = claim(fd.get(), channel.index_))
        return ec;
    begin_opening(channel, fd.release(), state);
    return {};
}

std::error_code loop_core::claim(int fd, std::uint32_t index) noexcept {
    if (owners_.find(fd) != no_slot)
        return errc::already_watched;
    try {
        owners_.assign(fd, index);
    } catch (const std::bad_alloc&) {
        return std::make_error_code(std::errc::not_enough_memory);
    }
    return {};
}

std::error_code loop_core::check_new(unique_fd& fd) const noexcept {
    if (owners_.find(fd.get()) == no_slot)
        return {};
    (void)fd.release(); // its channel closes it
    return errc::already_watched;
}

void loop_core::open_without_descriptor(dispatcher& channel, std::uint32_t state) noexcept {
    constexpr int none_yet = -1;
    begin_opening(channel, none_yet, state);
}

void loop_core::number_given(int fd) noexcept {
    const auto former = owners_.find(fd);
    if (former == no_slot)
        return;
    files_.lose(former);
    end_opening(former); // and nothing is closed: the number is another's
    owe_close(former, std::make_error_code(std::errc::bad_file_descriptor));
}

void loop_core::begin_opening(dispatcher& channel, int fd, std::uint32_t state) noexcept {
    slot& s = slots_[channel.index_];
    s.fd = fd;
    s.deadline = no_deadline;
    s.deadline_place = no_slot;
    s.flags = (s.flags & flag::lists_and_owner) | flag::open | state;
    channel.generation_ = s.generation;
    ++(s.has(flag::foreign) ? foreign_ : open_);
    mark_changed(channel.index_);
}

void loop_core::end_opening(std::uint32_t index) noexcept {
    slot& s = slots_[index];
    // Before the descriptor is closed: another process may keep it alive, and then it could not be
    // removed.
    if (s.has(flag::in_set))
        unwatch(s.fd);
    owners_.release(s.fd);
    if (s.has(flag::foreign))
        --foreign_;
    else if (!is_hidden(index))
        --open_;
    if (s.has(flag::extended)) {
        files_.end(index);
        extras_[index].reset();
    }
    deadlines_.forget(index);
    slot_table::bump_generation(s);
    s.flags &= flag::lists_and_owner;
    s.fd = -1;
    ended_since_wait_ = true;
}

void loop_core::hide(const dispatcher& channel) {
    extra(channel.index_).hidden = true;
    --open_;
}

void loop_core::close_descriptor(int fd) noexcept {
    if (fd < 0)
        return;        // was on its way to a host by name
    system::close(fd); // never repeated: after EINTR the descriptor is gone as well
    rests_.descriptor_freed();
}

/// Gives the descriptor that is to be closed; -1 when it is somebody else's, or none.
int loop_core::end_of_own(std::uint32_t index) noexcept {
    const bool foreign = slots_[index].has(flag::foreign);
    const int fd = surrender(index);
    return foreign ? -1 : fd;
}

int loop_core::surrender(std::uint32_t index) noexcept {
    const int fd = slots_[index].fd;
    end_opening(index);
    slots_[index].deadline = no_deadline;
    return fd;
}

void loop_core::close(std::uint32_t index, std::error_code reason) noexcept {
    slot& s = slots_[index];
    if (!s.is_open())
        return;
    close_descriptor(end_of_own(index));
    owe_close(index, reason);
}

void loop_core::owe_close(std::uint32_t index, std::error_code reason) noexcept {
    slot& s = slots_[index];
    s.set(flag::close_owed);
    s.close_category = &reason.category();
    s.close_value = reason.value();
    ++closes_owed_;
    notices_.push(index);
}

shut loop_core::shut_output(std::uint32_t index) noexcept {
    const slot& s = slots_[index];
    if (s.has(flag::write_ended))
        return shut::done;
    if (auto* layer = find_layer(index))
        if (const auto told = layer->end_output(*this, index); told != shut::done)
            return told;
    if (s.has(flag::input_ended) && s.has(flag::ending))
        return shut::done; // the close says so too
    return system::shutdown(s.fd, SHUT_WR).ok() ? shut::done : shut::failed;
}

void loop_core::output_ended(std::uint32_t index) noexcept {
    slot& s = slots_[index];
    s.set(flag::write_ended);
    mark_changed(index);
    if (s.has(flag::input_ended) && !s.has(flag::eof_pending))
        close(index, {}); // nothing can come of it any more
}

dispatcher* loop_core::find(channel_ref ref) noexcept {
    if (ref.loop_id_ != id_ || !slots_.is_live(ref.index_, ref.generation_))
        return nullptr;
    return slots_[ref.index_].channel;
}

void loop_core::for_each(unique_function<void(dispatcher&)>& function) {
    if (!function)
        return;
    for (std::uint32_t index = 0; index < slots_.capacity(); ++index)
        if (slots_[index].channel != nullptr && slots_[index].is_open() && !is_hidden(index) &&
            !slots_[index].has(flag::foreign))
            function(*slots_[index].channel);
}

void loop_core::deliver_notices() {
    if (notices_.empty())
        return;
    begin_step(step::closes);
    for (auto left = notices_.size(); left > 0; --left) {
        const auto index = notices_.take();
        if (index == no_slot)
            continue;
        slot& s = slots_[index];
        if (s.has(flag::close_owed)) {
            deliver_close(index);
        } else if (s.has(flag::water)) {
            s.clear(flag::water);
            guarded(index, [](dispatcher& channel) { channel.water_step(); });
        }
    }
    measure(step::closes);
}

void loop_core::deliver_close(std::uint32_t index) {
    slot& s = slots_[index];
    const std::error_code reason{s.close_value, *s.close_category};
    s.clear(flag::close_owed);
    s.deadline = no_deadline;
    s.deadline_place = no_slot;
    --closes_owed_;
    ++counters_.closes;
    dispatcher& channel = *s.channel;
    channel.drop_buffers();
    doom_if_owned(index);
    guarded(channel.class_name(), [&] { channel.handle_close(reason); });
}

/// The loop destroys it at the end of the iteration, if it owns it.
void loop_core::doom_if_owned(std::uint32_t index) noexcept {
    if (index >= adopted_.size() || !adopted_[index] || slots_[index].has(flag::doomed))
        return;
    slots_[index].set(flag::doomed);
    doomed_.push_back(index);
}

void loop_core::destroy_closed() {
    if (doomed_.empty())
        return;
    begin_step(step::destroy);
    auto count = std::min<std::size_t>(doomed_.size(), options_.destroy_budget);
    for (; count > 0; --count) {
        const auto index = doomed_.back();
        doomed_.pop_back();
        slots_[index].clear(flag::doomed);
        if (slots_[index].is_open() || slots_[index].has(flag::close_owed))
            continue; // opened again by its handle_close: it lives on
        const auto victim = std::move(adopted_[index]);
        ++counters_.destroyed;
    }
    measure(step::destroy);
}

} // namespace reactor::detail
