// Waiting for the service manager.

#include "chatd/upgrade/descriptor_store.hpp"

#include <reactor/unique_fd.hpp>

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <string>
#include <thread>

#include "support/catch.hpp"
#include "support/temp_dir.hpp"
#include "support/wait_until.hpp"

#if CHATD_WITH_SYSTEMD

namespace {

/// Stands for the manager: a socket that is read when the test says so.
class late_manager {
public:
    late_manager() : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path_.copy(address.sun_path, sizeof(address.sun_path) - 1);
        REQUIRE(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address),
                       sizeof(address)) == 0);
        ::setenv("NOTIFY_SOCKET", path_.c_str(), 1); // NOLINT(concurrency-mt-unsafe)
    }
    ~late_manager() { ::unsetenv("NOTIFY_SOCKET"); } // NOLINT(concurrency-mt-unsafe)
    late_manager(const late_manager&) = delete;
    late_manager& operator=(const late_manager&) = delete;

    /// Drops one message with its descriptors.
    void read_one() const { (void)::recv(socket_.get(), nullptr, 0, 0); }

private:
    support::temp_dir dir_;
    std::string path_ = dir_.file("notify");
    reactor::unique_fd socket_;
};

std::atomic<int> alarms = 0; // NOLINT(cppcoreguidelines-avoid-non-const-global-variables)

/// SIGALRM again and again, which ends waits.
class alarming {
public:
    alarming() {
        struct sigaction ours {};
        ours.sa_handler = [](int) { ++alarms; };
        ::sigaction(SIGALRM, &ours, &former_);
        const itimerval often{{0, 2000}, {0, 2000}};
        ::setitimer(ITIMER_REAL, &often, nullptr);
    }
    ~alarming() {
        const itimerval never{};
        ::setitimer(ITIMER_REAL, &never, nullptr);
        ::sigaction(SIGALRM, &former_, nullptr);
    }
    alarming(const alarming&) = delete;
    alarming& operator=(const alarming&) = delete;

private:
    struct sigaction former_ {};
};

} // namespace

TEST_CASE("waiting for the manager outlives signals", "[upgrade][store]") {
    const late_manager manager;
    const alarming signals;
    std::thread reader([&] {
        sigset_t alarm{};
        ::sigemptyset(&alarm);
        ::sigaddset(&alarm, SIGALRM);
        ::pthread_sigmask(SIG_BLOCK, &alarm, nullptr); // they are for who waits
        const int before = alarms;
        support::wait_until("signals have come", [&] { return alarms > before + 3; });
        manager.read_one();
    });
    const bool waited = chatd::wait_for_manager(support::patience);
    reader.join();
    CHECK(waited);
}

TEST_CASE("waiting for the manager ends in time whatever signals come", "[upgrade][store]") {
    const late_manager manager;
    const alarming signals;
    CHECK_FALSE(chatd::wait_for_manager(std::chrono::milliseconds{20}));
}

#endif
