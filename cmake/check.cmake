# Runs the tests of a build and ends with the line "N passed, N failed[, N skipped]".
#
#   cmake -DPRESET=dev -P cmake/check.cmake       by test preset, from the source directory
#   cmake -DBUILD_DIR=<dir> -P cmake/check.cmake  any build directory

cmake_minimum_required(VERSION 3.25)

# Unlike message(), writes to stdout, and nothing but the text.
function(say)
    execute_process(COMMAND "${CMAKE_COMMAND}" -E echo "${ARGN}")
endfunction()

get_filename_component(source_dir "${CMAKE_CURRENT_LIST_DIR}" DIRECTORY)
if(PRESET)
    set(which --preset ${PRESET})
    set(BUILD_DIR "${source_dir}/build/${PRESET}")
elseif(BUILD_DIR)
    set(which --test-dir "${BUILD_DIR}" --output-on-failure --timeout 60)
else()
    message(FATAL_ERROR "Say which build: -DPRESET=<name> or -DBUILD_DIR=<dir>")
endif()

get_filename_component(ctest "${CMAKE_COMMAND}" DIRECTORY)
set(ctest "${ctest}/ctest")
cmake_host_system_information(RESULT jobs QUERY NUMBER_OF_LOGICAL_CORES)
get_filename_component(results "${BUILD_DIR}/test-results.xml" ABSOLUTE)
file(REMOVE "${results}")
execute_process(
    COMMAND "${ctest}" ${which} --parallel ${jobs} --no-tests=error --output-junit "${results}"
    WORKING_DIRECTORY "${source_dir}"
    RESULT_VARIABLE status)

# One list item per test, its attributes first; brackets and semicolons in the tests' output would break the list.
set(cases "")
if(EXISTS "${results}")
    file(READ "${results}" cases)
    string(REPLACE "&apos;" "'" cases "${cases}")
    string(REGEX REPLACE "[][;]" " " cases "${cases}")
    string(REPLACE "\t<testcase " ";" cases "${cases}")
    list(POP_FRONT cases)
endif()

set(passed 0)
set(failed 0)
set(skipped 0)
foreach(case IN LISTS cases)
    if(case MATCHES "^[^>]* status=\"run\"")
        math(EXPR passed "${passed} + 1")
    elseif(case MATCHES "^[^>]* status=\"disabled\"|<skipped message=\"SKIP_")
        math(EXPR skipped "${skipped} + 1")
        string(REGEX MATCH "^name=\"([^\"]*)" name "${case}")
        set(name "${CMAKE_MATCH_1}")
        # Where the two versions of Catch2 put the reason.
        string(REGEX MATCH "(SKIPPED: |with message:\n *)([^\n]*)" reason "${case}")
        say("skipped: ${name}: ${CMAKE_MATCH_2}")
    else() # failed, or could not be started
        math(EXPR failed "${failed} + 1")
    endif()
endforeach()
if(NOT status EQUAL 0 AND failed EQUAL 0)
    set(failed 1) # it found no tests or did not get that far
    say("ctest itself failed: ${status}")
endif()

set(summary "${passed} passed, ${failed} failed")
if(skipped)
    string(APPEND summary ", ${skipped} skipped")
endif()
if(failed)
    # Makes the exit status non-zero and, unlike FATAL_ERROR, lets the closing line come last.
    message(SEND_ERROR "Tests failed; see above.")
endif()
say("${summary}")
