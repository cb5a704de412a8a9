# SPDX-License-Identifier: MIT
# The system's Python has the system's packages.
set(Python3_FIND_STRATEGY LOCATION)
if(EXISTS /usr/bin/python3 AND NOT Python3_EXECUTABLE)
  set(Python3_EXECUTABLE /usr/bin/python3)
endif()
find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_test(NAME index/collection COMMAND Python3::Interpreter
  ${CMAKE_CURRENT_LIST_DIR}/check_collection.py --build ${CMAKE_BINARY_DIR})
add_test(NAME index/kits COMMAND Python3::Interpreter
  ${CMAKE_CURRENT_LIST_DIR}/check_kits.py --build ${CMAKE_BINARY_DIR} --corpus ${CMAKE_SOURCE_DIR}/../shared)
set_tests_properties(index/collection index/kits PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 300)
