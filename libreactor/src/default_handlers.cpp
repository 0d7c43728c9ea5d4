#include "loop_core.hpp"

#include <reactor/dispatcher.hpp>

#include <cstdio>
#include <string>
#include <utility>

// What a channel does about events that its class does not handle.
namespace reactor {

using detail::slot;
namespace flag = detail::flag;

void dispatcher::log_info(std::string_view message, std::string_view type) {
    std::fprintf(stderr, "%.*s: %.*s\n", static_cast<int>(type.size()), type.data(),
                 static_cast<int>(message.size()), message.data());
}

void dispatcher::handle_read() {
    slot& s = core_->slots()[index_];
    if (!s.has(flag::complained)) {
        s.set(flag::complained);
        log_info(std::string(class_name()) + ": unhandled read event; its input is discarded",
                 "warning");
    }
    (void)recv(receive_buffer());
}

void dispatcher::handle_write() {}

void dispatcher::handle_expt() {
    char urgent = 0;
    (void)recv_oob({&urgent, 1});
}

void dispatcher::handle_connect() {}

void dispatcher::handle_eof() { close_when_done(); }

void dispatcher::handle_close(std::error_code) {}

void dispatcher::handle_timeout() { close(std::make_error_code(std::errc::timed_out)); }

void dispatcher::handle_error(std::exception_ptr error) {
    std::string what = "unknown exception";
    try {
        std::rethrow_exception(std::move(error));
    } catch (const std::exception& e) {
        what = e.what();
    } catch (...) { // keeps the text above
    }
    log_info("uncaught exception, closing channel " + std::string(class_name()) + ": " + what,
             "error");
    close(std::make_error_code(std::errc::interrupted));
}

} // namespace reactor
