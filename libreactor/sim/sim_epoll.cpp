#include "sim_epoll.hpp"

#include <algorithm>
#include <cerrno>

namespace reactor::sim::detail {

result sim_epoll::control(int operation, int fd, const std::shared_ptr<description>& target,
                          const epoll_event* event) {
    if (!target->watchable())
        return failed(EPERM);
    if (target.get() == this)
        return failed(EINVAL);
    const watch_key key{fd, target.get()};
    const auto found = ages_.find(key);
    if (operation == EPOLL_CTL_ADD && found != ages_.end())
        return failed(EEXIST);
    if (operation != EPOLL_CTL_ADD && found == ages_.end())
        return failed(ENOENT);
    if (operation == EPOLL_CTL_DEL) {
        watches_.erase(found->second);
        ages_.erase(found);
        return done();
    }
    if (event == nullptr)
        return failed(EFAULT);
    // Edge-triggered reports are not simulated: refused, so that nobody believes they were.
    if ((operation != EPOLL_CTL_ADD && operation != EPOLL_CTL_MOD) ||
        (event->events & EPOLLET) != 0)
        return failed(EINVAL);
    epoll_event wanted = *event;
    wanted.events |= EPOLLERR | EPOLLHUP;
    if (operation == EPOLL_CTL_MOD) {
        watches_.at(found->second).event = wanted;
        return done();
    }
    ages_.emplace(key, next_age_);
    watches_.emplace(next_age_++, watch{fd, target, wanted});
    return done();
}

std::size_t sim_epoll::collect(std::span<epoll_event> events, injected_events& injected,
                               std::mt19937_64* random) {
    auto findings = find_ready(injected);
    put_in_order(findings, events.size(), random);
    const std::size_t count = std::min(findings.size(), events.size());
    for (std::size_t i = 0; i < count; ++i) {
        watch& watched = watches_.at(findings[i].age);
        events[i] = watched.event;
        events[i].events = findings[i].events;
        if ((watched.event.events & EPOLLONESHOT) != 0)
            watched.event.events = EPOLLONESHOT;
        std::erase_if(injected, [&](const auto& entry) { return entry.first == watched.fd; });
    }
    return count;
}

/// Forgets what is closed on the way.
std::vector<sim_epoll::finding> sim_epoll::find_ready(const injected_events& injected) {
    std::vector<finding> findings;
    for (auto entry = watches_.begin(); entry != watches_.end();) {
        const auto& [age, watched] = *entry;
        if (!watched.target->is_open()) {
            ages_.erase({watched.fd, watched.target.get()});
            entry = watches_.erase(entry);
            continue;
        }
        std::uint32_t events = ready_of(watched);
        for (const auto& [fd, bits] : injected)
            events |= fd == watched.fd ? bits : 0U;
        if (events != 0)
            findings.push_back({age, events});
        ++entry;
    }
    return findings;
}

void sim_epoll::put_in_order(std::vector<finding>& findings, std::size_t room,
                             std::mt19937_64* random) {
    if (random != nullptr) {
        for (std::size_t i = findings.size(); i > 1; --i)
            std::swap(findings[i - 1], findings[(*random)() % i]);
        return;
    }
    const auto first = std::find_if(findings.begin(), findings.end(),
                                    [&](const finding& f) { return f.age >= start_at_; });
    if (findings.size() > room)
        std::rotate(findings.begin(), first, findings.end());
    start_at_ = findings.size() > room ? findings[room].age : 0;
}

void sim_epoll::forget(int fd) {
    std::erase_if(watches_, [&](const auto& entry) { return entry.second.fd == fd; });
    std::erase_if(ages_, [&](const auto& entry) { return entry.first.first == fd; });
}

std::uint32_t sim_epoll::ready_of(const watch& watched) {
    return watched.target->is_open() ? watched.target->ready() & watched.event.events : 0U;
}

std::uint32_t sim_epoll::ready() const {
    const bool any = std::any_of(watches_.begin(), watches_.end(),
                                 [](const auto& entry) { return ready_of(entry.second) != 0; });
    return any ? EPOLLIN : 0U;
}

std::string sim_epoll::describe() const {
    std::string text = "epoll set, watches";
    for (const auto& [age, watched] : watches_) {
        text += ' ' + std::to_string(watched.fd) + " for";
        for (const auto& [bit, name] :
             {std::pair{EPOLLIN, " IN"}, {EPOLLOUT, " OUT"}, {EPOLLPRI, " PRI"}})
            if ((watched.event.events & bit) != 0)
                text += name;
        text += watched.target->is_open() ? ";" : " (closed);";
    }
    return text;
}

} // namespace reactor::sim::detail
