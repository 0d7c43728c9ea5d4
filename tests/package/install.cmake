# Installs a build into a temporary tree, moves the tree and looks for what must not be in it.
#
#   cmake -DBUILD_DIR=<dir> -DSOURCE_DIR=<dir> -DCONFIG=<type> -DPREFIX=<tree> -P install.cmake

cmake_minimum_required(VERSION 3.25)

set(first_prefix "${PREFIX}.first")
file(REMOVE_RECURSE "${PREFIX}" "${first_prefix}")
foreach(component lib dev)
    execute_process(
        COMMAND "${CMAKE_COMMAND}" --install "${BUILD_DIR}" --config "${CONFIG}"
                --prefix "${first_prefix}" --component ${component}
        COMMAND_ERROR_IS_FATAL ANY)
endforeach()
file(RENAME "${first_prefix}" "${PREFIX}")

file(GLOB_RECURSE files "${PREFIX}/*.cmake" "${PREFIX}/*.pc")
if(NOT files)
    message(FATAL_ERROR "No package files were installed")
endif()
foreach(file IN LISTS files)
    file(READ "${file}" text)
    foreach(word "${BUILD_DIR}" "${SOURCE_DIR}" "${first_prefix}" "-Wall" "-Werror" "-fsanitize")
        string(FIND "${text}" "${word}" place)
        if(NOT place EQUAL -1)
            message(SEND_ERROR "${file} names ${word}")
        endif()
    endforeach()
endforeach()
