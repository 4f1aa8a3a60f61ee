/* SPDX-License-Identifier: ISC
 *
 * A connection, for the files that make it: net_ws.c (what comes in, as frames), net_ws_queue.c (what waits
 * to go out).
 */
#ifndef NET_WS_INT_H
#define NET_WS_INT_H

#include "shared/adapters/net_ws.h"
#include "shared/base/buf.h"

struct decoder;

/* One message that waits: head alone, or head, body and '}'. */
struct item {
	struct ws_text	*head, *body;
};

struct ws {
	struct ws_pool	*pool;
	struct decoder	*decoder;	/* NULL between messages */
	void		*owner;
	char		*extra;		/* came with the handshake, not read yet */
	uint32_t	 extra_len, extra_at;
	int		 fd;
	uint32_t	 max;
	struct item	*queue;		/* a ring; NULL while it is empty */
	uint32_t	 cap, first, n;
	uint32_t	 sent;		/* bytes of the first item that are out */
	size_t		 bytes;		/* of all items */
	struct buf	 control;
	size_t		 control_sent;
	struct buf	 goodbye;	/* the close frame, behind all others */
	bool		 closing;	/* a close frame is queued or out */
	bool		 shut;		/* it is out: only the peer's end is awaited */
	bool		 peer_closed;	/* the peer said goodbye first */
};

/* Forgets what waits, but for a message that is half sent. */
void ws_forget(struct ws *w);

#endif
