# What a shared library shows: the public names, and of the standard library what every program
# that instantiates the same templates shows too (not weak any more after link-time optimisation).
#
#   cmake -DNM=<nm> -DLIBRARY=<file> -P exported_symbols.cmake

cmake_minimum_required(VERSION 3.25)

execute_process(COMMAND "${NM}" --dynamic --defined-only --demangle "${LIBRARY}"
    OUTPUT_VARIABLE text COMMAND_ERROR_IS_FATAL ANY)
string(REGEX REPLACE "[][;]" " " text "${text}")
string(REPLACE "\n" ";" lines "${text}")

set(count 0)
foreach(line IN LISTS lines)
    if(NOT line MATCHES "^[0-9a-f]* *([A-Za-z]) (.*)$")
        continue()
    endif()
    set(kind "${CMAKE_MATCH_1}")
    set(symbol "${CMAKE_MATCH_2}")
    math(EXPR count "${count} + 1")
    # Without what may stand before the name of a type or a function.
    string(REGEX REPLACE "^(typeinfo|typeinfo name|vtable|VTT|non-virtual thunk|guard variable) (for|to) " ""
        name "${symbol}")
    if(name MATCHES "^reactor::(sim::)?detail::" OR name MATCHES "anonymous namespace")
        message(SEND_ERROR "internal, and exported: ${symbol}")
    elseif(NOT name MATCHES "^(reactor|std)::" AND NOT kind MATCHES "^[VWu]$")
        message(SEND_ERROR "not ours, and exported: ${symbol}")
    endif()
endforeach()
if(count EQUAL 0)
    message(FATAL_ERROR "${LIBRARY} exports nothing")
endif()
message(STATUS "${LIBRARY}: ${count} symbols")
