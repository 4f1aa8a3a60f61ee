/* SPDX-License-Identifier: ISC
 *
 * Comparing versions, and passing one over without a word to the device.
 */
#include <ctype.h>
#include <string.h>

#include "shared/domain/update.h"

/* The number at the beginning of a version and what follows its point. */
static unsigned long
take_number(const char **s)
{
	unsigned long n = 0;

	for (; isdigit((unsigned char)**s); (*s)++)
		n = n > 100000000UL ? n : n * 10 + (unsigned long)(**s - '0');
	if (**s == '.' && isdigit((unsigned char)(*s)[1]))
		(*s)++;
	return n;
}

bool
update_newer(const char *a, const char *b)
{
	unsigned long na, nb;

	a += *a == 'v' || *a == 'V';
	b += *b == 'v' || *b == 'V';
	while (isdigit((unsigned char)*a) || isdigit((unsigned char)*b)) {
		na = take_number(&a);
		nb = take_number(&b);
		if (na != nb)
			return nb > na;
	}
	return strcmp(a, b) != 0 && (*b == '\0' || *a != '\0');
}

/* The text that holds after the report; NULL for none. */
static const char *
after(const struct live *l, const struct report *r, const char *name)
{
	int i;

	for (i = r->n_attributes - 1; i >= 0; i--)
		if (strcmp(r->attributes[i].name, name) == 0)
			return js_string(r->attributes[i].value, NULL);
	return js_get_string(house_attributes(l), name);
}

void
update_judge(const struct live *l, struct report *r)
{
	const char *skipped, *installed, *latest;

	if (strcmp(l->domain, "update") != 0 || (skipped = after(l, r, UPDATE_SKIPPED)) == NULL)
		return;
	installed = after(l, r, "installed_version");
	latest = after(l, r, "latest_version");
	if ((installed != NULL && strcmp(skipped, installed) == 0) ||
	    (latest != NULL && strcmp(skipped, latest) != 0))
		adapter_report_put(r, UPDATE_SKIPPED, NULL);
	else if (latest != NULL && r->has_state && r->state != NULL && strcmp(r->state, "on") == 0)
		r->state = "off";
}
