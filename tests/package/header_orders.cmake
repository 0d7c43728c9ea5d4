# Compiles the public headers together in several orders, with strict warnings and without RTTI.
# (That each compiles alone is what the target all_verify_interface_header_sets shows.)
#
#   cmake -DCXX=<compiler> -DINCLUDES=<dir>,<dir> -DOUT=<dir> -P header_orders.cmake

cmake_minimum_required(VERSION 3.25)

string(REPLACE "," ";" INCLUDES "${INCLUDES}")
set(headers "")
set(flags "")
foreach(directory IN LISTS INCLUDES)
    file(GLOB_RECURSE found RELATIVE "${directory}" "${directory}/*.hpp")
    list(APPEND headers ${found})
    list(APPEND flags "-I${directory}")
endforeach()

function(compile name)
    list(TRANSFORM ARGN REPLACE "(.+)" "#include <\\1>\n" OUTPUT_VARIABLE lines)
    list(JOIN lines "" text)
    file(WRITE "${OUT}/${name}.cpp" "${text}")
    execute_process(
        COMMAND "${CXX}" -std=c++20 -fsyntax-only -fno-rtti ${flags}
                -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror "${OUT}/${name}.cpp"
        COMMAND_ERROR_IS_FATAL ANY)
    list(LENGTH ARGN count)
    message(STATUS "${count} headers in the order '${name}'")
endfunction()

list(SORT headers)
compile(forward ${headers})
list(REVERSE headers)
compile(reverse ${headers})

# Shuffled, and the same each time: sorted by a hash of the name.
set(keyed "")
foreach(header IN LISTS headers)
    string(MD5 key "${header}")
    list(APPEND keyed "${key}|${header}")
endforeach()
list(SORT keyed)
list(TRANSFORM keyed REPLACE "^[^|]+\\|" "")
compile(shuffled ${keyed})
