#include <reactor/sim/world.hpp>

#include "kernel.hpp"
#include "sim_file.hpp"

#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

namespace reactor::sim {

namespace {

using detail::sim_file;

sim_file::kind kind_of(file_kind what) noexcept {
    switch (what) {
    case file_kind::pipe_to_read:
        return sim_file::kind::pipe_to_read;
    case file_kind::pipe_to_write:
        return sim_file::kind::pipe_to_write;
    case file_kind::terminal:
        return sim_file::kind::terminal;
    case file_kind::null:
        return sim_file::kind::null;
    default:
        return sim_file::kind::device;
    }
}

int opened(detail::kernel& kernel, std::shared_ptr<sim_file> file) {
    file->set_nonblocking(false); // as who opens a file mostly leaves it
    const auto given = kernel.descriptors.open(std::move(file));
    if (!given.ok())
        throw std::system_error(given.error, std::system_category(), "reactor::sim::world");
    return static_cast<int>(given.value);
}

} // namespace

int world::make_file(std::string_view contents) {
    return opened(*kernel_,
                  std::make_shared<sim_file>(sim_file::kind::stored, std::string(contents)));
}

std::string world::written_to(int fd) const {
    const auto found = kernel_->descriptors.find_as<sim_file>(fd);
    if (found == nullptr)
        throw std::system_error(EBADF, std::system_category(), "reactor::sim::world::written_to");
    return found->taken();
}

opened_file world::open_file(file_kind what) {
    auto made = std::make_shared<sim_file>(kind_of(what));
    return {opened(*kernel_, made), far_side(made)};
}

} // namespace reactor::sim
