#include "bench/chatload/worker.hpp"

#include "bench/measure/clock.hpp"
#include "bench/measure/probe.hpp"

#include <reactor/loop_options.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace chatload {

namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr std::uint32_t logins_at_once = 200; // of all threads
constexpr std::uint64_t sampled_every = 8;    // lines
constexpr std::uint64_t most_violations = 10'000;
constexpr std::size_t most_outstanding_bytes = std::size_t{64} << 20;
constexpr std::size_t most_held_bytes = std::size_t{2} << 30; // of lines that not all have read
constexpr nanoseconds tick_period = 5ms;

/// All lines of one read are handled at once: a budget would copy what it leaves.
reactor::loop_options generator_options() {
    reactor::loop_options chosen;
    chosen.message_budget = std::numeric_limits<std::uint32_t>::max();
    return chosen;
}

} // namespace

worker::worker(run_context& shared, std::uint32_t index)
    : shared_(shared), index_(index), talk_(make_protocol(shared.asked.protocol)),
      loop_(generator_options()), handle_(loop_.handle()), tick_timer_(loop_, [this] { tick(); }),
      lines_(shared.asked.loads.size()), second_(std::make_unique<second_part>()) {
    make_books();
    make_clients();
    if (!shared_.traits.echoes)
        choose_witnesses();
}

worker::~worker() = default;

void worker::make_books() {
    const cast& people = shared_.people;
    books_.resize(people.rooms.size());
    std::vector<bool> here(people.rooms.size());
    for (const role& one : people.roles) {
        if (one.thread == index_ && one.room != no_room)
            here[one.room] = true;
    }
    for (std::size_t i = 0; i < shared_.asked.loads.size(); ++i) {
        if (shared_.asked.loads[i].kind == workload::churn && people.churn_thread[i] == index_)
            here[people.room_of_load[i]] = true;
    }
    for (std::uint32_t room = 0; room < here.size(); ++room) {
        if (!here[room])
            continue;
        ledger_place place;
        place.format = &shared_.format;
        place.who = &shared_.who;
        place.room = room;
        place.thread = index_;
        place.lines = lines_;
        place.echoes = shared_.traits.echoes;
        place.one_order = shared_.traits.one_order || // one speaker's lines have an order anywhere
                          (shared_.who.of_room(room).size() < 2 && !people.rooms[room].visited);
        place.marks = shared_.asked.threads > 1;
        if (here.size() > 16)
            place.chunk_bytes = std::size_t{8} * 1024; // many of them
        books_[room] = std::make_unique<ledger>(place);
    }
}

void worker::make_clients() {
    for (std::uint32_t i = 0; i < shared_.asked.loads.size(); ++i)
        loads_.push_back(make_load_part(*this, i));
    by_number_.resize(shared_.people.names, nullptr);
    for (const role& one : shared_.people.roles) {
        if (one.thread != index_)
            continue;
        session& made = loads_[one.load]->add_client(one);
        if (one.number != no_number)
            ++lasting_;
        if (!one.late)
            early_.push_back(&made);
        if (made.voice != nullptr)
            by_number_[one.number] = &made;
    }
}

/// Where nobody gets its own lines, the first member of a room tells of those of all others here,
/// and the second one of the first one's.
void worker::choose_witnesses() {
    std::vector<session*> first(books_.size(), nullptr);
    std::vector<session*> second(books_.size(), nullptr);
    for (session* one : early_) {
        const role& part = one->part();
        if (part.room == no_room || part.number == no_number || part.stalls)
            continue;
        session*& place = first[part.room] == nullptr ? first[part.room] : second[part.room];
        if (place == nullptr)
            place = one;
    }
    for (session* one : by_number_) {
        if (one == nullptr)
            continue;
        const std::uint32_t room = one->part().room;
        one->witness = first[room] != one ? first[room] : second[room];
        if (one->witness != nullptr)
            one->witness->is_witness = true;
    }
}

void worker::start() {
    thread_ = std::thread([this] {
        tick_timer_.start_every(tick_period);
        launch();
        loop_.run();
    });
}

void worker::halt_and_join() {
    if (!thread_.joinable())
        return;
    order([](worker& self) {
        self.halted_ = true;
        self.stop_saying();
        self.tick_timer_.cancel();
        self.loop_.stop();
    });
    thread_.join();
}

/// Starts further connections as long as few enough are on their way.
void worker::launch() {
    const std::uint32_t share = std::max(1U, logins_at_once / shared_.asked.threads);
    while (!halted_ && launched_ < early_.size() && launched_ - early_ready_ < share)
        early_[launched_++]->start();
    tick();
}

void worker::begin() {
    saying_ = true;
    for (session* one : early_)
        if (one->is_open())
            one->only_listen();
    for (const auto& one : loads_)
        one->begin();
}

void worker::stop_saying() {
    if (!std::exchange(saying_, false))
        return;
    for (const auto& one : loads_)
        one->stop();
}

void worker::tick() {
    std::size_t held = 0;
    for (const auto& book : books_) {
        if (!book)
            continue;
        book->find_places();
        held += book->held_bytes();
    }
    if (held > most_held_bytes / shared_.asked.threads)
        give_up(
            fmt::format("the slowest readers are {} MiB of lines behind: given up", held >> 20));
    const counts all = total();
    status_.progress.store(all.lines + all.deliveries + all.answers + all.logins + all.joins +
                               launched_ + early_ready_,
                           std::memory_order_relaxed);
    status_.joins.store(lasting_joins_, std::memory_order_relaxed);
    status_.connected.store(connected_, std::memory_order_relaxed);
    status_.late_done.store(late_done_, std::memory_order_relaxed);
    status_.lasting.store(lasting_, std::memory_order_relaxed);
    status_.settled.store(watch_settling_ && all_settled(), std::memory_order_relaxed);
    status_.early_ready.store(early_ready_, std::memory_order_release);
}

bool worker::all_settled() {
    return std::all_of(loads_.begin(), loads_.end(),
                       [](const auto& one) { return one->settled(); }) &&
           std::all_of(books_.begin(), books_.end(),
                       [](const auto& book) { return !book || book->settled(); });
}

const reactor::endpoint& worker::next_source() noexcept {
    const std::uint32_t next = shared_.next_source.fetch_add(1, std::memory_order_relaxed);
    return shared_.sources[next % shared_.sources.size()];
}

std::size_t worker::said_bytes() const noexcept {
    return shared_.format.text_bytes() - (shared_.traits.adds_name ? line_format::label_size : 0);
}

std::string_view worker::line_of(speaker& voice, nanoseconds when) {
    const line_id id{voice.number, voice.times.add(when)};
    if (voice.counted_by == index_)
        ++said_;
    const framing& around = voice.said;
    scratch_.resize(around.before.size() + said_bytes() + around.after.size());
    char* to = std::copy(around.before.begin(), around.before.end(), scratch_.data());
    if (shared_.traits.adds_name)
        shared_.format.write_text(to, id);
    else
        shared_.format.write_line(to, id);
    std::copy(around.after.begin(), around.after.end(), to + said_bytes());
    return scratch_;
}

nanoseconds worker::batch_time() {
    if (const std::uint64_t reads = loop_.counters().reads; reads != batch_reads_) {
        batch_reads_ = reads;
        batch_time_ = bench::monotonic_now();
    }
    return batch_time_;
}

void worker::record(load_tally& of, timing kind, nanoseconds time) {
    auto& times = of.times[static_cast<std::size_t>(kind)];
    if (!times)
        times = std::make_unique<bench::histogram>();
    times->record(time);
    if (kind != timing::login)
        second_->times.record(time);
}

bool worker::too_far_behind() {
    const auto most = static_cast<std::int64_t>(
        std::max<std::size_t>(1024, most_outstanding_bytes / shared_.asked.size));
    std::int64_t outstanding = said_;
    for (const std::uint64_t came : lines_)
        outstanding -= static_cast<std::int64_t>(came);
    if (outstanding < most)
        return false;
    give_up(fmt::format("the server is {} lines behind: schedule given up", outstanding));
    return true;
}

void worker::session_ready(session& from) {
    from.counted = true;
    ++connected_;
    load_part& load = from.load();
    if (from.number() != no_number)
        ++load.tally().done.logins;
    if (!from.part().late)
        ++early_ready_;
    else if (load.lasting())
        ++late_done_;
    load.ready(from);
    if (!from.part().late)
        launch();
}

void worker::session_ended(session& from, bool left, std::string why) {
    const bool was_in = std::exchange(from.counted, false);
    connected_ -= was_in ? 1 : 0;
    load_part& load = from.load();
    const role& part = from.part();
    if (part.number != no_number && load.lasting())
        --lasting_;
    if (part.late && load.lasting() && !was_in)
        ++late_done_;
    if (halted_ || load.may_end(from, left))
        return;
    if (from.voice != nullptr)
        from.voice->gone = true;
    const bool idle = part.number == no_number;
    shared_.reports.client_failed(
        {idle, idle ? fmt::format("{}", from.slot) : shared_.format.name(part.number),
         std::move(why)});
}

std::size_t worker::take_lines(session& from, std::string_view data) {
    ledger& book = *from.book();
    const bool listens = from.voice != nullptr || from.part().sampled || from.is_witness;
    std::size_t used = 0;
    while (from.ready()) {
        const auto taken = book.take_agreed(from.member(), data.substr(used));
        if (taken.empty())
            break;
        used += taken.size() * book.frame_bytes();
        from.load().tally().done.deliveries += taken.size();
        if (!listens)
            continue;
        for (const ledger_entry& entry : taken)
            note(from, entry);
    }
    return used;
}

void worker::take_line(session& from, std::string_view text) {
    if (from.book() == nullptr) {
        strays_.add({violation_kind::unexpected,
                     shared_.format.name(from.number()),
                     0,
                     std::string(text.substr(0, 96)),
                     {}});
        return check_violations(strays_);
    }
    const ledger_entry* taken = from.book()->take(from.member(), text);
    if (taken == nullptr)
        return check_violations(from.book()->found());
    ++from.load().tally().done.deliveries;
    note(from, *taken);
}

void worker::note(session& from, const ledger_entry& entry) {
    if (entry.id.sender == from.number())
        return from.load().acknowledged(from, entry, true);
    if (from.part().sampled && entry.id.sequence % sampled_every == 0 && measured(entry.sent)) {
        const speaker& said_by = *shared_.who.find(entry.id.sender);
        record(loads_[said_by.load]->tally(), timing::others, batch_time() - entry.sent);
    }
    if (from.is_witness && entry.id.sender < by_number_.size()) {
        session* said_by = by_number_[entry.id.sender];
        if (said_by != nullptr && said_by->witness == &from)
            said_by->load().acknowledged(*said_by, entry, false);
    }
}

void worker::joined(session& from, std::string_view name) {
    const auto number = shared_.format.number_of(name);
    if (!number)
        return;
    ++from.load().tally().done.joins;
    const bool deaf = from.part().stalls && measure_from_ != nanoseconds::max();
    if (*number < shared_.people.names && from.load().lasting() && !deaf)
        ++lasting_joins_;
}

void worker::check_violations(const violations& found) {
    if (found.total() >= most_violations)
        give_up("given up: too many violations");
}

} // namespace chatload
