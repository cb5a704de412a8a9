# SPDX-License-Identifier: MIT
# The tiny modules that the loader's tests copy into folders: one file, one module, one fault.
file(GLOB module_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/modules/*.c)
foreach(source ${module_sources})
  get_filename_component(name ${source} NAME_WE)
  add_library(test_module_${name} MODULE ${source})
  set_target_properties(test_module_${name} PROPERTIES
    PREFIX "" SUFFIX ".so" OUTPUT_NAME ${name} C_VISIBILITY_PRESET hidden
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests/modules)
  target_link_libraries(test_module_${name} PRIVATE mtkscan_sdk mtkscan_compile)
  add_dependencies(test_host_plugins test_module_${name})
  add_dependencies(test_host_decode test_module_${name})
endforeach()
