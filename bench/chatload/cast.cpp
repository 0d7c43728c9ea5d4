#include "bench/chatload/cast.hpp"

#include <algorithm>
#include <cmath>

namespace chatload {

namespace {

constexpr std::uint32_t sampled_clients = 8; // of a load in one room

class casting {
public:
    casting(const plan& asked, const protocol_traits& traits)
        : asked_(asked), traits_(traits), threads_(std::max(1U, asked.threads)) {
        // A storm keeps its thread busy: what others measure meanwhile must not wait for that.
        storm_apart_ = threads_ > 1 && any_load(true) && any_load(false);
        if (storm_apart_)
            --threads_;
    }

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
    [[nodiscard]] bool any_load(bool storms) const {
        return std::any_of(asked_.loads.begin(), asked_.loads.end(), [storms](const load& one) {
            return (one.kind == workload::storm) == storms;
        });
    }

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
        const bool late = one.kind == workload::storm;
        std::vector<role> members(one.clients);
        for (role& made : members) {
            made.load = index;
            made.number = made_.names++;
            made.room = room;
            made.late = late;
        }
        (late ? made_.rooms[room].late : made_.rooms[room].early) += one.clients;
        if (!late)
            share_out_parts(one, room, members);
        if (late && storm_apart_)
            std::for_each(members.begin(), members.end(),
                          [this](role& made) { made.thread = threads_; });
        else
            deal_out(one, room, members);
        made_.roles.insert(made_.roles.end(), members.begin(), members.end());
    }

    void share_out_parts(const load& one, std::uint32_t room, std::vector<role>& members) {
        for (std::uint32_t i = 0; i < one.senders; ++i) {
            // Spread over the room: a server serves its members in some order.
            members[std::uint64_t{i} * one.clients / one.senders].sender = true;
        }
        std::uint32_t left = stalling(one);
        for (std::size_t i = members.size(); i-- > 0 && left > 0;) {
            if (!members[i].sender) {
                members[i].stalls = true;
                ++made_.rooms[room].deaf;
                --left;
            }
        }
        std::vector<role*> fit; // where nobody gets its own lines, speakers do not see the order
        for (role& member : members) {
            if (!member.stalls && (traits_.echoes || !member.sender || one.senders == one.clients))
                fit.push_back(&member);
        }
        const std::size_t wanted = one.kind == workload::rooms ? 1 : sampled_clients;
        const std::size_t step = std::max<std::size_t>(1, fit.size() / wanted);
        for (std::size_t i = step - 1; i < fit.size(); i += step)
            fit[i]->sampled = true;
    }

    /// Gives each member its thread.  Where nobody gets its own lines, each thread has a member
    /// that reads and says none, if there are such, and two members at least: they tell that lines
    /// came.
    void deal_out(const load& one, std::uint32_t room, std::vector<role>& members) const {
        const auto listens = [](const role& member) { return !member.sender && !member.stalls; };
        const auto listeners =
            static_cast<std::uint32_t>(std::count_if(members.begin(), members.end(), listens));
        std::uint32_t over = threads_;
        if (!traits_.echoes)
            over =
                std::clamp(listeners > 0 ? std::min(listeners, one.clients / 2) : one.clients / 2,
                           1U, threads_);
        std::uint32_t next = 0;
        std::uint32_t next_listener = 0;
        for (role& member : members) {
            const bool apart = !traits_.echoes && listens(member);
            member.thread = (room + (apart ? next_listener++ : next++) % over) % threads_;
        }
    }

    [[nodiscard]] static std::uint32_t stalling(const load& one) {
        if (one.kind != workload::stalled)
            return 0;
        const auto share = static_cast<std::uint32_t>(std::lround(one.share * one.clients));
        return std::min(std::max(1U, share), one.clients - one.senders);
    }

    const plan& asked_;
    const protocol_traits& traits_;
    std::uint32_t threads_;    // of all loads, or of all but storms
    bool storm_apart_ = false; // those have the thread behind them
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
