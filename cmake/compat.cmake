# SPDX-License-Identifier: MIT OR GPL-2.0-only
#
# The compat layer: kernel headers over the library, for sources that are written for the
# kernel, and KUnit on CMocka.
#
# netpage-sim::compat          native: links with the shared library
# netpage-sim::compat-explore  the same in the explore flavour; users are instrumented
#
# Only public headers are used, so that the archives go with any form of the library.

pkg_check_modules(CMOCKA REQUIRED IMPORTED_TARGET cmocka)

file(GLOB compat_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/lib/compat/*.c)

# Kernel sources name these directories as the kernel's build does, and are written for
# its warnings: an unused parameter, or two signs in a comparison, are not worth one.
set(NP_COMPAT_WARNINGS ${NP_WARNINGS}
	-Wno-unused-parameter -Wno-sign-compare -Wno-missing-field-initializers
	-Wno-write-strings)

# np_add_compat(NAME)
function(np_add_compat name)
	add_library(${name} STATIC ${compat_sources})
	set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
	target_include_directories(${name} BEFORE PUBLIC
		$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include/netpage/compat>
		$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
		$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/netpage/compat>
		$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
	target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/lib)
	# Kernel code counts on integers that wrap.
	target_compile_options(${name} PUBLIC -fno-strict-overflow)
	target_compile_options(${name} PRIVATE ${NP_WARNINGS})
	target_link_libraries(${name} PUBLIC PkgConfig::CMOCKA Threads::Threads)
endfunction()

np_add_compat(netpage-sim-compat)
install(TARGETS netpage-sim-compat ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
add_library(netpage-sim-compat-shared INTERFACE)
target_link_libraries(netpage-sim-compat-shared INTERFACE
	netpage-sim-compat netpage-sim::netpage-sim)
add_library(netpage-sim::compat ALIAS netpage-sim-compat-shared)

if(NP_EXPLORE)
	np_add_compat(netpage-sim-compat-explore)
	install(TARGETS netpage-sim-compat-explore ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
	target_compile_definitions(netpage-sim-compat-explore PUBLIC NP_FLAVOUR_EXPLORE)
	target_compile_options(netpage-sim-compat-explore PRIVATE ${NP_EXPLORE_OPTIONS})
	add_library(netpage-sim-compat-explore-shared INTERFACE)
	target_link_libraries(netpage-sim-compat-explore-shared INTERFACE
		netpage-sim-compat-explore netpage-sim::explore)
	add_library(netpage-sim::compat-explore ALIAS netpage-sim-compat-explore-shared)
endif()
