#include "output_queue.hpp"

#include "support/catch.hpp"

#include <sys/uio.h>

#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using reactor::detail::chunk_chain;
using reactor::detail::output_queue;

namespace {

constexpr std::size_t chunk_bytes = 64;
using texts = std::vector<std::string>;

/// Makes what it was given, then ends.
struct list_producer final : reactor::producer {
    explicit list_producer(texts of) : left(std::move(of)) {}
    std::string more() override {
        if (left.empty())
            return {};
        auto text = left.front();
        left.erase(left.begin());
        return text;
    }
    texts left;
};

struct queue_stage {
    std::size_t queued = 0;
    std::size_t chunks = 0;
    chunk_chain chain{chunk_bytes, chunks};
    output_queue queue{queued};

    void append_slice(std::string_view text) {
        const auto from = chain.end();
        chain.append({&text, 1});
        queue.append(chain.slice(from));
    }
    /// What the next send would take.
    std::string next(std::size_t most_pieces = 64, std::size_t most_bytes = 100'000) {
        std::array<iovec, 64> pieces{};
        last = queue.gather(std::span{pieces}.first(most_pieces), most_bytes);
        std::string text;
        for (std::size_t i = 0; i < last.pieces; ++i)
            text.append(static_cast<const char*>(pieces[i].iov_base), pieces[i].iov_len);
        CHECK(text.size() == last.bytes);
        return text;
    }
    /// Sends `most` bytes at once until nothing is left; gives each send.
    texts drain(std::size_t most) {
        texts sent;
        for (auto text = next(); !text.empty(); text = next()) {
            sent.push_back(text.substr(0, most));
            queue.consume(sent.back().size());
        }
        return sent;
    }
    void pull() {
        auto source = queue.take_producer();
        auto made = source->more();
        queue.put_back(std::move(source), std::move(made));
    }

    output_queue::gathered last;
};

} // namespace

TEST_CASE("own bytes are gathered as one piece", "[output]") {
    queue_stage q;
    CHECK(q.queue.empty());
    q.queue.append("one ");
    q.queue.append("");
    q.queue.append("two");
    CHECK(q.queue.size() == 7);
    CHECK(q.next() == "one two");
    CHECK(q.last.pieces == 1);
    CHECK(q.last.complete);
    q.queue.consume(5);
    CHECK(q.next() == "wo");
    q.queue.append(" three");
    CHECK(q.drain(2) == texts{"wo", " t", "hr", "ee"});
    CHECK(q.queue.empty());
    CHECK(q.queue.size() == 0);
}

TEST_CASE("large slices are referred to and small ones copied", "[output]") {
    queue_stage q;
    q.append_slice("small");
    CHECK(q.next() == "small");
    q.append_slice("a slice of more than an eighth");
    q.queue.append("own");
    CHECK(q.next() == "smalla slice of more than an eighthown");
    CHECK(q.last.pieces == 3);
    CHECK(q.drain(4).size() == 10);
    CHECK(q.queue.empty());
}

TEST_CASE("a slice's small rest lets go of its chunk", "[output]") {
    queue_stage q;
    q.append_slice(std::string(40, 's'));
    q.chain.clear();
    CHECK(q.chunks == chunk_bytes);
    q.queue.consume(32);
    CHECK(q.chunks == chunk_bytes); // an eighth is needed
    q.queue.consume(1);
    CHECK(q.chunks == 0);
    CHECK(q.next() == "sssssss");
    q.queue.append("own");
    CHECK(q.drain(100) == texts{"sssssssown"});
}

TEST_CASE("no gathering crosses a boundary", "[output]") {
    queue_stage q;
    q.queue.append_boundary(); // nothing is before it
    q.queue.append("one");
    q.queue.append_boundary();
    q.queue.append_boundary();
    q.queue.append("two");
    q.append_slice(std::string(20, 's'));
    q.queue.append_boundary();
    CHECK(q.next() == "one");
    CHECK_FALSE(q.last.complete);
    CHECK(q.queue.snapshot() == texts{"one", "two" + std::string(20, 's')});
    CHECK(q.drain(100) == texts{"one", "two" + std::string(20, 's')});
}

TEST_CASE("a boundary at the end parts what is queued from what follows the queue", "[output]") {
    queue_stage q;
    q.queue.append("alone");
    q.queue.append_boundary();
    q.next();
    CHECK_FALSE(q.last.complete);
    q.queue.consume(5);
    CHECK(q.next().empty());
    CHECK(q.last.complete);
    CHECK(q.queue.empty());
}

TEST_CASE("gathering keeps to its limits", "[output]") {
    queue_stage q;
    for (int i = 0; i < 10; ++i)
        q.append_slice(std::string(chunk_bytes, static_cast<char>('0' + i)));
    CHECK(q.next(3).size() == 3 * chunk_bytes);
    CHECK_FALSE(q.last.complete);
    CHECK(q.next(64, 100).size() == 100);
    CHECK(q.next().size() == 10 * chunk_bytes);
    CHECK(q.last.complete);
}

TEST_CASE("a producer's pieces come at its place", "[output]") {
    queue_stage q;
    q.queue.append("before ");
    q.queue.append(std::make_unique<list_producer>(texts{"1", "2", "3"}));
    q.queue.append(" after");
    CHECK(q.next() == "before ");
    CHECK_FALSE(q.last.complete);
    for (int i = 0; i < 3; ++i)
        q.pull();
    CHECK(q.next() == "before 123");
    q.queue.consume(8);
    q.pull(); // it ends
    CHECK(q.next() == "23 after");
    CHECK(q.last.complete);
    CHECK(q.queue.size() == 8);
}

TEST_CASE("producers are asked one after another", "[output]") {
    queue_stage q;
    q.queue.append(std::make_unique<list_producer>(texts{"a"}));
    q.queue.append(std::make_unique<list_producer>(texts{"b"}));
    CHECK_FALSE(q.queue.empty());
    for (int i = 0; i < 4; ++i)
        q.pull();
    CHECK(q.queue.snapshot() == texts{"ab"});
    CHECK(q.drain(10) == texts{"ab"});
    CHECK(q.queue.empty());
}

TEST_CASE("a producer is wanted while little is before it", "[output]") {
    queue_stage q;
    CHECK_FALSE(q.queue.wants_pull(100));
    q.queue.append(std::string(50, 'x'));
    CHECK_FALSE(q.queue.wants_pull(100));
    q.queue.append(std::make_unique<list_producer>(texts{"1"}));
    q.queue.append(std::string(500, 'x')); // behind it
    CHECK(q.queue.wants_pull(51));
    CHECK_FALSE(q.queue.wants_pull(50));
    q.queue.consume(50);
    CHECK(q.queue.wants_pull(0));
}

TEST_CASE("a piece for a producer that was discarded meanwhile is dropped", "[output]") {
    queue_stage q;
    q.queue.append(std::make_unique<list_producer>(texts{"1"}));
    auto source = q.queue.take_producer();
    q.queue.clear();
    SECTION("and nothing came in its place") {}
    SECTION("and another came in its place") {
        q.queue.append(std::make_unique<list_producer>(texts{"2"}));
    }
    const bool another = !q.queue.empty();
    q.queue.put_back(std::move(source), "1");
    CHECK(q.next().empty());
    CHECK(q.queue.size() == 0);
    CHECK(q.queue.empty() != another);
}

TEST_CASE("exempt bytes fall with the queue", "[output]") {
    queue_stage q;
    q.queue.append(std::string(10, 'o'));
    q.queue.append(std::string(5, 'e'));
    q.queue.exempt(5);
    CHECK(q.queue.exempted() == 5);
    q.queue.consume(9);
    CHECK(q.queue.exempted() == 5);
    q.queue.consume(3);
    CHECK(q.queue.exempted() == 3);
    q.queue.clear();
    CHECK(q.queue.exempted() == 0);
}

TEST_CASE("memory is counted and given back", "[output]") {
    std::size_t account = 0;
    {
        output_queue queue(account);
        queue.append(std::string(100'000, 'x'));
        queue.append(std::make_unique<list_producer>(texts{}));
        CHECK(account >= 100'000);
        queue.consume(99'000);
        CHECK(account < 20'000);
        CHECK(queue.snapshot() == texts{std::string(1000, 'x')});
    }
    CHECK(account == 0);
}

TEST_CASE("a queue that is never empty does not grow", "[output]") {
    queue_stage q;
    std::string sent;
    std::string expected;
    for (int i = 0; i < 20'000; ++i) {
        const auto text = std::to_string(i) + ' ';
        q.queue.append(text);
        if (i % 3 == 0)
            q.queue.append_boundary();
        expected += text;
        if (q.queue.size() > 100) {
            const auto now = q.next();
            sent += now;
            q.queue.consume(now.size());
        }
    }
    CHECK(q.queued < 64 * 1024);
    for (const auto& rest : q.drain(1000))
        sent += rest;
    CHECK(sent == expected);
}
