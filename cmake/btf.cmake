# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# layout --check reads the BTF of a kernel with libbpf.  It is there unless the user says that it
# need not be: a build that quietly lacks it would be a witness that quietly stays at home.

add_library(netpage-sim-btf INTERFACE)
if(NP_BTF)
	pkg_check_modules(LIBBPF IMPORTED_TARGET libbpf)
	if(NOT LIBBPF_FOUND)
		message(FATAL_ERROR "libbpf (libbpf-dev) is not there: layout --check needs it, "
			"or -DNP_BTF=OFF to do without")
	endif()
	target_link_libraries(netpage-sim-btf INTERFACE PkgConfig::LIBBPF)
	target_compile_definitions(netpage-sim-btf INTERFACE NP_BTF)
	list(REMOVE_ITEM program_sources ${CMAKE_CURRENT_SOURCE_DIR}/sim/btf_none.c)
else()
	list(REMOVE_ITEM program_sources ${CMAKE_CURRENT_SOURCE_DIR}/sim/btf_libbpf.c)
endif()
