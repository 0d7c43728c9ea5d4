#include "loop_core.hpp"

#include <reactor/file_dispatcher.hpp>

#include <utility>

namespace reactor {

file_dispatcher::file_dispatcher(loop& owner) : dispatcher(owner) {}

file_dispatcher::file_dispatcher(loop& owner, int fd) : dispatcher(owner) {
    auto copy = unique_fd::duplicate(fd);
    core_->number_given(copy.get());
    set_file(std::move(copy));
}

file_dispatcher::file_dispatcher(loop& owner, unique_fd file) : dispatcher(owner) {
    set_file(std::move(file));
}

void dispatcher::set_file(unique_fd file, std::error_code& ec) noexcept {
    ec = why_not_take(file);
    if (ec)
        return;
    core_->check_thread(*this);
    ec = core_->open_file(*this, std::move(file));
}

void dispatcher::set_file(unique_fd file) {
    std::error_code ec;
    set_file(std::move(file), ec);
    if (ec)
        throw std::system_error(ec, "reactor::dispatcher::set_file");
}

} // namespace reactor
