/* SPDX-License-Identifier: ISC
 *
 * What a device family tells the house about a device and its entities: the plain rows between an
 * adapter that decodes an announcement and the registry that makes it so. All text is borrowed.
 */
#ifndef ANNOUNCE_H
#define ANNOUNCE_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/store/store_device.h"

#define ANNOUNCEMENT_MAX 1048576	/* bytes of one, as it is sent */

struct outgoing;

struct announced_device {
	const struct device_identifier	*identifiers;	/* at least one, or the device is none */
	size_t				 n_identifiers;
	const char	*name;		/* NULL: none given */
	const char	*manufacturer, *model, *model_id, *sw_version, *hw_version, *serial_number;
	const char	*configuration_url;
	const char	*suggested_area;	/* a name */
	const char	*via;			/* identifier value */
};

struct announced_entity {
	const char	*component;	/* as in the topic: "sensor" */
	const char	*domain;	/* the domain it lives in, usually the same */
	const char	*unique_id;	/* never NULL: the adapter makes one where none was given */
	const char	*name;		/* own part of the name; NULL: the device's name alone */
	const char	*object_id;	/* wanted entity id ("light.x" or "x"), or NULL */
	const char	*device_class, *unit, *icon, *category;
	bool		 enabled;	/* by default, when it is new */
	const char	*source;	/* discovery topic, with "#key" behind it for a part of a device message */
	const char	*config;	/* JSON, abbreviations expanded, what the adapter compiles again at start */
	const char	*capabilities;	/* JSON object of static attributes, named as Home Assistant names them */
};

/* A part of an announcement that cannot be used. */
struct announced_refusal {
	const char	*source;	/* as of an entity */
	const char	*reason;
	const char	*holder;	/* topic that announces it already, NULL: none does */
};

struct announcement {
	const char		*adapter;	/* family: "mqtt" */
	const char		*source;	/* discovery topic */
	bool			 removal;	/* whatever was announced at `source` is gone */
	const struct announced_device *device;	/* NULL: the entities belong to no device */
	const struct announced_entity *entities;	/* the complete set at `source` */
	size_t			 n;
	const struct announced_refusal *refused;	/* what is not among them */
	size_t			 n_refused;
	bool			 kept;		/* the broker had kept it: it is announced there still */
	/* NULL, or where the broker keeps another announcement of the same device that has to be read (again)
	 * after this one. */
	const char		*companion;
	/* What has to be sent to learn more: a device that does not announce itself is asked. */
	const struct outgoing	*asks;
	size_t			 n_asks;
};

#endif
