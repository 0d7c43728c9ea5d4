// Channels over simulated files, pipes and terminals.
#pragma once

#include "support/sim_stage.hpp"

#include <reactor/file_dispatcher.hpp>
#include <reactor/sim/file.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <string_view>
#include <system_error>

namespace sim_test {

using reactor::unique_fd;
using reactor::sim::file_kind;

/// A file_dispatcher of hooks.
class file : public reactor::file_dispatcher {
public:
    file(reactor::loop& owner, int fd) : file_dispatcher(owner, unique_fd{fd}) {}
    void log_info(std::string_view, std::string_view) override {}
    void want_read(bool on) {
        want_read_ = on;
        interest_changed();
    }
    void want_write(bool on) {
        want_write_ = on;
        interest_changed();
    }

    std::shared_ptr<record> seen = std::make_shared<record>();
    std::size_t at_once = 1024;
    bool stays = false; // after the end of input
    std::function<void(file&)> on_read;

protected:
    [[nodiscard]] bool readable() const noexcept override { return want_read_; }
    [[nodiscard]] bool writable() const noexcept override { return want_write_; }
    void handle_read() override {
        ++seen->reads;
        const auto buffer = receive_buffer().first(at_once);
        if (const auto got = recv(buffer); !got.ec)
            seen->input.append(buffer.data(), got.n);
        call_hook(on_read, *this);
    }
    void handle_write() override { ++seen->writes; }
    void handle_eof() override {
        ++seen->eofs;
        if (!stays)
            file_dispatcher::handle_eof();
    }
    void handle_close(std::error_code ec) override {
        ++seen->closes;
        seen->reason = ec;
    }

private:
    bool want_read_ = true;
    bool want_write_ = false;
};

/// An async_chat of lines over a file.
inline std::unique_ptr<chat> lines_over(reactor::loop& owner, int fd) {
    auto made = std::make_unique<chat>(owner);
    made->set_file(unique_fd{fd});
    return made;
}

} // namespace sim_test
