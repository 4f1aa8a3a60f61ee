/* SPDX-License-Identifier: ISC
 *
 * What a route is: one const row of its resource's table. Matching, permission, input checking, the
 * OpenAPI document and the tests all read these rows; nothing about a route is said anywhere else.
 */
#ifndef ROUTE_H
#define ROUTE_H

#include <stdbool.h>

#include "shared/base/field.h"
#include "shared/domain/session.h"

struct request;

enum route_flag {
	ROUTE_WRITE = 1,	/* handle runs inside a write transaction, r->tx is set */
	ROUTE_ANY_HOST = 2,	/* answered under every Host: what monitors ask */
	ROUTE_LOCAL = 4,	/* only for TRUSTED_NETWORKS */
	ROUTE_SECRET = 8,	/* the answer holds a secret: it is kept nowhere */
	ROUTE_NO_DB = 16,	/* answers also while the database is away, r->db NULL then */
	ROUTE_RAW = 32,		/* body and query may be anything: handle reads r->raw and r->http.query */
	ROUTE_ASKS = 64,	/* of a ROUTE_WRITE: changes nothing, so that a repeated request is answered anew */
	ROUTE_OPEN = 128	/* the body may have members that no input names: handle reads r->body */
};

struct route {
	const char		*method;	/* "GET" serves HEAD too */
	const char		*path;		/* "/api/v1/devices/{id}" */
	const char		*alias;		/* a second path, or NULL */
	enum permission		 permission;
	unsigned		 flags;
	const struct field	*inputs;	/* ends with a NULL name; NULL: none */
	/* Before anybody looks into the body of a ROUTE_WRITE (r->raw): who says that? May be NULL. */
	enum rc			(*verify)(struct request *r);
	/* The body (an object) in the words that inputs have, the caller's own; NULL: it comes in no others. */
	struct js		*(*reword)(const struct js *body);
	/* Before the transaction of a ROUTE_WRITE, holding no connection: what takes long. May be NULL. */
	enum rc			(*prepare)(struct request *r);
	/* Answers: r->db is inside a transaction. Fails with an rc and r->fault. */
	enum rc			(*handle)(struct request *r);
	/* After the commit of a ROUTE_WRITE, holding no connection. May be NULL. */
	enum rc			(*finish)(struct request *r);
	/*
	 * Of a body that was refused (422): all that is wrong with it, as items {"place", "message"} of an open array;
	 * holding no connection. NULL: the problem says one fault.
	 */
	void			(*faults)(struct request *r, struct jsw *w);
	int			 status;	/* of success; 0: 200 */
	const char		*summary;
	const char		*body;		/* schema of the request body; NULL: out of inputs */
	const char		*reply;		/* schema of the answer; NULL: it has no body */
	const char		*type;		/* media type of the answer; NULL: JSON */
};

enum member_type {
	MEMBER_TEXT, MEMBER_INT, MEMBER_REAL, MEMBER_BOOL,
	MEMBER_TIME,		/* RFC 3339 */
	MEMBER_OBJECT,		/* any object */
	MEMBER_ANY,		/* any value */
	MEMBER_TEXTS,		/* array of strings */
	MEMBER_INTS,		/* array of integers */
	MEMBER_LIST,		/* array of `of` */
	MEMBER_ONE		/* one `of` */
};

/* A member of an answer. All are always there. */
struct member {
	const char		*name;
	enum member_type	 type;
	bool			 null;	/* may be null */
	const char		*of;	/* MEMBER_LIST, MEMBER_ONE: name of a schema */
	const char		*help;	/* or NULL */
};

/* A named schema: a table of members, or JSON text where a table cannot say it. */
struct schema {
	const char		*name;
	const struct member	*members;	/* ends with a NULL name */
	const char		*json;
};

struct resource {
	const char		*name;		/* tag in the OpenAPI document */
	const char		*help;
	const struct route	*routes;	/* ends with a NULL method */
	const struct schema	*schemas;	/* ends with a NULL name; NULL: none */
};

/* resources.c: the list, NULL-terminated. */
extern const struct resource *const resources[];

#endif
