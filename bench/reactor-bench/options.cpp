#include "bench/reactor-bench/options.hpp"

#include <reactor/version.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <map>
#include <string_view>

namespace reactor_bench {

namespace {

constexpr const char* description = "Measures what a reactor::loop itself costs.  Exit status: 0 "
                                    "all is well, 1 a failure, 2 usage.";

constexpr const char* ring_footer =
    "Each read of a byte on one pair writes it to the next; an event is one such read.  "
    "REACTOR_POLLER\n"
    "chooses the back end of --loop reactor.  bench/reactor-bench/count-instructions tells the\n"
    "instructions of an event.";

constexpr std::uint32_t most_pairs = 500'000;
constexpr std::uint64_t most_events = 1'000'000'000'000;
constexpr std::uint32_t most_threads = 256;

CLI::App& declare(CLI::App& app, ring_options& chosen) {
    static const std::map<std::string, loop_kind> loops{{"reactor", loop_kind::reactor},
                                                        {"epoll", loop_kind::epoll}};
    static const std::map<std::string, io_kind> ios{{"channel", io_kind::channel},
                                                    {"direct", io_kind::direct}};
    auto& ring = *app.add_subcommand("ring", "Passes bytes round a ring of socket pairs");
    ring.footer(ring_footer);
    ring.add_option("--pairs", chosen.pairs, "Socket pairs in the ring")
        ->type_name("N")
        ->check(CLI::Range(1U, most_pairs))
        ->capture_default_str();
    ring.add_option("--active", chosen.active, "Bytes under way at a time")
        ->type_name("A")
        ->check(CLI::Range(1U, most_pairs))
        ->capture_default_str();
    ring.add_option("--writes", chosen.writes, "Times that a byte is passed on, in all")
        ->type_name("W")
        ->check(CLI::Range(std::uint64_t{0}, most_events))
        ->capture_default_str();
    ring.add_option("--loop", chosen.loop, "Who waits: reactor (default), or epoll: no library")
        ->type_name("LOOP")
        ->transform(CLI::CheckedTransformer(loops).description(""));
    ring.add_option("--io", chosen.io,
                    "Who receives and sends: channel (default), the library's calls, or direct, "
                    "the handlers'")
        ->type_name("IO")
        ->transform(CLI::CheckedTransformer(ios).description(""));
    return ring;
}

CLI::App& declare(CLI::App& app, posts_options& chosen) {
    auto& posts = *app.add_subcommand("posts", "Posts functions to a loop from other threads");
    posts.add_option("--threads", chosen.threads, "Threads that post")
        ->type_name("T")
        ->check(CLI::Range(1U, most_threads))
        ->capture_default_str();
    posts.add_option("--posts", chosen.posts, "Functions posted, by all threads together")
        ->type_name("N")
        ->check(CLI::Range(std::uint64_t{1}, most_events))
        ->capture_default_str();
    return posts;
}

early_exit usage_error(std::string_view what) {
    return {2, fmt::format("reactor-bench: {} (see reactor-bench --help)\n",
                           what.substr(0, what.find('\n')))};
}

} // namespace

std::variant<ring_options, posts_options, early_exit> parse_options(int argc,
                                                                    const char* const* argv) {
    ring_options ring;
    posts_options posts;
    CLI::App app{description, "reactor-bench"};
    app.set_version_flag("--version", fmt::format("reactor-bench {}", reactor::version));
    app.require_subcommand(0, 1); // whether there is one is said below, after what is wrong
    const CLI::App& ring_command = declare(app, ring);
    declare(app, posts);
    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
        return early_exit{0, app.help()};
    } catch (const CLI::CallForVersion& version) {
        return early_exit{0, std::string(version.what()) + "\n"};
    } catch (const CLI::ParseError& error) {
        return usage_error(error.what());
    }
    if (app.get_subcommands().empty())
        return usage_error("a subcommand is needed: ring or posts");
    if (!ring_command.parsed())
        return posts;
    if (ring.active > ring.pairs)
        return usage_error(
            fmt::format("--active: {} is more than the {} pairs", ring.active, ring.pairs));
    return ring;
}

} // namespace reactor_bench
