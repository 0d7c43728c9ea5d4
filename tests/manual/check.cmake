# Holds the manual and the README to what is there.  Run from anywhere: cmake -P tests/manual/check.cmake

cmake_minimum_required(VERSION 3.25)

get_filename_component(root "${CMAKE_CURRENT_LIST_DIR}/../.." ABSOLUTE)
# Stands for what would break a line or a list apart.
string(ASCII 1 mark)
include("${CMAKE_CURRENT_LIST_DIR}/test_cases.cmake")

function(breach text)
    message(NOTICE "${text}")
    set_property(GLOBAL APPEND PROPERTY breaches x)
endfunction()

# The text of a file as a list of lines.
function(read_lines file result)
    file(READ "${root}/${file}" text)
    string(REGEX REPLACE "[][;\\]" "${mark}" text "${text}")
    string(REPLACE "\n" ";" lines "${text}")
    set(${result} "${lines}" PARENT_SCOPE)
endfunction()

# The echo server has at most 20 lines of code: neither blank nor comment.
read_lines(libreactor/examples/echo_server.cpp lines)
list(FILTER lines EXCLUDE REGEX "^[ \t]*(//.*)?$")
list(LENGTH lines count)
if(count GREATER 20)
    breach("libreactor/examples/echo_server.cpp has ${count} lines of code, not 20 at most")
endif()

# The README shows it as it is.
file(READ "${root}/libreactor/examples/echo_server.cpp" example)
string(REGEX REPLACE "^//[^\n]*\n" "" example "${example}")
file(READ "${root}/README.md" readme)
string(FIND "${readme}" "```cpp\n${example}```\n" place)
if(place EQUAL -1)
    breach("README.md does not show libreactor/examples/echo_server.cpp as it is")
endif()

# Every page is in the index, and every example.
file(READ "${root}/libreactor/doc/README.md" index)
file(GLOB pages RELATIVE "${root}/libreactor/doc" "${root}/libreactor/doc/*.md")
list(REMOVE_ITEM pages README.md)
foreach(page IN LISTS pages)
    string(FIND "${index}" "${page}" place)
    if(place EQUAL -1)
        breach("libreactor/doc/README.md does not name ${page}")
    endif()
endforeach()

file(GLOB names RELATIVE "${root}/libreactor/examples" "${root}/libreactor/examples/*.cpp")
list(TRANSFORM names REPLACE "(_main|_test|_server_test)?\\.cpp$" "")
foreach(name IN LISTS names)
    string(FIND "${index}" "${name}" place)
    if(place EQUAL -1)
        breach("libreactor/doc/README.md does not name ${name}")
    endif()
endforeach()

# So is every public header, in the index's table and in the header that is all of them.
file(READ "${root}/libreactor/include/reactor/reactor.hpp" umbrella)
file(GLOB_RECURSE headers RELATIVE "${root}/libreactor/include/reactor"
    "${root}/libreactor/include/reactor/*.hpp")
foreach(header IN LISTS headers)
    if(NOT index MATCHES "\n\\|[^\n]*`${header}`")
        breach("libreactor/doc/README.md does not list ${header}")
    endif()
    string(FIND "${umbrella}" "#include <reactor/${header}>" place)
    if(place EQUAL -1 AND NOT header MATCHES "^(reactor|fwd)\\.hpp$|^sim/")
        breach("reactor.hpp does not include ${header}")
    endif()
endforeach()
# And what the table lists is there.
string(REGEX MATCHALL "`[a-z_/]+\\.hpp`" listed "${index}")
foreach(header IN LISTS listed)
    string(REGEX REPLACE "^`(reactor/)?|`$" "" header "${header}")
    if(NOT header IN_LIST headers AND NOT header MATCHES "^(export|version)\\.hpp$")
        breach("libreactor/doc/README.md lists ${header}, which is not there")
    endif()
endforeach()

# Links lead somewhere.  A lambda's head, which looks like one, has neither dot nor slash in it.
foreach(page IN LISTS pages ITEMS README.md)
    file(READ "${root}/libreactor/doc/${page}" text)
    string(REPLACE "](" "${mark}" text "${text}")
    string(REGEX REPLACE "[][;\\]" " " text "${text}")
    string(REGEX MATCHALL "${mark}[A-Za-z0-9_./-]*[./][A-Za-z0-9_./-]*[#)]" links "${text}")
    foreach(link IN LISTS links)
        string(REGEX REPLACE "[${mark}#)]" "" link "${link}")
        if(NOT EXISTS "${root}/libreactor/doc/${link}")
            breach("libreactor/doc/${page}: ${link} is not there")
        endif()
    endforeach()
endforeach()

# Every row of bad_use.md names a test that is in the file which it names, and what else it calls a
# test is one.
read_lines(libreactor/doc/bad_use.md lines)
list(FILTER lines INCLUDE REGEX "^\\| ")
list(FILTER lines EXCLUDE REGEX "^\\| misuse ")
foreach(line IN LISTS lines)
    if(NOT line MATCHES "\\| ([^|]+) \\(`([a-z_/]+\\.cpp)`\\) \\|$")
        breach("libreactor/doc/bad_use.md: this row ends without a test and its file: ${line}")
        continue()
    endif()
    set(name "${CMAKE_MATCH_1}")
    set(file "libreactor/${CMAKE_MATCH_2}")
    find_test_case(tags "${file}" "${name}")
    if(tags STREQUAL "NO")
        breach("libreactor/doc/bad_use.md: tests/${file} has no test '${name}'")
    endif()
endforeach()

get_property(breaches GLOBAL PROPERTY breaches)
list(LENGTH breaches count)
if(count)
    message(FATAL_ERROR "${count} things that the manual gets wrong")
endif()
