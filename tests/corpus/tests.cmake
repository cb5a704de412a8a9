# SPDX-License-Identifier: MIT
# Real vendor kits, where they are present; skipped where they are not.
# The system's Python has the system's packages.
set(Python3_FIND_STRATEGY LOCATION)
if(EXISTS /usr/bin/python3 AND NOT Python3_EXECUTABLE)
  set(Python3_EXECUTABLE /usr/bin/python3)
endif()
find_package(Python3 REQUIRED COMPONENTS Interpreter)
foreach(what kits orders damage cut)
  add_test(NAME corpus/${what} COMMAND Python3::Interpreter
    ${CMAKE_CURRENT_LIST_DIR}/check_${what}.py
    --build ${CMAKE_BINARY_DIR} --corpus ${CMAKE_SOURCE_DIR}/../shared)
  set_tests_properties(corpus/${what} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 600)
endforeach()
