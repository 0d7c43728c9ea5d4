# Every package that is looked for, with its least version: that of Debian 12.
# Nothing is downloaded.

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

if(REACTOR_BUILD_CHATD OR REACTOR_BUILD_BENCH)
    find_package(fmt 9.1 REQUIRED)
    find_package(CLI11 2.1.2 REQUIRED)
    find_package(nlohmann_json 3.11 REQUIRED)
endif()

if(REACTOR_BUILD_TESTS)
    # Versions 2 and 3 both do, which one find_package(Catch2 2.13.10) cannot say.
    find_package(Catch2 REQUIRED)
    if(Catch2_VERSION VERSION_LESS 2.13.10)
        message(FATAL_ERROR "Catch2 ${Catch2_VERSION} is too old: 2.13.10 or later is needed")
    endif()
endif()
