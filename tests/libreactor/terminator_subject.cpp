// The library's channel plays a program.
#include "terminator_program.hpp"

#include "support/sim_stage.hpp"

#include <stdexcept>

namespace terminators {

namespace {

/// What all styles do; `Style` overrides the callbacks that it means.
class subject : public reactor::async_chat {
public:
    subject(reactor::loop& owner, int fd, const program& p)
        : async_chat(owner, reactor::unique_fd{fd}), program_(p) {
        set_max_line(p.max_line);
        set_read_limit(p.read_limit);
        set(p.first);
    }

    void apply(const act& a, bool may_set) {
        if (!is_open())
            return;
        switch (a.what) {
        case act::kind::set_terminator:
            if (may_set)
                set(a.to);
            return;
        case act::kind::set_nothing:
            try {
                set_terminator("");
            } catch (const std::invalid_argument&) {
                happened.emplace_back("refused");
            }
            return;
        case act::kind::pause:
            pause_reading();
            return;
        case act::kind::resume:
            resume_reading();
            return;
        case act::kind::discard:
            discard_buffers();
            return;
        case act::kind::close:
            close();
            return;
        case act::kind::fail:
            if (may_set)
                throw std::runtime_error("as told");
            return;
        }
    }

    events happened;

protected:
    void callback(bool ends_message) {
        const auto acts = program_.in_callback.find(callbacks_++);
        if (acts == program_.in_callback.end())
            return;
        for (const auto& one : acts->second)
            apply(one, ends_message);
    }
    void handle_overflow() override {
        happened.emplace_back("overflow");
        callback(true);
    }
    void handle_eof() override {
        happened.emplace_back("eof");
        close();
    }
    void handle_close(std::error_code) override { happened.emplace_back("closed"); }
    void handle_error(std::exception_ptr) override { happened.emplace_back("error"); }

private:
    void set(const choice& c) {
        if (!c.bytes.empty())
            set_terminator(c.bytes);
        else if (c.length > 0)
            set_terminator(c.length);
        else
            clear_terminator();
    }

    const program& program_;
    std::size_t callbacks_ = 0;
};

class with_hooks : public subject {
public:
    using subject::subject;

protected:
    void collect_incoming_data(std::string_view data) override {
        happened.push_back("collect " + printable(std::string(data)));
        callback(false);
    }
    void found_terminator() override {
        happened.emplace_back("found");
        callback(true);
    }
};

class with_lines : public subject {
public:
    using subject::subject;

protected:
    void handle_line(std::string_view line) override {
        happened.push_back("line " + printable(std::string(line)));
        callback(true);
    }
};

} // namespace

events played_by_library(const program& p, std::vector<std::string>& held) {
    using namespace sim_test;
    reactor::loop_options options;
    options.message_budget = p.message_budget;
    options.receive_buffer_bytes = 256;
    stage s(options, p.seed);
    s.w.set_keep_segments(true);
    auto [fd, peer] = s.w.connect_pair();
    const std::unique_ptr<subject> channel =
        p.whole_lines ? std::unique_ptr<subject>(std::make_unique<with_lines>(s.loop, fd, p))
                      : std::make_unique<with_hooks>(s.loop, fd, p);
    for (const auto& step : p.steps) {
        if (step.between)
            channel->apply(*step.between, true);
        if (!step.piece.empty())
            peer.send(step.piece);
        s.pass(1ms); // until nothing is left to do
        held.push_back(channel->is_open() ? channel->held_input() : std::string{});
    }
    peer.half_close();
    s.pass(1ms);
    for (int times = 0; channel->reading_paused() && times < 1000; ++times) {
        channel->resume_reading();
        s.pass(1ms);
    }
    s.no_findings();
    return channel->happened;
}

} // namespace terminators
