# SPDX-License-Identifier: MIT
# The installed tree alone: a fourth chip family from the SDK, and what the modules export.
set(install_flags "")
if(MTKSCAN_SANITIZE)
  set(install_flags "-fsanitize=${MTKSCAN_SANITIZE}")
elseif(MTKSCAN_COVERAGE)
  set(install_flags "--coverage")
endif()
add_test(NAME install/fourth_family COMMAND Python3::Interpreter
  ${CMAKE_CURRENT_LIST_DIR}/check_install.py --build ${CMAKE_BINARY_DIR}
  --cc ${CMAKE_C_COMPILER} "--flags=${install_flags}")
set_tests_properties(install/fourth_family PROPERTIES TIMEOUT 300)
add_test(NAME install/new_plugin COMMAND Python3::Interpreter
  ${CMAKE_CURRENT_LIST_DIR}/check_sdk.py --build ${CMAKE_BINARY_DIR}
  --cc ${CMAKE_C_COMPILER} "--flags=${install_flags}")
set_tests_properties(install/new_plugin PROPERTIES TIMEOUT 300)
