# SPDX-License-Identifier: MIT
# Real vendor kits, where they are present; skipped where they are not.
# The system's Python has the system's packages.
set(Python3_FIND_STRATEGY LOCATION)
if(EXISTS /usr/bin/python3 AND NOT Python3_EXECUTABLE)
  set(Python3_EXECUTABLE /usr/bin/python3)
endif()
find_package(Python3 REQUIRED COMPONENTS Interpreter)
foreach(what kits orders damage part_damage cut flips merge views build compare volume ftl files)
  add_test(NAME corpus/${what} COMMAND Python3::Interpreter
    ${CMAKE_CURRENT_LIST_DIR}/check_${what}.py
    --build ${CMAKE_BINARY_DIR} --corpus ${CMAKE_SOURCE_DIR}/../shared)
  set_tests_properties(corpus/${what} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT 600)
endforeach()

# What core/disk makes of a disk image, for check_volume.py.
add_executable(volume_probe ${CMAKE_CURRENT_LIST_DIR}/volume_probe.c)
target_link_libraries(volume_probe PRIVATE mtkscan_core mtkscan_compile PkgConfig::NETTLE)
set_target_properties(volume_probe PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)

# What core/disk makes of a translation layer, for check_ftl.py.
add_executable(ftl_probe ${CMAKE_CURRENT_LIST_DIR}/ftl_probe.c)
target_link_libraries(ftl_probe PRIVATE mtkscan_core mtkscan_compile)
set_target_properties(ftl_probe PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
