# Holds the house rules that a compiler does not: file length and the direction of includes.
# Every breach is named as file:line.  Run from anywhere: cmake -P tests/layers.cmake

cmake_minimum_required(VERSION 3.25)

set(max_lines 400)
get_filename_component(root "${CMAKE_CURRENT_LIST_DIR}" DIRECTORY)
file(GLOB_RECURSE files RELATIVE "${root}"
    "${root}/libreactor/*.[ch]pp" "${root}/chatd/*.[ch]pp"
    "${root}/bench/*.[ch]pp" "${root}/tests/*.[ch]pp")

# Stands for what would break a line or a list apart.
string(ASCII 1 mark)

function(breach file line text)
    message(NOTICE "${file}:${line}: ${text}")
    set_property(GLOBAL APPEND PROPERTY breaches x)
endfunction()

# Whether a file in `directory` that includes `name` gets a header which libreactor keeps to itself.
function(is_private_header directory name result)
    set(${result} FALSE PARENT_SCOPE)
    foreach(place "${directory}" . libreactor/src libreactor/sim)
        cmake_path(ABSOLUTE_PATH name BASE_DIRECTORY "${root}/${place}" NORMALIZE OUTPUT_VARIABLE path)
        if(EXISTS "${path}")
            cmake_path(RELATIVE_PATH path BASE_DIRECTORY "${root}")
            if(path MATCHES "^libreactor/(src|sim)/")
                set(${result} TRUE PARENT_SCOPE)
            endif()
            return()
        endif()
    endforeach()
endfunction()

function(check_include file line name)
    get_filename_component(directory "${file}" DIRECTORY)
    is_private_header("${directory}" "${name}" private)
    if(file MATCHES "^libreactor/include/" AND private)
        breach("${file}" ${line} "a public header includes the private ${name}")
    elseif(file MATCHES "^libreactor/include/" AND name MATCHES "^(functional|iostream)$")
        breach("${file}" ${line} "<${name}> is too heavy for a public header")
    elseif(file MATCHES "^(chatd|bench|libreactor/examples)/" AND private)
        breach("${file}" ${line} "${name} is private to libreactor")
    elseif(name MATCHES "^catch2/" AND NOT file STREQUAL "tests/support/catch.hpp")
        breach("${file}" ${line} "tests name Catch2 by support/catch.hpp only")
    endif()
endfunction()

function(check_line file line text)
    if(text MATCHES "^[ \t]*#[ \t]*include[ \t]*[<\"]([^>\"]*)")
        check_include("${file}" ${line} "${CMAKE_MATCH_1}")
    endif()
    if(file MATCHES "^libreactor/" AND text MATCHES "[Cc][Hh][Aa][Tt]")
        # The names of the library's own model.
        string(REGEX REPLACE "[Aa][Ss][Yy][Nn]([Cc]_)?[Cc][Hh][Aa][Tt]" "" text "${text}")
        if(text MATCHES "[Cc][Hh][Aa][Tt]")
            breach("${file}" ${line} "libreactor knows nothing of chat")
        endif()
    endif()
    if(text MATCHES "^[ \t]*TEST_CASE(_METHOD)?\\([^\"]*\"([^\"]*)\""
            AND CMAKE_MATCH_2 MATCHES "[,${mark}]")
        breach("${file}" ${line} "; , [ ] or \\ in a test's name misleads Catch2's discovery")
    endif()
endfunction()

foreach(file IN LISTS files)
    file(READ "${root}/${file}" text)
    string(REGEX REPLACE "[][;\\]" "${mark}" text "${text}")
    string(REGEX REPLACE "\n$" "" text "${text}")
    string(REPLACE "\n" ";" lines "${text}")
    set(line 0)
    foreach(text IN LISTS lines)
        math(EXPR line "${line} + 1")
        if(text MATCHES "include|[Cc][Hh][Aa][Tt]|TEST_CASE")
            check_line("${file}" ${line} "${text}")
        endif()
    endforeach()
    if(line GREATER max_lines)
        breach("${file}" ${line} "longer than ${max_lines} lines")
    endif()
endforeach()

get_property(breaches GLOBAL PROPERTY breaches)
list(LENGTH breaches count)
if(count)
    message(FATAL_ERROR "${count} breaches of the house rules")
endif()
