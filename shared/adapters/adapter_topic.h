/* SPDX-License-Identifier: ISC
 *
 * Which topics an announcement may name, whatever its family.
 */
#ifndef ADAPTER_TOPIC_H
#define ADAPTER_TOPIC_H

#include <stdbool.h>
#include <stddef.h>

#define ADAPTER_TOPIC_MAX 1024	/* bytes of a topic in a configuration */

bool adapter_topic_subscribable(const char *topic, size_t len);	/* may hold wildcards */
bool adapter_topic_publishable(const char *topic, size_t len);

#endif
