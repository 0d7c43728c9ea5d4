// How random programs come to rest and end, and what must hold then.
#include "property_program.hpp"
#include "property_subjects.hpp"

#include <algorithm>

namespace property {

using namespace std::chrono_literals;

/// No more actions and faults; peers read; everything that is under way arrives.
void program::settle() {
    note("== settle", 0);
    calm_ = true;
    world_.faults().clear();
    world_.set_descriptor_limit(1024 * 1024);
    world_.drop_kept_alive();
    timers_.clear();
    for (auto& link : links_)
        link->other.resume_reading();
    for (subject* s : subjects_) {
        s->channel().clear_deadline();
        if (auto* chat = dynamic_cast<chat_subject*>(s))
            for (std::size_t lane = 0; lane < lane_count; ++lane) {
                chat->notice_release();
                chat->places[lane].release();
                if (s->book)
                    s->book->out.release(lane);
            }
        if (dice_.chance(70))
            s->channel().resume_reading();
    }
    for (const auto end = world_.now() + 3s; world_.now() < end && wrongs_.empty();)
        iterate(end - world_.now());
    if (wrongs_.empty())
        check_settled();
    if (wrongs_.empty())
        expect_rest();
}

void program::check_settled() {
    for (subject* s : subjects_) {
        if (!s->open() || !s->book || !s->book->link || !s->book->connected || s->book->link->cut)
            continue;
        if (auto* chat = dynamic_cast<chat_subject*>(s))
            check_settled_chat(*chat);
        if (auto* raw = dynamic_cast<raw_subject*>(s))
            check_settled_raw(*raw);
    }
}

void program::check_settled_chat(chat_subject& s) {
    const auto name = "settled #" + std::to_string(s.id) + ": ";
    if (s.output_size() != 0)
        found_wrong(name + std::to_string(s.output_size()) + " bytes are stuck");
    if (const auto wrong = s.book->check_output(true); !wrong.empty())
        found_wrong(name + wrong);
    const bool all = !s.reading_paused() && !s.closing();
    if (const auto wrong = s.book->check_input(s.held(), all); !wrong.empty())
        found_wrong(name + wrong);
    if (s.book->high)
        found_wrong(name + "handle_low_water never came");
    if (all && s.book->link->ended && s.book->eofs == 0 && !s.book->link->lossy_input)
        found_wrong(name + "handle_eof never came");
}

void program::check_settled_raw(raw_subject& s) {
    const auto name = "settled #" + std::to_string(s.id) + ": ";
    if (const auto wrong = s.book->check_output(true); !wrong.empty())
        found_wrong(name + wrong);
    const bool all = !s.reading_paused() && !s.closing() && s.wants_read();
    if (const auto wrong = s.book->check_input({}, all); !wrong.empty())
        found_wrong(name + wrong);
    if (all && s.book->link->ended && s.book->eofs == 0)
        found_wrong(name + "handle_eof never came");
}

/// Nothing happens: the loop sleeps.
void program::expect_rest() {
    const auto before = waits();
    const auto called = callbacks_;
    for (const auto end = world_.now() + 500ms; world_.now() < end && wrongs_.empty();)
        iterate(end - world_.now());
    const auto allowed = 12 + 3 * (callbacks_ - called);
    if (waits() - before > allowed)
        found_wrong("the loop spins: " + std::to_string(waits() - before) + " waits in 500 ms");
}

void program::end() {
    note("== end", 0);
    const auto way = dice_.below(4);
    if (way < 2)
        end_gently();
    else if (way == 2)
        end_at_once();
    if (way < 3 && wrongs_.empty())
        run_out();
    if (wrongs_.empty())
        destroy_all();
    check_books();
    if (!world_.open_descriptors().empty())
        found_wrong(std::to_string(world_.open_descriptors().size()) + " descriptors leaked");
}

/// Channels send what they have, peers end after them.
void program::end_gently() {
    const auto all = subjects_;
    for (subject* s : all) {
        if (s->channel().accepting() || s->channel().connecting() || dice_.chance(5))
            close(*s, {});
        else
            close_when_done(*s);
    }
    for (auto& link : links_)
        link->other.half_close();
    for (const auto end = world_.now() + 5s; world_.now() < end && wrongs_.empty();)
        iterate(end - world_.now());
    if (loop_->size() != 0)
        found_wrong(std::to_string(loop_->size()) + " channels do not close");
}

void program::end_at_once() {
    const auto all = subjects_;
    for (subject* s : all)
        close(*s, std::make_error_code(std::errc::operation_canceled));
}

/// Without work the loop returns by itself.
void program::run_out() {
    loop_->run({}, 1000);
    after_iteration();
    if (loop_->has_work())
        found_wrong("work is left after a run to its end");
    for (subject* s : subjects_)
        if (s->book)
            found_wrong("#" + std::to_string(s->id) + " never got its handle_close");
    std::size_t memory = 0;
    for (const stream& one : streams_)
        memory += one.feed->memory();
    if (loop_->output_memory() != memory)
        found_wrong("output holds " + std::to_string(loop_->output_memory()) +
                    " bytes, the streams " + std::to_string(memory));
    if (world_.open_descriptors().size() > 3) // set, wake-up and reserve
        found_wrong("descriptors leaked before the loop ended");
}

/// The loop, the channels and the streams go in any order.
void program::destroy_all() {
    calm_ = true;
    timers_.clear();
    auto luck = dice_.below(3);
    if (luck == 0)
        streams_.clear();
    if (luck != 1)
        mine_.clear();
    if (luck == 2)
        streams_.clear();
    for (subject* s : subjects_)
        if (s->book)
            s->book->released = true;
    loop_.reset();
    for (subject* s : subjects_) {
        if (s->channel().attached() || s->open())
            found_wrong("a channel is open after its loop");
        if (auto* chat = dynamic_cast<chat_subject*>(s); chat != nullptr && chat->push("x"))
            found_wrong("a push succeeds after the loop");
    }
    mine_.clear();
    streams_.clear();
}

void program::check_books() {
    for (auto& link : links_)
        link->other.resume_reading();
    for (const auto& book : books_) {
        if (!book->told && !book->released)
            found_wrong("#" + std::to_string(book->id) + " ended without a word");
        if (const auto wrong = book->check_output(book->ended_well()); !wrong.empty())
            found_wrong("ended #" + std::to_string(book->id) + ": " + wrong);
    }
}

} // namespace property
