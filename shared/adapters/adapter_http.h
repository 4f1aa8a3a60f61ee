/* SPDX-License-Identifier: ISC
 *
 * Devices that report over HTTP, and calendars: what the API accepted or a job read comes to their entities as messages
 * on topics that no broker knows.
 */
#ifndef ADAPTER_HTTP_H
#define ADAPTER_HTTP_H

#include "shared/domain/adapter.h"

extern const struct adapter_ops adapter_http, adapter_calendar;

#endif
