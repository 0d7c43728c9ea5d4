#include "system.hpp"

#include <netdb.h>
#include <pthread.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <new>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

// getaddrinfo waits for the network, so each look-up has a thread of its own, which ends with it.
namespace reactor::system {

namespace {

lookup_answer look_up(const char* host, std::uint16_t port) {
    addrinfo hints{};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM; // else each address comes once for every kind
    addrinfo* found = nullptr;
    lookup_answer answer;
    answer.failure = ::getaddrinfo(host, nullptr, &hints, &found);
    answer.error = answer.failure == EAI_SYSTEM ? errno : 0;
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> list(
        found, [](addrinfo* each) { // the system's own accepts no null everywhere
            if (each != nullptr)
                ::freeaddrinfo(each);
        });
    for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
        auto address = endpoint::from_native(each->ai_addr, each->ai_addrlen);
        address.set_port(port);
        if (std::find(answer.addresses.begin(), answer.addresses.end(), address) ==
            answer.addresses.end())
            answer.addresses.push_back(address);
    }
    return answer;
}

/// Keeps the process's signals away from threads that are made meanwhile: those belong to the
/// loops' threads.
class signals_blocked {
public:
    signals_blocked() noexcept {
        sigset_t all;
        sigfillset(&all);
        ::pthread_sigmask(SIG_SETMASK, &all, &former_);
    }
    ~signals_blocked() { ::pthread_sigmask(SIG_SETMASK, &former_, nullptr); }
    signals_blocked(const signals_blocked&) = delete;
    signals_blocked& operator=(const signals_blocked&) = delete;

private:
    sigset_t former_{};
};

} // namespace

result start_lookup(const std::string& host, std::uint16_t port, lookup_done done) noexcept {
    const signals_blocked scope;
    try {
        std::thread([host, port, done = std::move(done)]() mutable {
            lookup_answer answer;
            try {
                answer = look_up(host.c_str(), port);
            } catch (const std::bad_alloc&) {
                answer.failure = EAI_MEMORY;
            }
            done(std::move(answer));
        }).detach();
    } catch (const std::bad_alloc&) {
        return {-1, ENOMEM};
    } catch (const std::system_error& refused) { // no more threads
        return {-1, refused.code().value()};
    }
    return {0, 0};
}

} // namespace reactor::system
