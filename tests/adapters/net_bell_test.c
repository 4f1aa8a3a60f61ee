/* SPDX-License-Identifier: ISC */
#include <atf-c.h>
#include <dirent.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/adapters/net_bell.h"

static bool
rung(struct bell *b)
{
	struct pollfd pfd = { .fd = bell_fd(b), .events = POLLIN };

	return poll(&pfd, 1, 0) == 1;
}

static int
entries(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	int n = 0;

	ATF_REQUIRE(d != NULL);
	while ((e = readdir(d)) != NULL)
		n += e->d_name[0] != '.';
	closedir(d);
	return n;
}

ATF_TC_WITHOUT_HEAD(ring__wakes_every_listener);
ATF_TC_BODY(ring__wakes_every_listener, tc)
{
	struct bell *a, *b;
	struct bus *bus;
	int i;

	ATF_REQUIRE_EQ(bell_open_ringer("bell", &bus, NULL), RC_OK);
	bus_ring(bus);			/* nobody there yet */
	ATF_REQUIRE_EQ(bell_listen("bell", "a", &a, NULL), RC_OK);
	ATF_REQUIRE(!rung(a));
	bus_ring(bus);			/* although the directory changed a moment ago */
	ATF_REQUIRE(rung(a));
	ATF_REQUIRE_EQ(bell_listen("bell", "a", &b, NULL), RC_OK);
	bus_ring(bus);
	ATF_REQUIRE(rung(a) && rung(b));
	ATF_REQUIRE(bell_drain(a));
	ATF_REQUIRE(!bell_drain(a));
	ATF_REQUIRE(!rung(a) && rung(b));
	for (i = 0; i < 10000; i++)	/* a full queue neither blocks nor loses the wish */
		bus_ring(bus);
	ATF_REQUIRE(rung(a));
	bell_drain(a);
	ATF_REQUIRE(!rung(a));
	bell_close(b);
	ATF_REQUIRE_EQ(entries("bell"), 1);
	bus_ring(bus);
	ATF_REQUIRE(rung(a));
	bell_close(a);
	ATF_REQUIRE_EQ(entries("bell"), 0);
	bell_close(NULL);
	bus->ops->close(bus);
}

ATF_TC_WITHOUT_HEAD(ring_others__leaves_its_own_listener_out);
ATF_TC_BODY(ring_others__leaves_its_own_listener_out, tc)
{
	struct bell *own, *other;
	struct bus *bus;

	ATF_REQUIRE_EQ(bell_open_ringer("bell", &bus, NULL), RC_OK);
	ATF_REQUIRE_EQ(bell_listen("bell", "a", &own, NULL), RC_OK);
	ATF_REQUIRE_EQ(bell_listen("bell", "a", &other, NULL), RC_OK);	/* the same name: another one still */
	bell_ring_others(bus, own);
	ATF_REQUIRE(!rung(own) && rung(other));
	bell_ring_others(bus, NULL);
	ATF_REQUIRE(rung(own));
	bell_close(own);
	bell_close(other);
	bus->ops->close(bus);
}

ATF_TC_WITHOUT_HEAD(dead_listener__is_removed);
ATF_TC_BODY(dead_listener__is_removed, tc)
{
	struct bell *b;
	struct bus *bus;
	int status;
	pid_t pid;

	ATF_REQUIRE_EQ(bell_open_ringer("bell", &bus, NULL), RC_OK);
	if ((pid = fork()) == 0)
		_exit(bell_listen("bell", "short", &b, NULL) == RC_OK ? 0 : 1);
	ATF_REQUIRE_EQ(waitpid(pid, &status, 0), pid);
	ATF_REQUIRE_EQ(status, 0);
	ATF_REQUIRE_EQ(entries("bell"), 1);
	ATF_REQUIRE_EQ(bell_listen("bell", "long", &b, NULL), RC_OK);
	bus_ring(bus);
	ATF_REQUIRE(rung(b));
	ATF_REQUIRE_EQ(entries("bell"), 1);
	bell_close(b);
	bus->ops->close(bus);
}

ATF_TC_WITHOUT_HEAD(listener__that_dies_later_is_removed_too);
ATF_TC_BODY(listener__that_dies_later_is_removed_too, tc)
{
	int ready[2], status;
	struct bell *b;
	struct bus *bus;
	char c;
	pid_t pid;

	ATF_REQUIRE_EQ(pipe(ready), 0);
	ATF_REQUIRE_EQ(bell_open_ringer("bell", &bus, NULL), RC_OK);
	if ((pid = fork()) == 0) {
		if (bell_listen("bell", "short", &b, NULL) != RC_OK || write(ready[1], "x", 1) != 1)
			_exit(1);
		bell_wait(b, 10000);
		_exit(0);
	}
	ATF_REQUIRE_EQ(read(ready[0], &c, 1), 1);
	bus_ring(bus);			/* wakes it: it ends without tidying up */
	ATF_REQUIRE_EQ(waitpid(pid, &status, 0), pid);
	ATF_REQUIRE_EQ(status, 0);
	ATF_REQUIRE_EQ(entries("bell"), 1);
	bus_ring(bus);
	ATF_REQUIRE_EQ(entries("bell"), 0);
	bus->ops->close(bus);
}

ATF_TC_WITHOUT_HEAD(path__longer_than_a_socket_address_works);
ATF_TC_BODY(path__longer_than_a_socket_address_works, tc)
{
	char dir[200];
	struct bell *b;
	struct bus *bus;

	memset(dir, 'd', sizeof(dir));
	dir[sizeof(dir) - 1] = '\0';
	ATF_REQUIRE_EQ(bell_open_ringer(dir, &bus, NULL), RC_OK);
	ATF_REQUIRE_EQ(bell_listen(dir, "x", &b, NULL), RC_OK);
	bus_ring(bus);
	ATF_REQUIRE(rung(b));
	bell_close(b);
	ATF_REQUIRE_EQ(entries(dir), 0);
	bus->ops->close(bus);
}

static void *
ring_often(void *arg)
{
	int i;

	for (i = 0; i < 2000; i++)
		bus_ring(arg);
	return NULL;
}

ATF_TC_WITHOUT_HEAD(threads__may_ring_while_listeners_come_and_go);
ATF_TC_BODY(threads__may_ring_while_listeners_come_and_go, tc)
{
	pthread_t t[4];
	struct bell *b, *last;
	struct bus *bus;
	int i;

	ATF_REQUIRE_EQ(bell_open_ringer("bell", &bus, NULL), RC_OK);
	for (i = 0; i < 4; i++)
		ATF_REQUIRE_EQ(pthread_create(&t[i], NULL, ring_often, bus), 0);
	for (i = 0; i < 200; i++) {
		ATF_REQUIRE_EQ(bell_listen("bell", "b", &b, NULL), RC_OK);
		bell_close(b);
	}
	ATF_REQUIRE_EQ(bell_listen("bell", "last", &last, NULL), RC_OK);
	for (i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	bell_drain(last);
	bus_ring(bus);
	ATF_REQUIRE(rung(last));
	bell_close(last);
	bus->ops->close(bus);
}

ATF_TC_WITHOUT_HEAD(directory__that_is_made_anew_is_followed);
ATF_TC_BODY(directory__that_is_made_anew_is_followed, tc)
{
	struct bell *b;
	struct bus *bus;

	ATF_REQUIRE_EQ(bell_open_ringer("bell", &bus, NULL), RC_OK);
	ATF_REQUIRE_EQ(bell_listen("bell", "x", &b, NULL), RC_OK);
	bus_ring(bus);
	bell_close(b);
	ATF_REQUIRE_EQ(rmdir("bell"), 0);
	bus_ring(bus);
	ATF_REQUIRE_EQ(bell_listen("bell", "x", &b, NULL), RC_OK);
	bus_ring(bus);
	ATF_REQUIRE(rung(b));
	bell_close(b);
	bus->ops->close(bus);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, ring__wakes_every_listener);
	ATF_TP_ADD_TC(tp, ring_others__leaves_its_own_listener_out);
	ATF_TP_ADD_TC(tp, dead_listener__is_removed);
	ATF_TP_ADD_TC(tp, listener__that_dies_later_is_removed_too);
	ATF_TP_ADD_TC(tp, path__longer_than_a_socket_address_works);
	ATF_TP_ADD_TC(tp, threads__may_ring_while_listeners_come_and_go);
	ATF_TP_ADD_TC(tp, directory__that_is_made_anew_is_followed);
	return atf_no_error();
}
