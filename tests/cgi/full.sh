# SPDX-License-Identifier: ISC
#
# A house on a disk that is full (./small, 3 MB): what cannot be stored is refused with the reason, what
# is there can be read, and once there is space all goes on. Run by api_test.sh in a name space.
# shellcheck shell=sh

bin=$BUILD_DIR/bin
mount -t tmpfs -o size=3m none small
mkdir small/house
token=$("$bin/consciousness" --data small/house token create --name full)

ask()	# METHOD PATH BODY: prints the status line and the body
{
	printf %s "$3" >request
	env -i PATH="$PATH" REQUEST_METHOD="$1" REQUEST_URI="$2" CONTENT_LENGTH="${#3}" \
	    CONTENT_TYPE=application/json HTTP_AUTHORIZATION="Bearer $token" REMOTE_ADDR=127.0.0.1 \
	    "$bin/consciousness-api" --data small/house <request 2>>log | tr -d '\r'
}

must()	# TEXT METHOD PATH BODY
{
	want=$1
	shift
	ask "$@" >answer
	grep -q "$want" answer || { echo "$*: no $want in:"; cat answer log; exit 1; }
}

must '^Status: 201' POST /api/v1/areas '{"name":"Before"}'
# As the engine does in a living house, somebody keeps the database open.
mkfifo words
sqlite3 small/house/consciousness.db <words >told &
exec 3>words
echo 'SELECT count(*) FROM area;' >&3
until [ -s told ]; do sleep 0.05; done
cat /dev/zero >small/fill 2>/dev/null || :
must '^Status: 507' POST /api/v1/areas '{"name":"Full"}'
must '"code":"full"' POST /api/v1/areas '{"name":"Full"}'
must '"name":"Before"' GET /api/v1/areas ''
must '^consciousness_read_only 1$' GET /metrics ''
must '"read_only":true' GET /health/database ''
rm small/fill
must '^Status: 201' POST /api/v1/areas '{"name":"After"}'
must '^consciousness_read_only 0$' GET /metrics ''
ask GET /api/v1/areas '' >answer
if grep -q Full answer; then echo "what was refused is there"; exit 1; fi
exec 3>&-
wait
