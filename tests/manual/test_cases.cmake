# read_test_cases(<result> <file below tests/>)
#
# The test cases of a source, `name|tags` each.  What would break a list apart stands as `mark`, which
# the caller has set; names have none of it (the `layers` test sees to that), brackets of tags become
# blanks around them.
function(read_test_cases result file)
    file(READ "${root}/tests/${file}" text)
    string(REGEX REPLACE "[][]" " " text "${text}")
    string(REGEX REPLACE "[;\\]" "${mark}" text "${text}")
    string(REGEX REPLACE "\"[ \n]*\"" "" text "${text}") # a name over two lines
    string(REGEX MATCHALL "TEST_CASE(_METHOD)?\\([^\"()]*\"[^\"]*\"(,[ \n]*\"[^\"]*\")?" cases "${text}")
    list(TRANSFORM cases REPLACE "^[^\"]*\"([^\"]*)\",?[ \n]*\"?([^\"]*)\"?$" "\\1|\\2")
    set(${result} "${cases}" PARENT_SCOPE)
endfunction()

# find_test_case(<result> <file below tests/> <name>): its tags with a blank around each; NO when
# there is no such file or case.
function(find_test_case result file name)
    set(${result} NO PARENT_SCOPE)
    if(NOT EXISTS "${root}/tests/${file}")
        return()
    endif()
    get_property(known GLOBAL PROPERTY "cases of ${file}" SET)
    if(NOT known)
        read_test_cases(cases "${file}")
        set_property(GLOBAL PROPERTY "cases of ${file}" "${cases}")
    endif()
    get_property(cases GLOBAL PROPERTY "cases of ${file}")
    foreach(case IN LISTS cases)
        string(FIND "${case}" "${name}|" place)
        if(place EQUAL 0)
            string(REGEX REPLACE "^[^|]*\\|" "" tags "${case}")
            set(${result} " ${tags} " PARENT_SCOPE)
        endif()
    endforeach()
endfunction()
