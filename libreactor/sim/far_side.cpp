#include <reactor/sim/file.hpp>

#include "sim_file.hpp"

#include <utility>

namespace reactor::sim {

using detail::sim_file;

far_side::far_side(std::shared_ptr<sim_file> file) noexcept : file_(std::move(file)) {}

far_side::~far_side() { close(); }

far_side& far_side::operator=(far_side&& other) noexcept {
    if (this != &other) {
        close();
        file_ = std::move(other.file_);
    }
    return *this;
}

void far_side::send(std::string_view bytes) {
    if (file_ != nullptr)
        file_->feed(bytes);
}

const std::string& far_side::received() const noexcept {
    static const std::string nothing;
    return file_ == nullptr ? nothing : file_->taken();
}

std::string far_side::take() {
    return file_ == nullptr ? std::string{} : std::exchange(file_->taken(), {});
}

void far_side::stop_reading() {
    if (file_ != nullptr)
        file_->set_taking(false);
}

void far_side::resume_reading() {
    if (file_ != nullptr)
        file_->set_taking(true);
}

std::size_t far_side::read_some(std::size_t limit) {
    return file_ == nullptr ? 0 : file_->take_some(limit);
}

std::size_t far_side::unread() const noexcept { return file_ == nullptr ? 0 : file_->untaken(); }

void far_side::close() {
    if (file_ != nullptr)
        file_->close_other_side();
}

bool far_side::is_open() const noexcept { return file_ != nullptr && file_->other_side_open(); }

bool far_side::ended() const noexcept { return file_ != nullptr && !file_->is_open(); }

} // namespace reactor::sim
