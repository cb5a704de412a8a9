# SPDX-License-Identifier: MIT
# mtkscan_add_plugin(ID SOURCES file... [TEST file...] [BOARDS file])
#
# A chip module ID.so that exports its entry and nothing else, installed where mtkscan looks. BOARDS
# (default: boards.ini, where it exists) goes beside it. TEST makes a program of the module and the given
# files and adds it to ctest.
function(mtkscan_add_plugin id)
  cmake_parse_arguments(arg "" "BOARDS" "SOURCES;TEST" ${ARGN})
  set(map ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/plugin.map)
  set(home ${MTKSCAN_PLUGIN_INSTALL_DIR})
  if(NOT home)
    include(GNUInstallDirs)
    set(home ${CMAKE_INSTALL_LIBDIR}/mtkscan/plugins)
  endif()
  add_library(${id} MODULE ${arg_SOURCES})
  set_target_properties(${id} PROPERTIES
    PREFIX "" SUFFIX ".so" POSITION_INDEPENDENT_CODE ON
    C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/plugins)
  target_link_libraries(${id} PRIVATE mtkscan::sdk)
  target_link_options(${id} PRIVATE
    -Wl,--version-script=${map} -Wl,-z,relro,-z,now,-z,noexecstack)
  if(NOT MTKSCAN_SANITIZE) # a sanitizer's runtime is in the program, not in the module
    target_link_options(${id} PRIVATE -Wl,-z,defs)
  endif()
  if(TARGET mtkscan_compile)
    target_link_libraries(${id} PRIVATE mtkscan_compile)
  endif()
  install(TARGETS ${id} LIBRARY DESTINATION ${home})

  if(NOT arg_BOARDS)
    set(arg_BOARDS boards.ini)
  endif()
  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${arg_BOARDS})
    configure_file(${arg_BOARDS} ${CMAKE_BINARY_DIR}/plugins/${id}.boards.ini COPYONLY)
    install(FILES ${arg_BOARDS} DESTINATION ${home} RENAME ${id}.boards.ini)
  endif()

  if(arg_TEST AND (NOT DEFINED MTKSCAN_TESTS OR MTKSCAN_TESTS))
    add_executable(test_plugin_${id} ${arg_SOURCES} ${arg_TEST})
    set_target_properties(test_plugin_${id} PROPERTIES
      RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    target_link_libraries(test_plugin_${id} PRIVATE mtkscan::sdk nettle)
    if(TARGET mtkscan_compile)
      target_link_libraries(test_plugin_${id} PRIVATE mtkscan_compile)
    endif()
    add_test(NAME plugin/${id} COMMAND test_plugin_${id})
  endif()
endfunction()
