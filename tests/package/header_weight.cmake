# What #include <reactor/reactor.hpp> costs.  The limit is on what the compiler has to read, which
# is the same on every machine; the seconds are those of this one, for people.
#
#   cmake -DCXX=<compiler> -DINCLUDES=<dir>,<dir> -DOUT=<dir> -DMOST_LINES=<n> -P header_weight.cmake

cmake_minimum_required(VERSION 3.25)

string(REPLACE "," ";" INCLUDES "${INCLUDES}")
list(TRANSFORM INCLUDES PREPEND "-I" OUTPUT_VARIABLE flags)
set(source "${OUT}/umbrella.cpp")
file(WRITE "${source}" "#include <reactor/reactor.hpp>\n")

execute_process(COMMAND "${CXX}" -std=c++20 -E -P ${flags} "${source}" -o "${OUT}/umbrella.ii"
    COMMAND_ERROR_IS_FATAL ANY)
file(SIZE "${OUT}/umbrella.ii" bytes)
execute_process(COMMAND wc -l "${OUT}/umbrella.ii" OUTPUT_VARIABLE count COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCH "[0-9]+" count "${count}")

# User time of the compiler, the least of three.
set(command "'${CXX}' -std=c++20 -fsyntax-only")
foreach(flag IN LISTS flags)
    string(APPEND command " '${flag}'")
endforeach()
set(least "")
foreach(attempt RANGE 1 3)
    execute_process(COMMAND sh -c "${command} '${source}' && times" OUTPUT_VARIABLE times
        COMMAND_ERROR_IS_FATAL ANY)
    string(REGEX MATCH "\n([0-9]+)m([0-9.]+)s" times "${times}")
    if(least STREQUAL "" OR CMAKE_MATCH_2 LESS least)
        set(least "${CMAKE_MATCH_2}")
    endif()
endforeach()

message(STATUS "<reactor/reactor.hpp>: ${count} lines, ${bytes} bytes preprocessed; ${least} s of user time to compile")
if(count GREATER MOST_LINES)
    message(FATAL_ERROR "More than ${MOST_LINES} lines: some header has become heavy")
endif()
