// What random programs say: private output and broadcasts.
#include "property_program.hpp"
#include "property_subjects.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace property {

owed_output::text program::new_text() {
    const auto luck = dice_.below(100);
    const auto size = luck < 80   ? dice_.between(8, 60)
                      : luck < 98 ? dice_.between(60, 2000)
                                  : dice_.between(2000, 70'000);
    return std::make_shared<const std::string>(message(next_number(), size));
}

// ---- private output

void program::pushed(chat_subject& s, const owed_output::text& what, bool taken) {
    note(taken ? "push" : "push refused", s.id, static_cast<std::int64_t>(what->size()));
    if (taken && s.book)
        s.book->out.push(what);
    if (taken && (!s.open() || s.closing()))
        found_wrong("a channel that ends takes output");
}

void program::push_one() {
    auto* s = dynamic_cast<chat_subject*>(any());
    if (s == nullptr)
        return;
    s->notice_release();
    const auto text = new_text();
    pushed(*s, text, dice_.chance(80) ? s->push(*text) : s->push_exempt(*text));
}

void program::push_many() {
    if (auto* s = any_chat())
        for (auto count = dice_.between(1, 20); count > 0; --count) {
            const auto text = new_text();
            pushed(*s, text, s->push(*text));
        }
}

void program::push_alone_one() {
    if (auto* s = any_chat()) {
        const auto text = new_text();
        pushed(*s, text, s->push_alone(*text));
    }
}

void program::push_shared_to_some() {
    const auto text = new_text();
    const reactor::shared_text shared(*loop_, *text);
    for (auto count = dice_.between(1, 5); count > 0; --count)
        if (auto* s = any_chat())
            pushed(*s, text,
                   dice_.chance(50) ? s->push_shared(shared) : s->push_shared_exempt(shared));
}

void program::push_producer() {
    auto* s = any_chat();
    if (s == nullptr)
        return;
    auto made = std::make_shared<owed_output::made>();
    auto source = std::make_unique<text_source>(*this, dice_.below(6), made);
    const bool taken = s->push_with_producer(std::move(source));
    note("push_with_producer", s->id, taken ? 1 : 0);
    if (taken)
        s->book->out.push(std::move(made));
}

void program::limit_output() {
    if (auto* s = any_chat())
        s->set_output_limits(tight_);
}

void program::discard_one() {
    auto* s = any_chat();
    if (s == nullptr || !dice_.chance(20))
        return;
    note("discard_buffers", s->id);
    s->book->lossy = true;
    if (s->book->link)
        s->book->link->lossy_input = true;
    s->discard_buffers();
}

void program::send_raw() {
    if (auto* s = dynamic_cast<raw_subject*>(any_open());
        s != nullptr && s->channel().connected() && !s->channel().closing())
        s->send_text();
}

// ---- broadcasts

void program::add_stream() {
    if (streams_.size() < 4)
        streams_.push_back({next_number(), std::make_unique<reactor::broadcast>(
                                               *loop_, std::size_t{64} << dice_.below(8))});
}

void program::destroy_stream() {
    if (streams_.empty())
        return;
    const auto place = dice_.below(streams_.size());
    const auto victim = std::move(streams_[place]);
    streams_.erase(streams_.begin() + static_cast<std::ptrdiff_t>(place));
    note("stream destroyed", victim.id);
    for (subject* s : subjects_)
        if (auto* chat = dynamic_cast<chat_subject*>(s)) {
            chat->notice_release();
            for (std::size_t lane = 0; lane < lane_count; ++lane)
                if (chat->streams[lane] == victim.id)
                    left(*chat, lane);
        }
}

void program::publish_to(stream& to) {
    for (subject* s : subjects_)
        if (auto* chat = dynamic_cast<chat_subject*>(s))
            chat->notice_release();
    const auto text = new_text();
    note("publish", to.id, static_cast<std::int64_t>(text->size()));
    const auto cut = dice_.below(text->size());
    const std::string_view all = *text;
    if (dice_.chance(50))
        to.feed->publish(all);
    else
        to.feed->publish(std::array{all.substr(0, cut), all.substr(cut)});
    for (subject* s : subjects_) {
        auto* chat = dynamic_cast<chat_subject*>(s);
        if (chat == nullptr || !s->open())
            continue;
        for (std::size_t lane = 0; lane < lane_count; ++lane)
            if (chat->streams[lane] == to.id && chat->places[lane].following())
                chat->book->out.publish(lane, text);
    }
}

void program::publish() {
    if (stream* to = any_stream())
        for (auto count = dice_.between(1, 5); count > 0; --count)
            publish_to(*to);
}

/// What was held back is owed.
void program::left(chat_subject& s, std::size_t lane) {
    if (s.book && s.open())
        s.book->out.release(lane);
    s.streams[lane] = 0;
}

void program::join() {
    stream* to = any_stream();
    auto* s = any_chat();
    if (to == nullptr || s == nullptr)
        return;
    const auto lane = dice_.below(lane_count);
    if (s->streams[1 - lane] == to->id)
        return; // one text in both lanes could not be told apart
    note("join", s->id, to->id);
    left(*s, lane);
    const bool joined = s->places[lane].join(*to->feed);
    if (joined)
        s->streams[lane] = to->id;
    if (joined == s->closing())
        found_wrong("join gives a wrong answer");
}

void program::leave() {
    auto* s = any_follower();
    if (s == nullptr)
        return;
    const auto lane = dice_.below(lane_count);
    note("leave", s->id, static_cast<std::int64_t>(lane));
    s->places[lane].leave();
    left(*s, lane);
}

void program::hold() {
    auto* s = any_follower();
    const auto lane = dice_.below(lane_count);
    if (s == nullptr || !s->places[lane].following() || s->places[lane].held())
        return;
    note("hold", s->id, static_cast<std::int64_t>(lane));
    s->places[lane].hold();
    if (!s->book->out.hold(lane, s->places[lane].behind()))
        found_wrong("hold holds back the rest of a text that was sent in part");
}

void program::release() {
    auto* s = any_follower();
    if (s == nullptr)
        return;
    const auto lane = dice_.below(lane_count);
    note("release", s->id, static_cast<std::int64_t>(lane));
    s->places[lane].release();
    s->book->out.release(lane);
}

} // namespace property
