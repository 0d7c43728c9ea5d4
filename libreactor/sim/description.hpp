#pragma once

#include "system.hpp"

#include "epoll_bits.hpp"

#include <fcntl.h>

#include <cstdint>
#include <memory>
#include <string>

namespace reactor::sim::detail {

using system::result;

inline result done(std::int64_t value = 0) noexcept { return {value, 0}; }
inline result failed(int error) noexcept { return {-1, error}; }

/// What descriptors stand for (the kernel's open file description).  It lives as long as something
/// in the world points to it, and is open as long as a descriptor, here or in another process,
/// refers to it.
class description : public std::enable_shared_from_this<description> {
public:
    description() = default;
    virtual ~description() = default;
    description(const description&) = delete;
    description& operator=(const description&) = delete;

    /// What poll would report: EPOLLIN and so on.
    [[nodiscard]] virtual std::uint32_t ready() const = 0;
    /// What a kqueue's filter sees.
    struct filter_state {
        bool ready = false;
        std::int64_t amount = 0;
        bool ended = false;
        int error = 0;
    };
    [[nodiscard]] virtual filter_state reading() const { return {(ready() & EPOLLIN) != 0}; }
    [[nodiscard]] virtual filter_state writing() const { return {(ready() & EPOLLOUT) != 0}; }
    [[nodiscard]] virtual filter_state urgent() const { return {(ready() & EPOLLPRI) != 0}; }
    /// epoll and kqueue take it.
    [[nodiscard]] virtual bool watchable() const noexcept { return true; }
    /// What open(2) was asked for: O_RDONLY, O_WRONLY or O_RDWR.
    [[nodiscard]] virtual int access_mode() const noexcept { return O_RDWR; }
    /// What fstat(2) says: S_IFSOCK and so on; 0 for what has no such type.
    [[nodiscard]] virtual unsigned type() const noexcept { return 0; }
    [[nodiscard]] virtual bool is_terminal() const noexcept { return false; }
    /// For the report of a stuck world.
    [[nodiscard]] virtual std::string describe() const = 0;

    void retain() noexcept { ++references_; }
    void release() {
        if (--references_ == 0)
            on_last_close();
    }
    [[nodiscard]] bool is_open() const noexcept { return references_ > 0; }

    [[nodiscard]] bool nonblocking() const noexcept { return nonblocking_; }
    void set_nonblocking(bool on) noexcept { nonblocking_ = on; }

protected:
    virtual void on_last_close() {}

private:
    int references_ = 0;
    bool nonblocking_ = true;
};

} // namespace reactor::sim::detail
