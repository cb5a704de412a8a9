# SPDX-License-Identifier: MIT
# The program behind corpus/compare.
add_executable(compare-kits ${CMAKE_CURRENT_LIST_DIR}/compare_kits.c)
target_link_libraries(compare-kits PRIVATE mtkscan_core mtkscan_compile)
set_target_properties(compare-kits PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
foreach(what numbers topics preflight)
  if(TARGET test_compare_${what})
    add_dependencies(test_compare_${what} mt6260 mt6261 mt2502)
  endif()
endforeach()
