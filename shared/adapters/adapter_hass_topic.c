/* SPDX-License-Identifier: ISC
 *
 * Topics: where announcements come from.
 */
#include <ctype.h>
#include <string.h>

#include "shared/adapters/adapter_hass_int.h"

/* [a-zA-Z0-9_-]+ */
static bool
legal_id(const char *s, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (!isalnum((unsigned char)s[i]) && s[i] != '_' && s[i] != '-')
			return false;
	return n > 0;
}

/* Copies the level at *p and moves *p behind its slash. */
static bool
take_level(const char **p, char *out, size_t outlen)
{
	size_t n = strcspn(*p, "/");

	if (n >= outlen || !legal_id(*p, n))
		return false;
	memcpy(out, *p, n);
	out[n] = '\0';
	*p += n + ((*p)[n] == '/');
	return true;
}

static int
count_levels(const char *s)
{
	int n = 1;

	for (; *s != '\0'; s++)
		n += *s == '/';
	return n;
}

enum rc
hass_topic_parse(const char *topic, const char *prefix, struct hass_topic *out, struct fault *f)
{
	size_t n = strlen(prefix);
	const char *p = topic + n + 1;
	int levels;

	if (strncmp(topic, prefix, n) != 0 || topic[n] != '/')
		return RC_NOT_FOUND;
	levels = count_levels(p);
	if (levels < 3 || levels > 4 || strcmp(strrchr(topic, '/'), "/config") != 0)
		return RC_NOT_FOUND;
	out->node[0] = '\0';
	if (!take_level(&p, out->component, sizeof(out->component)) ||
	    (levels == 4 && !take_level(&p, out->node, sizeof(out->node))) ||
	    !take_level(&p, out->object, sizeof(out->object)))
		return fault_set(f, RC_INVALID, "topic",
		    "%.100s: ids are letters, digits, _ and -", topic);
	return RC_OK;
}
