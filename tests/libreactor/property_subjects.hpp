// Channels that tell a random program of all that happens to them.
#pragma once

#include "property_program.hpp"

#include <array>

namespace property {

class subject {
public:
    subject(program& p, keeper k);
    virtual ~subject();
    subject(const subject&) = delete;
    subject& operator=(const subject&) = delete;

    [[nodiscard]] virtual reactor::dispatcher& channel() noexcept = 0;
    [[nodiscard]] bool open() noexcept { return channel().is_open(); }
    /// What the library holds of the input.
    [[nodiscard]] virtual std::string held() { return {}; }

    const int id;
    const keeper kept_by;
    std::shared_ptr<ledger> book; // null while not open

protected:
    program& program_;

    void tell_connected();
    void tell_eof();
    [[nodiscard]] bool answer_error();
    void expect_reading(); // a pause takes effect at once
};

class chat_subject final : public reactor::async_chat, public subject {
public:
    chat_subject(reactor::loop& owner, program& p, keeper k);
    ~chat_subject() override;

    [[nodiscard]] reactor::dispatcher& channel() noexcept override { return *this; }
    [[nodiscard]] std::string held() override { return held_input(); }
    [[nodiscard]] const char* class_name() const noexcept override { return "chat_subject"; }
    void log_info(std::string_view, std::string_view) override {}
    /// Another way to end messages.
    void change_terminator();
    /// Shares that the library released by itself are owed from then on.
    void notice_release();

    std::array<reactor::subscription, lane_count> places;
    std::array<int, lane_count> streams{}; // ids, for those that follow

protected:
    void handle_line(std::string_view line) override;
    void collect_incoming_data(std::string_view data) override;
    void found_terminator() override;
    void handle_high_water() override;
    void handle_low_water() override;
    void handle_eof() override;
    void handle_close(std::error_code ec) override;
    void handle_connect() override;
    void handle_timeout() override;
    void handle_error(std::exception_ptr error) override;

private:
    enum class style { lines, hooks, kept };

    void tell_water(bool high);

    style style_;
    std::string end_;  // what ends a message
    std::string owed_; // ... the one under way, for the hooks
};

class raw_subject final : public reactor::dispatcher, public subject {
public:
    raw_subject(reactor::loop& owner, program& p, keeper k);
    ~raw_subject() override;

    [[nodiscard]] reactor::dispatcher& channel() noexcept override { return *this; }
    [[nodiscard]] const char* class_name() const noexcept override { return "raw_subject"; }
    void log_info(std::string_view, std::string_view) override {}
    void want(bool read, bool write);
    [[nodiscard]] bool wants_read() const noexcept { return read_; }
    /// One send of a new text.
    void send_text();

protected:
    [[nodiscard]] bool readable() const noexcept override { return read_; }
    [[nodiscard]] bool writable() const noexcept override { return write_; }
    void handle_read() override;
    void handle_write() override;
    void handle_expt() override;
    void handle_eof() override;
    void handle_close(std::error_code ec) override;
    void handle_connect() override;
    void handle_timeout() override;
    void handle_error(std::exception_ptr error) override;
    void handle_accepted(reactor::unique_fd fd, const reactor::endpoint& peer) override;
    void handle_accept_error(std::error_code ec) override;

private:
    bool read_ = true;
    bool write_ = false;
};

/// Makes a few texts; may do anything meanwhile.
class text_source final : public reactor::producer {
public:
    text_source(program& p, std::size_t pieces, std::shared_ptr<owed_output::made> made)
        : program_(p), pieces_(pieces), made_(std::move(made)) {}
    std::string more() override;

private:
    program& program_;
    std::size_t pieces_;
    std::shared_ptr<owed_output::made> made_;
};

} // namespace property
