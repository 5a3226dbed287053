/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/**
 * DOC: html - an execution as one HTML page that needs nothing else
 *
 * A lane for each CPU, the steps in their order with what happened in them, the count of each named
 * page and the usage of each memcg along the steps, and the violation where it was found.
 */
#ifndef NP_SIM_HTML_H
#define NP_SIM_HTML_H

#include "search_print.h"

/**
 * np_html_write - write @path anew
 * @report: of a search; its first finding is shown, else the order of the file
 *
 * The execution is made once more, and what it passes is written down.
 * Return: 0; -ENOMEM; what opening or writing @path returned.
 */
int np_html_write(const char *path, const struct np_search_report *report);

#endif /* NP_SIM_HTML_H */
