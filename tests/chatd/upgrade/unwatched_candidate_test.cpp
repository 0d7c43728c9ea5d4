// A binary that was started and cannot be watched: the simulated system knows nothing of it.

#include "chatd/upgrade/candidate.hpp"
#include "support/sim_stage.hpp"
#include "support/temp_dir.hpp"

#include <sys/wait.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>

TEST_CASE("a candidate that cannot be watched does not go on unwatched", "[chatd][upgrade]") {
    const support::temp_dir dir;
    const std::string script = dir.file("script");
    std::ofstream(script) << "#!/bin/sh\nexec sleep 1000\n";
    std::filesystem::permissions(script, std::filesystem::perms::owner_all);
    sim_test::stage stage;
    std::string answer;
    {
        chatd::candidate candidate(stage.loop);
        candidate.ask(script, {}, [&](const std::string& why) { answer = why; });
        CHECK_FALSE(candidate.asking());
        CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
        CHECK(errno == ECHILD); // it has been ended and asked for
    }
    CHECK_THAT(answer, Catch::Matchers::StartsWith("it cannot be started: "));
}
