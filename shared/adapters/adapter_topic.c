/* SPDX-License-Identifier: ISC
 *
 * Which topics an announcement may name (MQTT 3.1.1, section 4.7).
 */
#include <string.h>

#include "shared/adapters/adapter_topic.h"

bool
adapter_topic_publishable(const char *topic, size_t len)
{
	return len > 0 && len <= ADAPTER_TOPIC_MAX && memchr(topic, '\0', len) == NULL &&
	    memchr(topic, '+', len) == NULL && memchr(topic, '#', len) == NULL;
}

bool
adapter_topic_subscribable(const char *topic, size_t len)
{
	size_t i;

	if (len == 0 || len > ADAPTER_TOPIC_MAX || memchr(topic, '\0', len) != NULL)
		return false;
	for (i = 0; i < len; i++) {
		if (topic[i] != '+' && topic[i] != '#')
			continue;
		if (i > 0 && topic[i - 1] != '/')
			return false;
		if (topic[i] == '#' ? i + 1 != len : i + 1 < len && topic[i + 1] != '/')
			return false;
	}
	return true;
}
