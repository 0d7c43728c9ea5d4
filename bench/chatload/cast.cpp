#include "bench/chatload/cast.hpp"

#include <algorithm>
#include <cmath>

namespace chatload {

namespace {

constexpr std::uint32_t sampled_clients = 8; // of a load in one room

class casting {
public:
    casting(const plan& asked, const protocol_traits& traits)
        : asked_(asked), traits_(traits), threads_(std::max(1U, asked.threads)) {}

    cast make() {
        made_.room_of_load.assign(asked_.loads.size(), no_room);
        made_.churn_thread.assign(asked_.loads.size(), 0);
        if (traits_.one_room)
            made_.rooms.resize(1);
        // Connections that only hold are there before all others.
        for (const bool idle : {true, false}) {
            for (std::uint32_t i = 0; i < asked_.loads.size(); ++i) {
                if ((asked_.loads[i].kind == workload::idle) == idle)
                    add(i, asked_.loads[i]);
            }
        }
        return std::move(made_);
    }

private:
    void add(std::uint32_t index, const load& one) {
        switch (one.kind) {
        case workload::idle:
            return add_single(index, one, one.logged_in);
        case workload::ping:
            return add_single(index, one, true);
        case workload::churn:
            made_.room_of_load[index] = new_room();
            made_.rooms[made_.room_of_load[index]].visited = true;
            // In one thread, where their room's other members are if there are any: what visitors
            // see cannot be compared with what another thread sees.
            made_.churn_thread[index] = traits_.one_room ? 0 : index % threads_;
            return;
        case workload::storm:
            made_.room_of_load[index] = new_room();
            return add_members(index, one, made_.room_of_load[index]);
        case workload::fan_out:
        case workload::stalled:
        case workload::rooms:
            for (std::uint32_t i = 0; i < (one.kind == workload::rooms ? one.rooms : 1); ++i) {
                const std::uint32_t room = new_room();
                if (i == 0)
                    made_.room_of_load[index] = room;
                add_members(index, one, room);
            }
        }
    }

    std::uint32_t new_room() {
        if (!traits_.one_room)
            made_.rooms.emplace_back();
        return static_cast<std::uint32_t>(made_.rooms.size() - 1);
    }

    /// Clients that have nothing to do with each other.
    void add_single(std::uint32_t index, const load& one, bool named) {
        for (std::uint32_t i = 0; i < one.clients; ++i) {
            role made;
            made.load = index;
            made.thread = i % threads_;
            if (named) {
                made.number = made_.names++;
                made.room = traits_.one_room ? 0 : no_room;
                if (traits_.one_room)
                    ++made_.rooms[0].early;
            }
            made_.roles.push_back(made);
        }
    }

    void add_members(std::uint32_t index, const load& one, std::uint32_t room) {
        // Where nobody gets its own lines, another member in the same thread tells that they came.
        const std::uint32_t over =
            traits_.echoes ? threads_ : std::clamp(one.clients / 2, 1U, threads_);
        const std::uint32_t stalls = stalling(one);
        const bool late = one.kind == workload::storm;
        const std::size_t first = made_.roles.size();
        for (std::uint32_t i = 0; i < one.clients; ++i) {
            role made;
            made.load = index;
            made.number = made_.names++;
            made.room = room;
            made.thread = (room + i % over) % threads_;
            made.late = late;
            made_.roles.push_back(made);
        }
        (late ? made_.rooms[room].late : made_.rooms[room].early) += one.clients;
        if (late)
            return;
        for (std::uint32_t i = 0; i < one.senders; ++i) {
            // Spread over the room: a server serves its members in some order.
            made_.roles[first + std::uint64_t{i} * one.clients / one.senders].sender = true;
        }
        std::uint32_t left = stalls;
        for (std::size_t i = made_.roles.size(); i-- > first && left > 0;) {
            if (!made_.roles[i].sender) {
                made_.roles[i].stalls = true;
                ++made_.rooms[room].deaf;
                --left;
            }
        }
        const std::uint32_t sampled = one.kind == workload::rooms ? 1 : sampled_clients;
        const std::uint32_t step = std::max(1U, one.clients / sampled);
        for (std::size_t i = step - 1; i < one.clients; i += step)
            made_.roles[first + i].sampled = !made_.roles[first + i].stalls;
    }

    [[nodiscard]] static std::uint32_t stalling(const load& one) {
        if (one.kind != workload::stalled)
            return 0;
        const auto share = static_cast<std::uint32_t>(std::lround(one.share * one.clients));
        return std::min(std::max(1U, share), one.clients - one.senders);
    }

    const plan& asked_;
    const protocol_traits& traits_;
    std::uint32_t threads_;
    cast made_;
};

} // namespace

std::uint64_t cast::early_joins() const noexcept {
    std::uint64_t sum = 0;
    for (const room_cast& room : rooms)
        sum += room.early * (room.early - (room.early > 0 ? 1 : 0)) / 2;
    return sum;
}

std::uint64_t cast::all_joins() const noexcept {
    std::uint64_t sum = 0;
    for (const room_cast& room : rooms) {
        const std::uint64_t members = room.early + room.late;
        sum += members * (members - (members > 0 ? 1 : 0)) / 2 - room.deaf * room.late;
    }
    return sum;
}

cast make_cast(const plan& asked, const protocol_traits& traits) {
    return casting(asked, traits).make();
}

} // namespace chatload
