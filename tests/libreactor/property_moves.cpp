// What else happens in random programs: input, interest, time, peers and faults.
#include "property_program.hpp"
#include "property_subjects.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace property {

using namespace std::chrono_literals;
using reactor::sim::call;

const std::vector<program::choice>& program::choices() {
    using p = program;
    static const std::vector<choice> all{
        {6, &p::open_pair},
        {3, &p::open_connecting},
        {2, &p::open_listener},
        {5, &p::connect_peer},
        {4, &p::reopen},
        {4, &p::close_one},
        {4, &p::detach_one},
        {3, &p::close_one_when_done},
        {4, &p::destroy_one},
        {3, &p::destroy_itself},
        {1, &p::visit_all},
        {12, &p::push_one},
        {3, &p::push_many},
        {5, &p::push_alone_one},
        {4, &p::push_shared_to_some},
        {4, &p::push_producer},
        {1, &p::limit_output},
        {1, &p::discard_one},
        {4, &p::send_raw},
        {3, &p::add_stream},
        {1, &p::destroy_stream},
        {12, &p::publish},
        {8, &p::join},
        {3, &p::leave},
        {4, &p::hold},
        {3, &p::release},
        {4, &p::pause},
        {4, &p::resume},
        {3, &p::change_interest},
        {3, &p::change_terminator},
        {2, &p::set_deadline},
        {3, &p::start_timer},
        {2, &p::end_timer},
        {3, &p::post},
        {2, &p::post_to_one},
        {1, &p::stop_loop},
        {14, &p::peer_sends},
        {5, &p::peer_stalls},
        {4, &p::peer_resumes},
        {3, &p::peer_reads_some},
        {2, &p::peer_ends},
        {2, &p::peer_goes},
        {5, &p::harmless_fault},
        {1, &p::harmful_fault},
        {2, &p::limit_fault},
        {3, &p::disturb_waits},
    };
    return all;
}

// ---- input and interest

void program::pause() {
    if (subject* s = any()) {
        note("pause", s->id);
        s->channel().pause_reading();
    }
}

void program::resume() {
    if (subject* s = any()) {
        note("resume", s->id);
        s->channel().resume_reading();
    }
}

void program::change_terminator() {
    if (auto* s = any_chat()) {
        note("change_terminator", s->id);
        s->change_terminator();
    }
}

void program::change_interest() {
    if (auto* s = dynamic_cast<raw_subject*>(any()))
        s->want(dice_.chance(60), dice_.chance(40));
}

// ---- time

void program::set_deadline() {
    if (subject* s = any())
        s->channel().set_deadline(std::chrono::milliseconds(dice_.below(100)));
}

void program::start_timer() {
    const auto delay = std::chrono::milliseconds(dice_.below(60));
    const auto due = loop_->now() + delay;
    auto fire = [this, due] {
        const callback scope(*this, nullptr, "timer");
        if (loop_->now() < due)
            found_wrong("a timer came too early");
        react();
    };
    timers_.push_back(std::make_unique<reactor::timer>(*loop_, std::move(fire)));
    if (dice_.chance(20))
        timers_.back()->start_every(delay + 1ms);
    else
        timers_.back()->start(delay);
}

void program::end_timer() {
    if (timers_.empty())
        return;
    const auto place = dice_.below(timers_.size());
    const auto victim = std::move(timers_[place]);
    timers_.erase(timers_.begin() + static_cast<std::ptrdiff_t>(place));
}

void program::post() {
    loop_->post([this] {
        const callback scope(*this, nullptr, "post");
        react();
    });
}

void program::post_to_one() {
    subject* s = any_open();
    if (s == nullptr)
        return;
    loop_->post(s->channel().ref(), [this, book = s->book](reactor::dispatcher& channel) {
        const callback scope(*this, dynamic_cast<subject*>(&channel), "post to a channel");
        if (book->told || book->released)
            found_wrong("a post reached a channel that had ended");
        react();
    });
}

void program::stop_loop() {
    stopping_ = true;
    loop_->stop();
}

// ---- peers

void program::peer_sends() {
    const auto link = any_link();
    if (!link || link->ended || link->cut)
        return;
    static const std::vector<std::string> words{
        "a", "b", "\n", "\r\n", "aab", "<the end of it>", "<the end", "hello", "0123456789"};
    std::string text;
    for (auto count = dice_.between(1, 30); count > 0; --count)
        text += dice_.pick(words);
    if (dice_.chance(5))
        text.append(dice_.below(5000), 'x');
    note("peer sends", 0, static_cast<std::int64_t>(text.size()));
    if (link->other.send(text))
        link->given += text;
}

void program::peer_stalls() {
    if (const auto link = any_link())
        link->other.stop_reading();
}

void program::peer_resumes() {
    if (const auto link = any_link())
        link->other.resume_reading();
}

void program::peer_reads_some() {
    if (const auto link = any_link())
        link->other.read_some(dice_.between(1, 3000));
}

void program::peer_ends() {
    const auto link = any_link();
    if (!link || link->ended || !link->other.connected())
        return;
    note("peer ends", 0);
    link->ended = true;
    link->other.half_close();
}

void program::peer_goes() {
    const auto link = any_link();
    if (!link)
        return;
    note("peer goes", 0);
    link->cut = true;
    if (dice_.chance(50))
        link->other.close();
    else
        link->other.reset();
}

// ---- faults

reactor::sim::fault_when program::on(const subject& s) {
    return {.nth = dice_.between(1, 3),
            .fd = const_cast<subject&>(s).channel().fileno()}; // asks, changes nothing
}

void program::disturb(subject& s) {
    s.book->disturbed = true;
    disturbed_fds_.insert(s.channel().fileno());
}

void program::harmless_fault() {
    struct harm {
        call which;
        int error;
    };
    static const std::vector<harm> all{
        {call::send, EINTR},    {call::send, EAGAIN},      {call::send, ENOBUFS},
        {call::sendmsg, EINTR}, {call::sendmsg, EAGAIN},   {call::recv, EINTR},
        {call::recv, EAGAIN},   {call::accept, EINTR},     {call::accept, ECONNABORTED},
        {call::accept, EAGAIN}, {call::epoll_wait, EINTR}, {call::kevent, EINTR},
        {call::poll, EINTR},    {call::send, 0},           {call::sendmsg, 0},
        {call::recv, 0}};
    const auto& one = dice_.pick(all);
    const reactor::sim::fault_when when{.nth = dice_.between(1, 4), .times = dice_.between(1, 3)};
    note(name_of(one.which), 0, one.error);
    if (one.error == 0)
        world_.faults().shorten(one.which, dice_.between(1, 40), when);
    else
        world_.faults().fail(one.which, one.error, when);
}

void program::harmful_fault() {
    struct harm {
        call which;
        int error;
    };
    static const std::vector<harm> all{{call::send, EPIPE},           {call::send, ECONNRESET},
                                       {call::sendmsg, EPIPE},        {call::recv, ECONNRESET},
                                       {call::recv, ETIMEDOUT},       {call::epoll_ctl, ENOSPC},
                                       {call::kevent_change, ENOMEM}, {call::epoll_ctl, ENOMEM},
                                       {call::getsockopt, ENOBUFS},   {call::shutdown, ENOTCONN}};
    subject* s = any_open();
    if (s == nullptr)
        return;
    disturb(*s);
    const auto& one = dice_.pick(all);
    note("harm", s->id, one.error);
    if (dice_.chance(15))
        world_.keep_alive_elsewhere(s->channel().fileno());
    else
        world_.faults().fail(one.which, one.error, on(*s));
}

void program::limit_fault() {
    const auto luck = dice_.below(4);
    static const std::vector<int> errors{EMFILE, ENFILE, ENOBUFS, ENOMEM};
    const auto open = world_.open_descriptors();
    if (luck == 0 && !open.empty())
        world_.set_descriptor_limit(open.back() + static_cast<int>(dice_.between(1, 3)));
    else if (luck == 1)
        world_.set_descriptor_limit(1024 * 1024);
    else
        world_.faults().fail(luck == 2 ? call::accept : call::socket, dice_.pick(errors),
                             {.nth = dice_.between(1, 3), .times = dice_.between(1, 3)});
}

void program::disturb_waits() {
    static const std::vector<std::uint32_t> events{EPOLLIN,  EPOLLOUT, EPOLLIN | EPOLLOUT,
                                                   EPOLLPRI, EPOLLHUP, EPOLLERR | EPOLLHUP};
    const auto luck = dice_.below(4);
    if (luck == 0)
        world_.interrupt_wait();
    if (luck == 1)
        world_.advance(std::chrono::milliseconds(dice_.below(50)));
    subject* s = luck > 1 ? any_open() : nullptr;
    if (s == nullptr)
        return;
    const auto bits = dice_.pick(events);
    if ((bits & EPOLLHUP) != 0)
        disturb(*s);
    note("inject", s->id, bits);
    world_.inject_event(s->channel().fileno(), bits);
}

} // namespace property
