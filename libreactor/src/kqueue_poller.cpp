#include "kqueue_poller.hpp"

#include "wakeup.hpp"

#include <array>
#include <cerrno>

namespace reactor::detail {

namespace {

using system::kqueue_event;
using system::kqueue_filter;
namespace kqueue_flag = system::kqueue_flag;

constexpr std::array watched_filters{kqueue_filter::read, kqueue_filter::write,
                                     kqueue_filter::urgent};

constexpr std::uint8_t bit_of(kqueue_filter filter) noexcept {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(filter));
}

constexpr std::uint32_t what_of(kqueue_filter filter) noexcept {
    return ready::when(filter == kqueue_filter::read, ready::read) |
           ready::when(filter == kqueue_filter::write, ready::write) |
           ready::when(filter == kqueue_filter::urgent, ready::urgent);
}

std::error_code system_error(int value) noexcept { return {value, std::system_category()}; }

/// The descriptor is one end of a pipe whose other end is gone: no refusal, but the news.
bool means_hang_up(int error) noexcept { return error == EPIPE || error == EPERM; }

/// The filter is not there, as was wanted: the descriptor was closed, and its filters with it.
bool means_removed(int error) noexcept { return error == ENOENT || error == EBADF; }

} // namespace

kqueue_poller::kqueue_poller()
    : events_(system::kqueue_batch), urgent_known_(system::kqueue_knows(kqueue_filter::urgent)) {
    if (const auto ec = rebuild())
        throw std::system_error(ec, "kqueue");
}

std::error_code kqueue_poller::rebuild() {
    set_.reset(); // first: there may be no descriptor left for a second one
    watches_.clear();
    changed_.clear();
    const auto made = system::kqueue_create();
    if (!made.ok())
        return system_error(made.error);
    set_.reset(static_cast<int>(made.value));
    return {};
}

/// A kqueue is not handed down to a forked child: the number may be another's by now.
void kqueue_poller::let_go() noexcept {
    (void)set_.release();
    watches_.clear();
    changed_.clear();
}

kqueue_poller::watch* kqueue_poller::find(int fd) noexcept {
    const auto number = static_cast<std::size_t>(fd);
    return number < watches_.size() && watches_[number].mark != 0 ? &watches_[number] : nullptr;
}

kqueue_poller::filter_bits kqueue_poller::filters_for(interest wanted) const noexcept {
    unsigned bits = 0;
    if (wanted.read)
        bits |= bit_of(kqueue_filter::read);
    if (wanted.read && wanted.urgent && urgent_known_)
        bits |= bit_of(kqueue_filter::urgent);
    if (wanted.write)
        bits |= bit_of(kqueue_filter::write);
    return static_cast<filter_bits>(bits);
}

std::error_code kqueue_poller::add(int fd, interest wanted, std::uint64_t tag) {
    if (find(fd) != nullptr)
        remove(fd);
    const auto number = static_cast<std::size_t>(fd);
    if (number >= watches_.size())
        watches_.resize(number + 1);
    watch& watched = watches_[number];
    watched.tag = tag;
    watched.mark = ++last_mark_ != 0 ? last_mark_ : ++last_mark_;
    watched.wanted = filters_for(wanted);
    note_change(fd);
    return {};
}

std::error_code kqueue_poller::modify(int fd, interest wanted, std::uint64_t tag) {
    watch* watched = find(fd);
    if (watched == nullptr || watched->tag != tag)
        return add(fd, wanted, tag);
    watched->wanted = filters_for(wanted);
    note_change(fd);
    return {};
}

void kqueue_poller::note_change(int fd) {
    watch& watched = watches_[static_cast<std::size_t>(fd)];
    if (watched.listed)
        return;
    changed_.push_back(fd);
    watched.listed = true;
}

void kqueue_poller::remove(int fd) noexcept {
    watch* watched = find(fd);
    if (watched == nullptr)
        return;
    std::array<kqueue_event, watched_filters.size()> changes;
    std::size_t count = 0;
    // With receipts one error does not keep the rest from being done, and no event is lost.
    for (const auto filter : watched_filters)
        if ((watched->armed & bit_of(filter)) != 0)
            changes[count++] = {.fd = fd,
                                .filter = filter,
                                .flags = kqueue_flag::remove | kqueue_flag::receipt,
                                .mark = watched->mark};
    if (count > 0) {
        auto receipts = changes;
        while (system::kevent(set_.get(), std::span(changes).first(count),
                              std::span(receipts).first(count), std::chrono::nanoseconds{0})
                   .error == EINTR) {}
    }
    *watched = {.listed = watched->listed};
}

std::error_code kqueue_poller::add_wakeup(wakeup& waker, std::uint64_t tag) {
    wake_tag_ = tag;
    if (!system::kqueue_knows(kqueue_filter::user))
        return poller::add_wakeup(waker, tag);
    const kqueue_event change{.filter = kqueue_filter::user,
                              .flags = kqueue_flag::add | kqueue_flag::clear};
    const auto added =
        system::kevent(set_.get(), std::span(&change, 1), {}, std::chrono::nanoseconds{0});
    if (!added.ok())
        return system_error(added.error);
    if (waker.use_kqueue(set_.get()))
        waker.signal(); // what was meant for the former one is not lost
    return {};
}

// --- changes ---

/// Says what the changed descriptors want beyond what they have, as many as one call may carry.
void kqueue_poller::collect_changes() {
    changes_.clear();
    auto next = changed_.begin();
    for (;
         next != changed_.end() && changes_.size() + watched_filters.size() <= system::kqueue_batch;
         ++next) {
        const int fd = *next;
        watch& watched = watches_[static_cast<std::size_t>(fd)];
        watched.listed = false;
        for (const auto filter : watched_filters) {
            if (((watched.wanted ^ watched.armed) & bit_of(filter)) == 0)
                continue;
            const bool adds = (watched.wanted & bit_of(filter)) != 0;
            changes_.push_back({.fd = fd,
                                .filter = filter,
                                .flags = adds ? kqueue_flag::add : kqueue_flag::remove,
                                .mark = watched.mark});
        }
        watched.armed = watched.wanted;
    }
    changed_.erase(changed_.begin(), next);
}

/// After a call that failed nobody knows which were made; each can be made twice.
void kqueue_poller::take_back(std::span<const event> changes) {
    for (const event& change : changes) {
        watches_[static_cast<std::size_t>(change.fd)].armed ^= bit_of(change.filter);
        note_change(change.fd);
    }
}

// --- waiting ---

std::error_code kqueue_poller::wait(system::wait_limit limit, std::vector<readiness>& out) {
    out.clear();
    constexpr std::chrono::nanoseconds none{0};
    int error = 0;
    bool refused = false;
    // One call nearly always; the last one waits.
    do {
        collect_changes();
        error = submit(changed_.empty() && out.empty() ? limit : none, out, refused);
    } while (error == 0 && !refused && !changed_.empty());
    // A call that gives refusals has not looked for events.
    if (error == 0 && refused) {
        changes_.clear();
        error = submit(out.empty() ? limit : none, out, refused);
    }
    return error == 0 || error == EINTR ? std::error_code{} : system_error(error);
}

/// One call: makes the collected changes and takes what is ready.  Gives its errno.
int kqueue_poller::submit(system::wait_limit limit, std::vector<readiness>& out, bool& refused) {
    const auto waited = system::kevent(set_.get(), changes_, events_, limit);
    if (!waited.ok()) {
        take_back(changes_);
        return waited.error;
    }
    const auto count = static_cast<std::size_t>(waited.value);
    for (const event& given : std::span(events_).first(count)) {
        refused = refused || (given.flags & kqueue_flag::error) != 0;
        take(given, out);
    }
    return 0;
}

void kqueue_poller::take(const event& given, std::vector<readiness>& out) {
    if (given.filter == kqueue_filter::user) {
        out.push_back({.tag = wake_tag_, .what = ready::read});
        return;
    }
    watch* watched = find(given.fd);
    if (watched == nullptr || watched->mark != given.mark)
        return; // of a former holder of the number
    if ((given.flags & kqueue_flag::error) != 0) {
        take_refusal(*watched, given, out);
        return;
    }
    readiness& report = report_of(*watched, out);
    const bool ended = (given.flags & kqueue_flag::end) != 0;
    // The end of input is no hang-up: what arrived before it is there to be read, and then a
    // receive gives 0.
    report.what |= what_of(given.filter);
    if (given.end_error != 0)
        report.socket_error = given.end_error;
    if (ended && (given.filter == kqueue_filter::write || given.end_error != 0))
        report.what |= ready::hang_up;
}

void kqueue_poller::take_refusal(watch& watched, const event& given, std::vector<readiness>& out) {
    const auto error = static_cast<int>(given.value);
    const auto bit = bit_of(given.filter);
    const bool was_added = (watched.wanted & bit) != 0;
    if (error == 0 || (!was_added && means_removed(error)))
        return;
    if (was_added && given.filter == kqueue_filter::urgent)
        return; // what is no socket has no urgent data
    watched.armed ^= bit;
    if (was_added && !means_hang_up(error)) {
        readiness& report = report_of(watched, out);
        report.what |= ready::refused;
        report.error = error;
        return;
    }
    note_change(given.fd); // tried again: level-triggered, as all is
    if (!was_added)
        return;
    report_of(watched, out).what |= what_of(given.filter) | ready::hang_up;
}

readiness& kqueue_poller::report_of(watch& watched, std::vector<readiness>& out) {
    if (watched.report < out.size() && out[watched.report].tag == watched.tag)
        return out[watched.report];
    watched.report = static_cast<std::uint32_t>(out.size());
    return out.emplace_back(readiness{.tag = watched.tag});
}

std::unique_ptr<poller> make_kqueue_poller() { return std::make_unique<kqueue_poller>(); }

} // namespace reactor::detail
