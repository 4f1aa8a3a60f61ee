/* SPDX-License-Identifier: ISC
 *
 * Devices that report over HTTP: what the API accepted comes to their entities as messages on topics that no
 * broker knows.
 */
#ifndef ADAPTER_HTTP_H
#define ADAPTER_HTTP_H

#include "shared/domain/adapter.h"

extern const struct adapter_ops adapter_http;

#endif
