// asynchat's rules once more, as plainly as they can be said: one buffer that pieces are appended
// to and messages taken from, nothing fast, nothing shared with the library.
//
// Where the library differs from asynchat on purpose it says DIFFERS:
//  1  what is kept back as a terminator's possible beginning is collected at the end of input
//     (asynchat loses it);
//  2  a terminator of nothing is refused and the former one stays (asynchat: none);
//  3  a message longer than the maximum line is one overflow and is discarded up to its terminator
//     (asynchat has no maximum);
//  4  after close nothing is called any more (asynchat goes on with what it has in its buffer);
//  5  a terminator set between two receives is looked for in what is kept back at once (asynchat
//     waits for the next receive);
//  6  what was received and is behind a callback that threw is parsed at once (asynchat waits for
//     the next receive);
//  7  reading can be paused, between two messages of one receive as well.
#include "terminator_program.hpp"

#include <algorithm>
#include <deque>
#include <utility>

namespace terminators {

namespace {

/// asynchat's find_prefix_at_end.
std::size_t beginning_at_end(const std::string& buffer, const std::string& terminator) {
    for (auto size = terminator.size() - 1; size > 0; --size)
        if (buffer.size() >= size &&
            buffer.compare(buffer.size() - size, size, terminator, 0, size) == 0)
            return size;
    return 0;
}

class model {
public:
    explicit model(const program& p) : program_(p), terminator_(p.first) {}

    void step(const program::step& s) {
        if (s.between)
            apply(*s.between, true);
        for (std::size_t at = 0; at < s.piece.size(); at += program_.read_limit)
            kernel_.push_back(s.piece.substr(at, program_.read_limit));
        go_on();
    }
    /// The peer ends its side, and whoever paused resumes.
    void end() {
        ended_ = true;
        go_on();
        while (open_ && paused_) {
            paused_ = false;
            go_on();
        }
    }

    [[nodiscard]] std::string held() const { return open_ ? message_ + buffer_ : std::string{}; }

    events happened;

private:
    /// Parses and receives until nothing is left or somebody pauses.
    void go_on() {
        parse();
        while (open_ && !paused_ && !kernel_.empty()) {
            buffer_ += kernel_.front();
            kernel_.pop_front();
            kept_back_ = false;
            parse();
        }
        if (!open_ || paused_ || !ended_ || std::exchange(told_end_, true))
            return;
        if (kept_back_)
            collect(take(buffer_.size())); // DIFFERS 1
        if (!open_)
            return;
        happened.emplace_back("eof");
        close();
    }

    void parse() {
        while (open_ && !paused_ && !buffer_.empty() && !kept_back_) {
            if (terminator_.length > 0)
                parse_length();
            else if (!terminator_.bytes.empty())
                parse_bytes();
            else
                collect(take(buffer_.size()));
        }
    }

    void parse_length() {
        if (buffer_.size() < terminator_.length) {
            terminator_.length -= buffer_.size();
            collect(take(buffer_.size()));
            return;
        }
        const auto rest = take(std::exchange(terminator_.length, 0));
        finish(rest, false);
    }

    void parse_bytes() {
        const auto& text = terminator_.bytes;
        if (const auto place = buffer_.find(text); place != std::string::npos) {
            const auto rest = take(place);
            buffer_.erase(0, text.size());
            finish(rest, true);
            return;
        }
        const auto beginning = beginning_at_end(buffer_, text);
        kept_back_ = beginning > 0;
        if (beginning < buffer_.size())
            collect(take(buffer_.size() - beginning));
    }

    /// A piece of a message.
    void collect(const std::string& piece) {
        if (discarding_)
            return;
        if (!terminator_.bytes.empty()) {
            if (message_size_ + piece.size() > program_.max_line) {
                overflow(true);
                return;
            }
            message_size_ += piece.size();
        }
        if (program_.whole_lines) {
            message_ += piece;
            return;
        }
        happened.push_back("collect " + printable(piece));
        callback(false);
    }

    /// The message is over.
    void finish(const std::string& rest, bool limited) {
        const auto size = std::exchange(message_size_, 0) + rest.size();
        if (std::exchange(discarding_, false))
            return;
        if (limited && size > program_.max_line) {
            overflow(false);
            return;
        }
        if (program_.whole_lines) {
            happened.push_back("line " + printable(std::exchange(message_, {}) + rest));
        } else {
            if (!rest.empty()) {
                happened.push_back("collect " + printable(rest));
                callback(false);
            }
            if (!open_)
                return;
            happened.emplace_back("found");
        }
        callback(true);
    }

    void overflow(bool discard_rest) { // DIFFERS 3
        discarding_ = discard_rest;
        message_size_ = 0;
        message_.clear();
        happened.emplace_back("overflow");
        callback(true);
    }

    void callback(bool ends_message) {
        const auto acts = program_.in_callback.find(callbacks_++);
        if (acts == program_.in_callback.end())
            return;
        for (const auto& one : acts->second)
            if (open_)
                apply(one, ends_message);
    }

    void apply(const act& a, bool may_set) {
        if (!open_)
            return;
        switch (a.what) {
        case act::kind::set_terminator:
            if (may_set)
                set_terminator(a.to);
            return;
        case act::kind::set_nothing:
            happened.emplace_back("refused"); // DIFFERS 2
            return;
        case act::kind::pause: // DIFFERS 7
            paused_ = true;
            return;
        case act::kind::resume:
            paused_ = false;
            return;
        case act::kind::discard:
            buffer_.clear();
            message_.clear();
            kept_back_ = false;
            return;
        case act::kind::close:
            close();
            return;
        case act::kind::fail:
            if (may_set)
                happened.emplace_back("error"); // DIFFERS 6
            return;
        }
    }

    void set_terminator(const choice& to) {
        terminator_ = to;
        if (to.bytes.empty())
            discarding_ = false; // the end that was waited for is not coming
        kept_back_ = false;      // DIFFERS 5
    }

    void close() { // DIFFERS 4
        open_ = false;
        buffer_.clear();
        happened.emplace_back("closed");
    }

    std::string take(std::size_t size) {
        auto front = buffer_.substr(0, size);
        buffer_.erase(0, size);
        return front;
    }

    const program& program_;
    choice terminator_;
    std::deque<std::string> kernel_; ///< sent, not received
    std::string buffer_;             ///< received, not handed over
    std::string message_;            ///< handed over in pieces, for whole lines
    std::size_t message_size_ = 0;   ///< bytes of the message that count for the maximum
    std::size_t callbacks_ = 0;
    bool kept_back_ = false; ///< the buffer is a terminator's beginning
    bool discarding_ = false;
    bool paused_ = false;
    bool ended_ = false;
    bool told_end_ = false;
    bool open_ = true;
};

} // namespace

events played_by_model(const program& p, std::vector<std::string>& held) {
    model m(p);
    for (const auto& step : p.steps) {
        m.step(step);
        held.push_back(m.held());
    }
    m.end();
    return m.happened;
}

} // namespace terminators
