#pragma once

#include <atomic>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "support/daemon_process.hpp"
#include "support/temp_dir.hpp"

namespace support {

/// A service manager's descriptor store, as systemd has it: it keeps what a daemon sends, and hands
/// it to the next one.  Answers on a thread of its own.
class fake_store {
public:
    /// @param capacity  what is more is closed, as systemd does.
    explicit fake_store(std::size_t capacity = 10'000);
    fake_store(const fake_store&) = delete;
    fake_store& operator=(const fake_store&) = delete;
    ~fake_store();

    /// What makes a daemon use it, and gives it what is kept now.
    daemon_process::options start() const;
    /// How many it keeps under the name.
    std::size_t count(std::string_view name) const;
    /// Closes the last `number` that it has under the name.
    void lose(std::string_view name, std::size_t number);
    /// Keeps a copy of `fd`.
    void add(std::string_view name, int fd);
    /// Closes everything: the unit has stopped.
    void drop();

private:
    struct entry {
        std::string name;
        int fd;
    };
    void serve();
    void take_message();
    void obey(const std::string& message, const std::vector<int>& fds);

    temp_dir dir_;
    std::string path_ = dir_.file("notify");
    std::size_t capacity_;
    int socket_;
    mutable std::mutex mutex_;
    std::vector<entry> kept_;
    std::atomic<bool> ends_ = false;
    std::thread thread_;
};

} // namespace support
