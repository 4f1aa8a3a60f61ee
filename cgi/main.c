/* SPDX-License-Identifier: ISC
 *
 * consciousness-api: the REST API under nginx. Started by spawn-fcgi and multiwatch it serves FastCGI on
 * descriptor 0 with API_THREADS threads; started by a CGI server it answers one request and ends. Owns
 * libfcgi.
 *
 * Promises: it never runs a program, opens no file whose name came over the network, and writes only
 * to the database, the metrics, the doorbell and the log.
 */
#include <errno.h>
#include <fcgiapp.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

#include "cgi/api.h"
#include "cgi/openapi.h"
#include "shared/base/log.h"
#include "shared/base/mem.h"
#include "shared/base/metric.h"
#include "shared/base/proc.h"

#define STACK (256 * 1024)
#define THREADS_MAX 256
#define LISTEN_FD 0
#define PATIENCE_MS 5000	/* for requests that are being answered when it has to stop */

static ssize_t
fcgi_read(void *io, char *p, size_t n)
{
	FCGX_Request *request = io;

	return FCGX_GetStr(p, (int)n, request->in);
}

static void
fcgi_write(void *io, const char *p, size_t n)
{
	FCGX_Request *request = io;

	FCGX_PutStr(p, (int)n, request->out);
}

static bool
fcgi_flush(void *io)
{
	FCGX_Request *request = io;

	return FCGX_FFlush(request->out) == 0;
}

/*
 * Reads what is left of the body, its end mark included: libfcgi would take the rest for the next
 * request on a kept connection, and close it.
 */
static void
drain(FCGX_Request *request)
{
	char rest[4096];

	while (FCGX_GetStr(rest, sizeof(rest), request->in) > 0)
		continue;
}

/* One thread: it keeps the connection it accepted, and its memory, from request to request. */
static void *
serve_fcgi(void *arg)
{
	struct api *api = arg;
	struct exchange x = { .read = fcgi_read, .write = fcgi_write, .flush = fcgi_flush };
	struct workspace ws;
	FCGX_Request request;

	FCGX_InitRequest(&request, LISTEN_FD, 0);
	api_workspace_open(&ws);
	x.io = &request;
	while (!proc_stop) {
		if (FCGX_Accept_r(&request) != 0) {
			log_warn("fastcgi", "no connection: %s", strerror(errno));
			poll(NULL, 0, 100);
			continue;
		}
		x.envp = request.envp;
		api_serve(api, &ws, &x);
		drain(&request);
		FCGX_Finish_r(&request);
	}
	api_workspace_close(&ws);
	return NULL;
}

static void
start_threads(struct api *api, int64_t n)
{
	pthread_attr_t attr;
	pthread_t thread;
	sigset_t all, old;
	int64_t i;
	int error = 0;

	/* Signals are the main thread's. */
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &old);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	for (i = 0; i < n && error == 0; i++)
		error = pthread_create(&thread, &attr, serve_fcgi, api);
	pthread_attr_destroy(&attr);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (error != 0) {
		log_error("threads", "cannot start: %s", strerror(error));
		exit(EX_OSERR);
	}
}

/* Ends without waiting for idle connections: what was answered is committed. */
static int
run_fcgi(struct api *api)
{
	int64_t n = conf_int(api->conf, CONF_API_THREADS);
	int waited;

	FCGX_Init();
	start_threads(api, n < 1 ? 1 : n > THREADS_MAX ? THREADS_MAX : n);
	while (!proc_stop) {
		poll(NULL, 0, 1000);
		if (proc_hangup) {
			proc_hangup = 0;
			log_reopen();
		}
	}
	for (waited = 0; atomic_load(&api->busy) > 0 && waited < PATIENCE_MS; waited += 10)
		poll(NULL, 0, 10);
	log_info("api", "stopped");
	_exit(0);
}

static ssize_t
cgi_read(void *io, char *p, size_t n)
{
	ssize_t got;

	(void)io;
	do
		got = read(STDIN_FILENO, p, n);
	while (got == -1 && errno == EINTR);
	return got;
}

static void
cgi_write(void *io, const char *p, size_t n)
{
	ssize_t put;

	(void)io;
	while (n > 0 && ((put = write(STDOUT_FILENO, p, n)) > 0 || errno == EINTR)) {
		p += put > 0 ? put : 0;
		n -= put > 0 ? (size_t)put : 0;
	}
}

static int
run_cgi(struct api *api)
{
	struct exchange x = { .envp = environ, .read = cgi_read, .write = cgi_write };
	struct workspace ws;

	api_workspace_open(&ws);
	api_serve(api, &ws, &x);
	api_workspace_close(&ws);
	api_close(api);
	return 0;
}

static void
print_route(const struct resource *s, const struct route *route, void *arg)
{
	(void)s;
	(void)arg;
	printf("%s %s %s%s\n", route->method, route->path,
	    session_permission_name(route->permission),
	    (route->flags & ROUTE_LOCAL) != 0 ? " local" : "");
	if (route->alias != NULL)
		printf("%s %s %s alias\n", route->method, route->alias,
		    session_permission_name(route->permission));
}

static int
print_openapi(void)
{
	struct buf b = {0};

	openapi_write(resources, &b);
	puts(buf_str(&b));
	buf_free(&b);
	return 0;
}

static int
usage(int status)
{
	fprintf(status == 0 ? stdout : stderr,
	    "usage: consciousness-api --data DIR [--config FILE]\n"
	    "       consciousness-api --routes | --openapi\n");
	return status;
}

/* The caller owns *conf, which *api refers to. */
static enum rc
open_house(const char *data, const char *config, struct conf **loaded, struct api **api,
    struct fault *f)
{
	enum log_level level = LOG_LEVEL_INFO;
	struct conf *conf;
	char path[4096];
	enum rc rc;

	if ((rc = conf_load(data, config, loaded, f)) != RC_OK)
		return rc;
	conf = *loaded;
	log_level_parse(conf_text(conf, CONF_LOG_LEVEL), &level);
	log_open("api", conf_bool(conf, CONF_DEBUG) ? LOG_LEVEL_DEBUG : level,
	    conf_text(conf, CONF_LOG_FILE));
	if (conf_path(conf, "run", path, sizeof(path)) == RC_OK)
		rc = proc_mkdir(path, f);
	if (rc == RC_OK && conf_path(conf, "run/metrics", path, sizeof(path)) == RC_OK)
		rc = metric_open(path, f);
	if (rc != RC_OK)	/* a full disk must not keep the house from being read */
		log_warn("metrics", "not shared: %s", f->msg);
	return api_open(conf, api, f);
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "data", required_argument, NULL, 'd' },
		{ "config", required_argument, NULL, 'c' },
		{ "routes", no_argument, NULL, 'r' },
		{ "openapi", no_argument, NULL, 'o' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 }
	};
	const char *data = NULL, *config = NULL;
	struct conf *conf = NULL;
	struct fault f = {0};
	struct api *api;
	int c, status;

	proc_start();
	log_open("api", LOG_LEVEL_INFO, NULL);
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1)
		switch (c) {
		case 'd':
			data = optarg;
			break;
		case 'c':
			config = optarg;
			break;
		case 'r':
			router_each(resources, print_route, NULL);
			return 0;
		case 'o':
			return print_openapi();
		default:
			return usage(c == 'h' ? 0 : EX_USAGE);
		}
	if (data == NULL || optind != argc)
		return usage(EX_USAGE);
	if (open_house(data, config, &conf, &api, &f) != RC_OK) {
		log_error(*f.field != '\0' ? f.field : "api", "%s", f.msg);
		return EX_CONFIG;
	}
	proc_signals();
	status = FCGX_IsCGI() ? run_cgi(api) : run_fcgi(api);
	conf_free(conf);
	return status;
}
