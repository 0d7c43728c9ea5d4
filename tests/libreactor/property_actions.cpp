// What random programs do with channels and broadcasts.
#include "property_program.hpp"
#include "property_subjects.hpp"

#include <algorithm>
#include <utility>

namespace property {

using reactor::unique_fd;

// ---- whom

subject* program::any() { return subjects_.empty() ? nullptr : dice_.pick(subjects_); }

subject* program::any_open() {
    for (int tries = 0; tries < 4; ++tries)
        if (subject* s = any(); s != nullptr && s->book && s->open())
            return s;
    return nullptr;
}

chat_subject* program::any_chat() {
    for (int tries = 0; tries < 6; ++tries)
        if (auto* s = dynamic_cast<chat_subject*>(any()); s != nullptr && s->book && s->open()) {
            s->notice_release();
            return s;
        }
    return nullptr;
}

chat_subject* program::any_follower() {
    for (int tries = 0; tries < 6; ++tries)
        if (auto* s = any_chat(); s != nullptr)
            for (const auto& place : s->places)
                if (place.following())
                    return s;
    return nullptr;
}

std::shared_ptr<connection> program::any_link() {
    return links_.empty() ? nullptr : dice_.pick(links_);
}

stream* program::any_stream() {
    return streams_.empty() ? nullptr : &streams_[dice_.below(streams_.size())];
}

// ---- making

subject& program::make_chat(keeper k) {
    if (k == keeper::loop)
        return loop_->spawn<chat_subject>(*this, k);
    auto made = std::make_unique<chat_subject>(*loop_, *this, k);
    auto& s = *made;
    mine_.push_back(std::move(made));
    return s;
}

subject& program::make_raw(keeper k) {
    if (k == keeper::loop)
        return loop_->spawn<raw_subject>(*this, k);
    auto made = std::make_unique<raw_subject>(*loop_, *this, k);
    auto& s = *made;
    mine_.push_back(std::move(made));
    return s;
}

subject& program::make_one() {
    const auto k = dice_.chance(50) ? keeper::loop : keeper::program;
    subject& s = dice_.chance(75) ? make_chat(k) : make_raw(k);
    note("made", s.id, static_cast<int>(k));
    return s;
}

void program::give(subject& s, unique_fd fd, std::shared_ptr<connection> link) {
    std::error_code ec;
    s.channel().set_socket(std::move(fd), ec);
    if (!ec)
        opened(s, std::move(link));
    if (auto* chat = dynamic_cast<chat_subject*>(&s); chat != nullptr && dice_.chance(30))
        chat->set_output_limits(tight_);
}

void program::open_pair() {
    try {
        auto [fd, other] = world_.connect_pair(dice_.chance(80) ? AF_INET : AF_UNIX);
        auto link = std::make_shared<connection>();
        link->other = std::move(other);
        links_.push_back(link);
        give(make_one(), unique_fd{fd}, std::move(link));
    } catch (const std::system_error&) { // at the descriptor limit
    }
}

void program::accepted(unique_fd fd, const reactor::endpoint& peer) {
    for (auto& link : links_)
        if (link->other.local_address() == peer)
            return give(make_one(), std::move(fd), link);
}

void program::start_connecting(subject& s) {
    std::error_code ec;
    s.channel().create_socket(AF_INET, SOCK_STREAM, ec);
    if (ec)
        return;
    opened(s, nullptr);
    if (doors_.empty() || dice_.chance(20))
        doors_.push_back(world_.listen(reactor::endpoint::loopback_v4(0)));
    auto to = doors_[dice_.below(doors_.size())].address();
    if (dice_.chance(15)) { // nobody there, or no answer
        to.set_port(static_cast<std::uint16_t>(dice_.between(1, 9)));
        if (dice_.chance(50))
            world_.black_hole(to);
    }
    s.channel().connect(to, std::chrono::milliseconds(dice_.below(100)), ec);
    s.book->local = s.channel().local_address().to_string();
    note("connects", s.id, ec.value());
}

void program::open_connecting() { start_connecting(make_one()); }

void program::open_listener() {
    subject& s = make_raw(dice_.chance(50) ? keeper::loop : keeper::program);
    std::error_code ec;
    s.channel().create_socket(AF_INET, SOCK_STREAM, ec);
    if (ec)
        return;
    opened(s, nullptr);
    s.channel().bind(reactor::endpoint::loopback_v4(0), ec);
    if (!ec)
        s.channel().listen(static_cast<int>(dice_.between(1, 5)), ec);
}

void program::connect_peer() {
    std::vector<subject*> listeners;
    for (subject* s : subjects_)
        if (s->open() && s->channel().accepting())
            listeners.push_back(s);
    if (listeners.empty())
        return;
    for (auto count = dice_.between(1, 4); count > 0; --count) {
        auto link = std::make_shared<connection>();
        link->other = world_.connect(dice_.pick(listeners)->channel().local_address());
        links_.push_back(std::move(link));
    }
}

void program::reopen() {
    subject* s = any();
    if (s == nullptr || s->book)
        return;
    try {
        auto [fd, other] = world_.connect_pair();
        auto link = std::make_shared<connection>();
        link->other = std::move(other);
        links_.push_back(link);
        give(*s, unique_fd{fd}, std::move(link));
    } catch (const std::system_error&) { // at the descriptor limit
    }
}

// ---- ending

void program::close(subject& s, std::error_code reason) {
    note("close", s.id, reason.value());
    if (s.book && s.open())
        s.book->abrupt = true;
    s.channel().close(reason);
    if (s.open())
        found_wrong("a channel is open after close");
}

void program::close_when_done(subject& s) {
    note("close_when_done", s.id);
    auto* chat = dynamic_cast<chat_subject*>(&s);
    if (chat != nullptr)
        chat->notice_release();
    s.channel().close_when_done();
    if (!s.book || !s.open())
        return;
    s.book->when_done = true;
    for (std::size_t lane = 0; chat != nullptr && lane < lane_count; ++lane)
        left(*chat, lane);
}

void program::close_one() {
    if (subject* s = any())
        close(*s, dice_.chance(50) ? std::error_code{}
                                   : std::make_error_code(std::errc::operation_canceled));
}

void program::close_one_when_done() {
    if (subject* s = any())
        close_when_done(*s);
}

void program::detach_one() {
    subject* s = any_open();
    if (s == nullptr)
        return;
    note("detach", s->id);
    const auto book = s->book;
    auto link = book->link;
    const bool whole = link && book->connected && !book->lossy && !s->channel().closing();
    auto sent = book->out.total();
    if (auto* chat = dynamic_cast<chat_subject*>(s)) {
        chat->notice_release();
        sent -= chat->output_size();
    }
    const auto taken = book->got.size() + s->held().size();
    auto fd = s->channel().detach();
    book->released = true;
    s->book.reset();
    if (!whole || dice_.chance(20))
        return; // closes it
    book->out_to = link->out_next = book->out_from + sent;
    link->in_next = book->in_from + taken;
    // What a handler has not seen yet of the block that it is called for is lost.
    link->lossy_input = link->lossy_input || depth_ > 0;
    give(dice_.chance(30) ? *s : make_one(), std::move(fd), std::move(link));
}

void program::destroy(subject& s) {
    const auto place = std::find_if(mine_.begin(), mine_.end(),
                                    [&](const auto& c) { return c.get() == &s.channel(); });
    if (place == mine_.end())
        return close(s, {}); // somebody else's
    const auto victim = std::move(*place);
    mine_.erase(place);
}

void program::destroy_one() {
    if (subject* s = any())
        destroy(*s);
}

void program::destroy_itself() {
    const auto place = std::find_if(subjects_.begin(), subjects_.end(),
                                    [&](subject* s) { return s->id == current_; });
    if (place != subjects_.end())
        destroy(**place);
}

void program::visit_all() {
    loop_->for_each([this](reactor::dispatcher& channel) {
        auto* s = dynamic_cast<subject*>(&channel);
        const auto luck = dice_.below(20);
        if (luck == 0)
            close(*s, {});
        else if (luck == 1)
            destroy(*s);
        else if (luck == 2)
            open_pair();
    });
}

} // namespace property
