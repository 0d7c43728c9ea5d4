// asyncore's connect state machine, transition by transition.
#include "support/catch.hpp"

#include "support/loop_fixture.hpp"

#include "libreactor/conformance/hooked_channels.hpp"

#include <functional>
#include <string>
#include <system_error>
#include <vector>

using strings = std::vector<std::string>;
using support::listening_socket;
using support::loop_fixture;

namespace {

/// A channel that connects; what happens is noted with the flags at that moment.
struct stage : loop_fixture {
    stage() {
        channel.on_connect = [this] { note("connect" + flags()); };
        channel.on_close = [this](std::error_code ec) {
            note("close(" + name_of(ec) + ")" + flags());
        };
        channel.on_error = [this](std::exception_ptr) { note("error" + flags()); };
        channel.on_write = [this] {
            note("write" + flags());
            channel.wants_write = false;
        };
        channel.wants_write = true;
    }

    std::string flags() const {
        return std::string("[c") + (channel.connected() ? '1' : '0') + ",g" +
               (channel.connecting() ? '1' : '0') + "]";
    }
    static std::string name_of(std::error_code ec) {
        return ec == std::errc::connection_refused               ? "refused"
               : ec == std::errc::no_such_file_or_directory      ? "no such file"
               : ec == std::errc::already_connected              ? "already connected"
               : ec == std::errc::resource_unavailable_try_again ? "try again"
               : ec                                              ? ec.message()
                                                                 : "clean";
    }
    void create(int family) {
        channel.create_socket(family);
        note("created" + flags());
    }
    void connect(const reactor::endpoint& address) {
        std::error_code ec;
        channel.connect(address, {}, ec);
        note("connect() " + (ec ? name_of(ec) : std::string("started")) + flags());
    }

    listening_socket tcp{AF_INET};
    listening_socket local{AF_UNIX};
    support::temp_dir directory;
    hooked::dispatcher channel{loop};
};

struct row {
    std::string transition;
    std::function<void(stage&)> act;
    strings here;
    std::string difference = {};
};

const std::vector<row>& rows() {
    static const std::vector<row> table{
        {"pending, then success",
         [](stage& s) {
             s.create(AF_INET);
             s.connect(s.tcp.address());
         },
         {"created[c0,g0]", "connect() started[c0,g1]", "connect[c1,g0]", "write[c1,g0]"},
         "in handle_connect asyncore still has [c0,g1] (defect 18)"},
        {"pending, then refused",
         [](stage& s) {
             s.create(AF_INET);
             const auto address = s.tcp.address();
             s.tcp.close();
             s.connect(address);
         },
         {"created[c0,g0]", "connect() started[c0,g1]", "close(refused)[c0,g0]"},
         "asyncore raises into handle_error, which closes"},
        {"success at once",
         [](stage& s) {
             s.create(AF_UNIX);
             s.connect(s.local.address());
         },
         {"created[c0,g0]", "connect() started[c0,g1]", "connect[c1,g0]", "write[c1,g0]"},
         "asyncore calls handle_connect inside connect() (defect 19)"},
        {"failure at once",
         [](stage& s) {
             s.create(AF_UNIX);
             s.connect(reactor::endpoint::unix_path(s.directory.file("nobody")));
         },
         {"created[c0,g0]", "connect() no such file[c0,g0]"},
         "asyncore raises as well but stays connecting for ever (defect 19)"},
        {"failure at once, then success",
         [](stage& s) {
             s.create(AF_UNIX);
             s.connect(reactor::endpoint::unix_path(s.directory.file("nobody")));
             s.connect(s.local.address());
         },
         {"created[c0,g0]", "connect() no such file[c0,g0]", "connect() started[c0,g1]",
          "connect[c1,g0]", "write[c1,g0]"},
         "asyncore could be tried again too; here its flags say so"},
        {"connected already",
         [](stage& s) {
             s.create(AF_UNIX);
             s.connect(s.local.address());
             s.run_until("it stands", [&] { return s.journal.size() == 4; });
             s.connect(s.local.address());
         },
         {"created[c0,g0]", "connect() started[c0,g1]", "connect[c1,g0]", "write[c1,g0]",
          "connect() already connected[c1,g0]"},
         "asyncore calls handle_connect a second time"},
    };
    return table;
}

} // namespace

TEST_CASE("a connect passes through asyncore's states", "[asyncore][connect]") {
    const auto number = GENERATE(range(std::size_t{0}, rows().size()));
    const row& r = rows()[number];
    INFO(r.transition << "; " << r.difference);
    stage s;
    r.act(s);
    s.run_until("all has happened", [&] { return s.journal.size() >= r.here.size(); });
    s.iterate(3);
    CHECK(s.journal == r.here);
}
