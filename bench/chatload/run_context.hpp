#pragma once

#include "bench/chatload/cast.hpp"
#include "bench/chatload/line_format.hpp"
#include "bench/chatload/plan.hpp"
#include "bench/chatload/protocols/protocol.hpp"
#include "bench/chatload/speakers.hpp"

#include <reactor/endpoint.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace chatload {

/// Something that went wrong with one client.
struct client_failure {
    bool idle = false; ///< It is a connection without a name.
    std::string name;  ///< Its name, or which idle connection it is.
    std::string why;
};

/// Takes what the threads have to tell while they run; any thread.
class run_reports {
public:
    virtual ~run_reports() = default;
    virtual void client_failed(client_failure what) = 0;
    /// The run cannot go on.
    virtual void give_up(std::string why) = 0;
};

/// What all threads of a run share.  Nothing but the atomic parts and `who` changes while they run.
struct run_context {
    /// @param p  a plan that `why_not` has nothing against.
    run_context(plan p, run_reports& r);

    plan asked;
    protocol_traits traits;
    line_format format;
    cast people;
    speakers who;
    /// By room: how long its frames are; 0 before a speaker has logged in.
    std::vector<std::atomic<std::size_t>> frame_bytes;
    std::vector<reactor::endpoint> sources;
    std::atomic<std::uint32_t> next_source{0};
    run_reports& reports;
};

} // namespace chatload
