#include "sim_kqueue.hpp"

#include <algorithm>
#include <cerrno>

namespace reactor::sim::detail {

namespace kqueue_flag = system::kqueue_flag;

result sim_kqueue::change(int set, const event& asked, const std::shared_ptr<description>& target,
                          wake_table& wakes) {
    if (asked.filter == filter::user)
        return change_user(set, asked, wakes);
    if (target == nullptr)
        return failed(EBADF);
    const note_key key{asked.fd, asked.filter};
    const auto found = ages_.find(key);
    if ((asked.flags & kqueue_flag::remove) != 0) {
        if (found == ages_.end())
            return failed(ENOENT);
        notes_.erase(found->second);
        ages_.erase(found);
        return done();
    }
    // Edge-triggered reports are not simulated: refused, so that nobody believes they were.
    if ((asked.flags & kqueue_flag::add) == 0 || (asked.flags & kqueue_flag::clear) != 0 ||
        !target->watchable())
        return failed(EINVAL);
    if (found != ages_.end()) {
        notes_.at(found->second).mark = asked.mark;
        return done();
    }
    ages_.emplace(key, next_age_);
    notes_.emplace(next_age_++, note{asked.fd, asked.filter, asked.mark, target});
    return done();
}

result sim_kqueue::change_user(int set, const event& asked, wake_table& wakes) {
    if ((asked.flags & kqueue_flag::remove) != 0)
        return failed(user_ == nullptr ? ENOENT : EINVAL); // not simulated: nobody needs it
    user_mark_ = asked.mark;
    if (user_ != nullptr)
        return done();
    user_ = wakes.take();
    if (user_ == nullptr)
        return failed(ENOMEM);
    user_->fd.store(set, std::memory_order_release);
    return done();
}

std::size_t sim_kqueue::collect(std::span<event> events, sim_epoll::injected_events& injected,
                                std::mt19937_64* random) {
    std::vector<std::pair<std::uint64_t, event>> found;
    for (const auto& [age, watched] : notes_) {
        auto given = event_of(watched);
        for (const auto& [fd, bits] : injected)
            if (fd == watched.fd)
                inject(watched, bits, given);
        if (given)
            found.emplace_back(age, *given);
    }
    if (random != nullptr)
        for (std::size_t i = found.size(); i > 1; --i)
            std::swap(found[i - 1], found[(*random)() % i]);
    std::size_t count = 0;
    if (user_ != nullptr && !events.empty() && user_->signals.exchange(0) > 0) {
        user_->full.store(false, std::memory_order_release);
        events[count++] = {.filter = filter::user, .mark = user_mark_};
    }
    for (auto entry = found.begin(); entry != found.end() && count < events.size(); ++entry) {
        events[count++] = entry->second;
        // To the end of the queue, so that none starves.
        auto node = notes_.extract(entry->first);
        node.key() = ages_[{entry->second.fd, entry->second.filter}] = next_age_++;
        notes_.insert(std::move(node));
    }
    for (const event& given : events.first(count))
        std::erase_if(injected, [&](const auto& entry) {
            return given.filter != filter::user && entry.first == given.fd;
        });
    return count;
}

std::optional<sim_kqueue::event> sim_kqueue::event_of(const note& watched) {
    const auto state = watched.what == filter::read    ? watched.target->reading()
                       : watched.what == filter::write ? watched.target->writing()
                                                       : watched.target->urgent();
    if (!state.ready)
        return std::nullopt;
    return event{.fd = watched.fd,
                 .filter = watched.what,
                 .flags = state.ended ? std::uint8_t{kqueue_flag::end} : std::uint8_t{0},
                 .end_error = state.ended ? state.error : 0,
                 .mark = watched.mark,
                 .value = state.amount};
}

/// What poll's bits would be here: an error or hang-up is an end in both directions.
void sim_kqueue::inject(const note& watched, std::uint32_t bits, std::optional<event>& given) {
    const std::uint32_t own = watched.what == filter::read    ? EPOLLIN
                              : watched.what == filter::write ? EPOLLOUT
                                                              : EPOLLPRI;
    const bool ends = (bits & (EPOLLERR | EPOLLHUP)) != 0 && watched.what != filter::urgent;
    if ((bits & own) == 0 && !ends)
        return;
    if (!given)
        given = event{.fd = watched.fd, .filter = watched.what, .mark = watched.mark};
    if (ends)
        given->flags |= kqueue_flag::end;
}

void sim_kqueue::forget(int fd) {
    std::erase_if(notes_, [&](const auto& entry) { return entry.second.fd == fd; });
    std::erase_if(ages_, [&](const auto& entry) { return entry.first.first == fd; });
}

void sim_kqueue::on_last_close() {
    if (user_ != nullptr)
        user_->fd.store(-1, std::memory_order_release);
}

std::uint32_t sim_kqueue::ready() const {
    const bool any = std::any_of(notes_.begin(), notes_.end(),
                                 [](const auto& entry) { return event_of(entry.second); });
    return any || (user_ != nullptr && user_->signals.load() > 0) ? EPOLLIN : 0U;
}

std::string sim_kqueue::describe() const {
    static constexpr const char* names[] = {" READ;", " WRITE;", " EXCEPT;"};
    std::string text = "kqueue, watches";
    for (const auto& [age, watched] : notes_)
        text += ' ' + std::to_string(watched.fd) + names[static_cast<std::size_t>(watched.what)];
    return text;
}

} // namespace reactor::sim::detail
