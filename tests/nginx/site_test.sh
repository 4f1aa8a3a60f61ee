# SPDX-License-Identifier: ISC
#
# nginx/: the site file for a real host and what it promises on every answer, with nothing behind it.

. "$SRC_DIR/tests/lib/house.sh"
PATH=$PATH:/usr/sbin

# site: the site file as on a host, with this directory in place of the system's folders, in ./etc
site()
{
	mkdir -p etc tmp www/assets var
	ln -sfn "$SRC_DIR/nginx/include" etc/consciousness
	openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=consciousness.example \
	    -keyout server.key -out server.crt 2>/dev/null || atf_fail "no certificate"
	echo '<!doctype html>page' >www/index.html
	echo 'script' >www/assets/app-1234.js
	http=$(free_port)
	https=$(free_port)
	sed -e "s|/etc/consciousness/tls|$PWD|; s|/usr/share/consciousness/www|$PWD/www|" \
	    -e "s|/var/log/nginx|$PWD/var|; s|/var/lib/consciousness/run|$PWD/var|" \
	    -e "s|listen 80;|listen 127.0.0.1:$http;|; s|listen 443|listen 127.0.0.1:$https|" \
	    -e '/listen \[::\]/d' "$@" \
	    "$SRC_DIR/nginx/consciousness.conf" >etc/site.conf
	cat >etc/nginx.conf <<-END
		daemon off;
		pid $PWD/var/nginx.pid;
		error_log $PWD/var/error.log;
		worker_processes 1;
		$([ "$(id -u)" -eq 0 ] && echo 'user root;')
		events { worker_connections 64; }
		http {
			include consciousness/types.conf;
			client_body_temp_path $PWD/tmp/1;
			proxy_temp_path $PWD/tmp/2;
			fastcgi_temp_path $PWD/tmp/3;
			uwsgi_temp_path $PWD/tmp/4;
			scgi_temp_path $PWD/tmp/5;
			include site.conf;
		}
	END
}

serve()
{
	start nginx nginx -e "$PWD/var/error.log" -c "$PWD/etc/nginx.conf"
	wait_for can_connect "$https" || atf_fail "$(cat nginx.out)"
}

get()	# path [curl option...]
{
	path=$1
	shift
	curl -sik -m 10 "$@" "https://127.0.0.1:$https$path"
}

atf_test_case site__is_valid
site__is_valid_body()
{
	site
	atf_check -s exit:0 -e match:'test is successful' \
	    nginx -t -e "$PWD/var/error.log" -c "$PWD/etc/nginx.conf"
	if grep -E 'warn|emerg' var/error.log; then
		atf_fail "nginx has warnings"
	fi
}

atf_test_case headers__once_on_every_answer cleanup
headers__once_on_every_answer_body()
{
	site
	serve
	for path in / /assets/app-1234.js /assets/none /some/page /api/v1/devices /health /metrics \
	    /ws /docs; do
		get "$path" >answer
		for header in 'X-Frame-Options: DENY' 'X-Content-Type-Options: nosniff' \
		    'Referrer-Policy: strict-origin-when-cross-origin' \
		    'Strict-Transport-Security: max-age=63072000; includeSubDomains' \
		    "Content-Security-Policy: default-src 'self'"; do
			[ "$(grep -ic "^${header%%:*}:" answer)" -eq 1 ] ||
			    atf_fail "$path: not once: $header: $(cat answer)"
			grep -qi "^$header" answer || atf_fail "$path: $header: $(cat answer)"
		done
		grep -q 'unsafe-inline' answer && atf_fail "$path: unsafe-inline"
	done
	atf_check test "$(get / | grep -ci '^cache-control: no-cache')" -eq 1
	atf_check test "$(get /assets/app-1234.js |
	    grep -ci '^cache-control: public, max-age=2592000, immutable')" -eq 1
}
headers__once_on_every_answer_cleanup()
{
	stop_all
}

atf_test_case tls__versions_and_redirect cleanup
tls__versions_and_redirect_body()
{
	site
	serve
	get / --tlsv1.2 --tls-max 1.2 | grep -q '^HTTP/2 200' || atf_fail "no TLS 1.2"
	get / --tlsv1.3 | grep -q '^HTTP/2 200' || atf_fail "no TLS 1.3"
	if get / --tlsv1.1 --tls-max 1.1 --ciphers DEFAULT@SECLEVEL=0 >answer; then
		atf_fail "TLS 1.1 is served: $(cat answer)"
	fi
	atf_check -o match:'^Location: https://house.example/x\?y=1' \
	    curl -si -H 'Host: house.example' "http://127.0.0.1:$http/x?y=1"
}
tls__versions_and_redirect_cleanup()
{
	stop_all
}

atf_test_case api__down_is_a_problem_document cleanup
api__down_is_a_problem_document_body()
{
	site
	serve
	get /api/v1/devices >answer
	head -n 1 answer | grep -q 503 || atf_fail "$(cat answer)"
	grep -qi '^content-type: application/problem+json' answer || atf_fail "$(cat answer)"
	sed '1,/^.$/d' answer | jq -e '.status == 503 and .code == "down"' >/dev/null ||
	    atf_fail "$(cat answer)"
}
api__down_is_a_problem_document_cleanup()
{
	stop_all
}

# status codes of N requests for a path
codes()	# n path
{
	i=0
	while [ $i -lt "$1" ]; do
		i=$((i + 1))
		echo "url = \"https://127.0.0.1:$https$2\""
		echo 'output = /dev/null'
	done >curlrc
	curl -sk -K curlrc -w '%{http_code}\n'
}

atf_test_case limit__strangers_not_the_trusted cleanup
limit__strangers_not_the_trusted_body()
{
	# loopback is a stranger here
	site -e '/127.0.0.0.8 1;/d'
	serve
	codes 60 /api/v1/devices >counted
	[ "$(grep -c 429 counted)" -gt 10 ] || atf_fail "no limit: $(sort counted | uniq -c)"
	[ "$(grep -c 503 counted)" -ge 21 ] || atf_fail "no burst: $(sort counted | uniq -c)"
	get /api/v1/devices >answer
	if grep -q '^HTTP/2 429' answer; then
		grep -qi '^retry-after:' answer || atf_fail "$(cat answer)"
	fi
	codes 60 /health >counted
	[ "$(grep -c 503 counted)" -eq 60 ] || atf_fail "/health is limited"
	codes 30 /ws >counted
	[ "$(grep -c 429 counted)" -gt 10 ] || atf_fail "/ws: $(sort counted | uniq -c)"
}
limit__strangers_not_the_trusted_cleanup()
{
	stop_all
}

atf_test_case limit__trusted_have_none cleanup
limit__trusted_have_none_body()
{
	site
	serve
	codes 60 /api/v1/devices >counted
	[ "$(grep -c 503 counted)" -eq 60 ] || atf_fail "$(sort counted | uniq -c)"
}
limit__trusted_have_none_cleanup()
{
	stop_all
}

atf_test_case log__without_health_and_queries cleanup
log__without_health_and_queries_body()
{
	site -e 's/flush=5s/flush=50ms/'
	serve
	get /health >/dev/null
	get '/some/page?secret=1' >/dev/null
	wait_for grep -q '"GET /some/page" 200' var/consciousness.log ||
	    atf_fail "$(cat var/consciousness.log)"
	atf_check -s exit:1 grep -E 'health|secret' var/consciousness.log
}
log__without_health_and_queries_cleanup()
{
	stop_all
}

atf_init_test_cases()
{
	atf_add_test_case site__is_valid
	atf_add_test_case headers__once_on_every_answer
	atf_add_test_case tls__versions_and_redirect
	atf_add_test_case api__down_is_a_problem_document
	atf_add_test_case limit__strangers_not_the_trusted
	atf_add_test_case limit__trusted_have_none
	atf_add_test_case log__without_health_and_queries
}
