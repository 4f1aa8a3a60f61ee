/* SPDX-License-Identifier: ISC
 *
 * WebSocket frames from strangers, as the bytes behind a handshake: texts that come out are within the
 * limit, what goes out stays bounded, and nothing is read after the closing has begun.
 */
#include <sys/socket.h>

#include <stdlib.h>
#include <unistd.h>

#include "shared/adapters/net_ws.h"
#include "tests/fuzz/must.h"

#define MAX 4096

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
	struct ws	*w;
	int		 texts, broken;
};

static void
on_text(void *owner, const char *p, size_t n)
{
	struct seen *s = owner;

	must(n <= MAX && p[n] == '\0');
	must(!ws_closing(s->w));
	s->texts++;
}

static void
on_broken(void *owner, int code)
{
	struct seen *s = owner;

	must(code >= 1000 && code < 5000);
	must(s->broken++ == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ws_events events = { on_text, on_broken };
	struct ws_pool *pool = ws_pool_new(&events);
	struct seen s = { NULL, 0, 0 };
	int fds[2], turns;

	must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds) == 0);
	s.w = ws_new(pool, fds[0], &s, MAX, (const char *)data, size);
	for (turns = 0; ws_has_extra(s.w) && !ws_closing(s.w); turns++) {
		must(turns <= (int)(size / 65536) + 1);
		if (!ws_read(s.w))
			break;
	}
	ws_flush(s.w);
	must(!s.broken || ws_closing(s.w));
	close(fds[1]);
	ws_read(s.w);
	ws_free(s.w);
	ws_pool_free(pool);
	return 0;
}
