#include "property_subjects.hpp"

#include <utility>

namespace property {

// ---- subject

subject::subject(program& p, keeper k) : id(p.next_number()), kept_by(k), program_(p) {
    p.enter(*this);
}

subject::~subject() { program_.forget(*this); }

void subject::tell_connected() {
    if (book && std::exchange(book->connected, true))
        program_.found_wrong("handle_connect came twice");
}

void subject::tell_eof() {
    if (!book)
        return;
    if (++book->eofs > 1)
        program_.found_wrong("handle_eof came twice");
    if (!book->link || !book->link->ended || book->link->cut || book->disturbed)
        return;
    if (const auto wrong = book->check_input(held(), true); !wrong.empty())
        program_.found_wrong("at the end: " + wrong);
}

void subject::expect_reading() {
    if (channel().reading_paused())
        program_.found_wrong("#" + std::to_string(id) + " gets input while it is paused");
}

/// True when the base's answer, to close, is wanted.
bool subject::answer_error() {
    const program::callback scope(program_, nullptr, "handle_error");
    const auto luck = program_.random().below(4);
    if (luck == 1)
        throw thrown_on_purpose("in handle_error");
    return luck == 0;
}

// ---- chat_subject

chat_subject::chat_subject(reactor::loop& owner, program& p, keeper k)
    : async_chat(owner),
      subject(p, k), places{reactor::subscription{*this}, reactor::subscription{*this}} {
    style_ = static_cast<style>(p.random().below(3));
    change_terminator();
    if (p.random().chance(30))
        set_read_limit(static_cast<std::uint32_t>(p.random().between(1, 300)));
}

chat_subject::~chat_subject() = default;

void chat_subject::change_terminator() {
    dice& d = program_.random();
    const auto kind = style_ == style::kept ? 0 : d.below(4);
    if (kind == 3) {
        end_.clear();
        clear_terminator();
    } else if (kind == 2) {
        end_.clear();
        set_terminator(d.between(1, 50));
    } else {
        static const std::vector<std::string> ends{"\n", "\r\n", "ab", "aab", "<the end of it>"};
        end_ = d.pick(ends);
        set_terminator(end_);
    }
}

void chat_subject::notice_release() {
    for (std::size_t lane = 0; book && lane < lane_count; ++lane)
        if (book->out.held(lane) && !places[lane].held())
            book->out.release(lane);
}

void chat_subject::handle_line(std::string_view line) {
    expect_reading();
    if (style_ == style::hooks) {
        owed_ = end_;
        async_chat::handle_line(line);
        return;
    }
    const program::callback scope(program_, this, "handle_line");
    if (book)
        book->got.append(line).append(end_);
    program_.react();
}

void chat_subject::collect_incoming_data(std::string_view data) {
    const program::callback scope(program_, this, "collect_incoming_data");
    if (style_ == style::kept) {
        async_chat::collect_incoming_data(data);
        return;
    }
    if (book)
        book->got.append(data);
    program_.react(style_ == style::lines);
}

void chat_subject::found_terminator() {
    const program::callback scope(program_, this, "found_terminator");
    if (book)
        book->got.append(owed_);
    program_.react();
}

void chat_subject::tell_water(bool high) {
    if (book && std::exchange(book->high, high) == high)
        program_.found_wrong("the same water mark twice");
    program_.react();
}

void chat_subject::handle_high_water() {
    const program::callback scope(program_, this, "handle_high_water");
    tell_water(true);
}

void chat_subject::handle_low_water() {
    const program::callback scope(program_, this, "handle_low_water");
    tell_water(false);
}

void chat_subject::handle_eof() {
    const program::callback scope(program_, this, "handle_eof");
    tell_eof();
    if (program_.random().chance(70))
        program_.close_when_done(*this);
    program_.react();
}

void chat_subject::handle_close(std::error_code ec) {
    const program::callback scope(program_, nullptr, "handle_close");
    program_.told(*this, ec);
    program_.react();
}

void chat_subject::handle_connect() {
    const program::callback scope(program_, this, "handle_connect");
    tell_connected();
    program_.react();
}

void chat_subject::handle_timeout() {
    const program::callback scope(program_, this, "handle_timeout");
    program_.react();
}

void chat_subject::handle_error(std::exception_ptr error) {
    if (answer_error())
        async_chat::handle_error(std::move(error));
}

// ---- raw_subject

raw_subject::raw_subject(reactor::loop& owner, program& p, keeper k)
    : dispatcher(owner), subject(p, k) {}

raw_subject::~raw_subject() = default;

void raw_subject::want(bool read, bool write) {
    read_ = read;
    write_ = write;
    interest_changed();
}

void raw_subject::send_text() {
    const auto text = program_.new_text();
    const auto sent = send(*text);
    if (sent.n > 0 && book)
        book->out.push(std::make_shared<const std::string>(text->substr(0, sent.n)));
}

void raw_subject::handle_read() {
    const program::callback scope(program_, this, "handle_read");
    expect_reading();
    const auto buffer = receive_buffer();
    const auto limit = program_.random().between(1, buffer.size());
    if (const auto taken = recv(buffer.first(limit)); !taken.ec && book)
        book->got.append(buffer.data(), taken.n);
    program_.react();
}

void raw_subject::handle_write() {
    const program::callback scope(program_, this, "handle_write");
    want(read_, false);
    send_text();
    program_.react();
}

void raw_subject::handle_expt() {
    const program::callback scope(program_, this, "handle_expt");
    char urgent = 0;
    (void)recv_oob({&urgent, 1});
    program_.react();
}

void raw_subject::handle_eof() {
    const program::callback scope(program_, this, "handle_eof");
    tell_eof();
    if (program_.random().chance(70))
        program_.close(*this, {});
    program_.react();
}

void raw_subject::handle_close(std::error_code ec) {
    const program::callback scope(program_, nullptr, "handle_close");
    program_.told(*this, ec);
    program_.react();
}

void raw_subject::handle_connect() {
    const program::callback scope(program_, this, "handle_connect");
    tell_connected();
    program_.react();
}

void raw_subject::handle_timeout() {
    const program::callback scope(program_, this, "handle_timeout");
    program_.react();
}

void raw_subject::handle_error(std::exception_ptr error) {
    if (answer_error())
        dispatcher::handle_error(std::move(error));
}

void raw_subject::handle_accepted(reactor::unique_fd fd, const reactor::endpoint& peer) {
    const program::callback scope(program_, this, "handle_accepted");
    expect_reading();
    if (program_.random().chance(80))
        program_.accepted(std::move(fd), peer);
    program_.react();
}

void raw_subject::handle_accept_error(std::error_code) {
    const program::callback scope(program_, this, "handle_accept_error");
    program_.react();
}

// ---- text_source

std::string text_source::more() {
    const program::callback scope(program_, nullptr, "more");
    // Kept here: the program may end the channel, and with it nothing but this call's result.
    const auto made = made_;
    if (pieces_ == 0) {
        made->finished = true;
        return {};
    }
    --pieces_;
    try {
        program_.react();
    } catch (...) {
        made->finished = true;
        throw;
    }
    const auto text = program_.new_text();
    made->text += *text;
    return *text;
}

} // namespace property
