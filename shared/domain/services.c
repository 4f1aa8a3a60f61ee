/* SPDX-License-Identifier: ISC
 *
 * The list of domains that have services, and ways back.
 */
#include <string.h>

#include "shared/domain/reversal.h"
#include "shared/domain/service.h"

#define DOMAINS(X) \
	X(automation) \
	X(light) \
	X(switch) \
	X(cover) \
	X(climate) \
	X(lock) \
	X(number) \
	X(select) \
	X(text) \
	X(button) \
	X(scene) \
	X(fan) \
	X(siren) \
	X(update) \
	X(date) \
	X(time) \
	X(datetime) \
	X(notify) \
	X(infrared) \
	X(alarm_control_panel) \
	X(vacuum) \
	X(lawn_mower) \
	X(valve) \
	X(water_heater) \
	X(humidifier)

#define X(domain) \
	extern const struct service service_##domain[]; \
	extern const struct reversal reversal_##domain[];
DOMAINS(X)
#undef X

static const struct service *const tables[] = {
#define X(domain) service_##domain,
	DOMAINS(X)
#undef X
};
static const struct reversal *const reversals[] = {
#define X(domain) reversal_##domain,
	DOMAINS(X)
#undef X
};
#define TABLES (sizeof(tables) / sizeof(tables[0]))

const struct service *
service_at(size_t i)
{
	const struct service *s;
	size_t t;

	for (t = 0; t < TABLES; t++)
		for (s = tables[t]; s->domain != NULL; s++)
			if (i-- == 0)
				return s;
	return NULL;
}

const struct service *
service_of_entity(const char *id, const char *name)
{
	char domain[64];
	size_t n = strcspn(id, ".");

	if (n >= sizeof(domain))
		return NULL;
	memcpy(domain, id, n);
	domain[n] = '\0';
	return service_find(domain, name);
}

bool
service_anywhere(const char *name)
{
	const struct service *s;
	size_t t;

	for (t = 0; t < TABLES; t++)
		for (s = tables[t]; s->domain != NULL; s++)
			if (strcmp(s->name, name) == 0)
				return true;
	return false;
}

/* A table is one domain's: its first row says which. TABLES when there is none. */
static size_t
table_of(const char *domain)
{
	size_t t = 0;

	while (t < TABLES && strcmp(tables[t]->domain, domain) != 0)
		t++;
	return t;
}

const struct service *
service_of(const char *domain)
{
	size_t t = table_of(domain);

	return t < TABLES ? tables[t] : NULL;
}

const struct reversal *
service_reversals(const char *domain)
{
	size_t t = table_of(domain);

	return t < TABLES ? reversals[t] : NULL;
}

const struct service *
service_find(const char *domain, const char *name)
{
	const struct service *s;

	for (s = service_of(domain); s != NULL && s->domain != NULL; s++)
		if (strcmp(s->name, name) == 0)
			return s;
	return NULL;
}
