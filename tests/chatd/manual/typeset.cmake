# Manual pages that the typesetter has nothing to say against.
#   cmake -DGROFF=... -DPAGES=a,b -P typeset.cmake
string(REPLACE "," ";" pages "${PAGES}")
foreach(page IN LISTS pages)
    execute_process(COMMAND "${GROFF}" -man -ww -Tutf8 -z "${page}"
        ERROR_VARIABLE complaints RESULT_VARIABLE status)
    if(NOT status EQUAL 0 OR NOT complaints STREQUAL "")
        message(FATAL_ERROR "${page}: ${status} ${complaints}")
    endif()
endforeach()
