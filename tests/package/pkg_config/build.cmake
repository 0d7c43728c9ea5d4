# A consumer without CMake: only pkg-config's words go to the compiler.
#
#   cmake -DPREFIX=<tree> -DLIBDIR=lib -DCXX=<compiler> -DPKG_CONFIG=<program> -DOUT=<dir> -P build.cmake

cmake_minimum_required(VERSION 3.25)

set(ENV{PKG_CONFIG_PATH} "${PREFIX}/${LIBDIR}/pkgconfig")
set(ENV{LD_LIBRARY_PATH} "${PREFIX}/${LIBDIR}")
get_filename_component(sources "${CMAKE_CURRENT_LIST_DIR}" DIRECTORY)
file(REMOVE_RECURSE "${OUT}")
file(MAKE_DIRECTORY "${OUT}")

# program(<name> <source> <module> [<compiler option>...])
function(program name source module)
    execute_process(COMMAND "${PKG_CONFIG}" --cflags --libs "${module} >= 0.1"
        OUTPUT_VARIABLE flags OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
    separate_arguments(flags UNIX_COMMAND "${flags}")
    execute_process(
        COMMAND "${CXX}" -std=c++20 ${ARGN} "${sources}/${source}" -o "${OUT}/${name}" ${flags}
        COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
    execute_process(COMMAND "${OUT}/${name}" COMMAND_ERROR_IS_FATAL ANY)
endfunction()

program(round_trip echo_round_trip.cpp reactor)
program(round_trip_without_rtti echo_round_trip.cpp reactor -fno-rtti)
program(simulated simulated_round_trip.cpp reactor-sim)
