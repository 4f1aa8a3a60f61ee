# SPDX-License-Identifier: ISC
#
# Pictures of cameras and images, from the broker to the API, byte for byte.

. "$SRC_DIR/tests/lib/house.sh"

# picture FILE SIZE: begins as a JPEG does, then every byte there is, NUL among them
picture()
{
	python3 - "$1" "$2" <<'END'
import random, sys
size = int(sys.argv[2])
head = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
body = random.Random(size).randbytes(size - len(head) - 2)
open(sys.argv[1], "wb").write(head + body + b"\xff\xd9")
END
}

publish_file()	# topic file [option...]
{
	topic=$1 file=$2
	shift 2
	mosquitto_pub -h 127.0.0.1 -p "$(broker_port)" -t "$topic" -f "$file" "$@"
}

fetch()	# entity [curl option...]: status in `status`, head in `reply.head`, bytes in `got`
{
	entity=$1
	shift
	curl -s -m 30 -D reply.head -o got -w '%{http_code}' -H "Authorization: Bearer $TOKEN" "$@" \
	    "$URL/api/v1/entities/$entity/image" >status
}

shows()	# entity file
{
	fetch "$1"
	[ "$(cat status)" = 200 ] && cmp -s got "$2"
}

entity_exists()
{
	api GET "/api/v1/entities/$1" >entity.json
	[ "$(cat status)" = 200 ]
}

announce_camera()
{
	mqtt_pub homeassistant/camera/porch/config '{"name":"Porch","unique_id":"porch",
	    "topic":"cam/porch/snapshot"}' -r -q 1
}

atf_test_case camera__byte_for_byte cleanup
camera__byte_for_byte_body()
{
	start_house
	announce_camera
	wait_for entity_exists camera.porch || fail "no camera"
	fetch camera.porch
	atf_check -o inline:'404' cat status
	atf_check -o match:'not_found' cat got
	picture small 5000
	publish_file cam/porch/snapshot small
	wait_for shows camera.porch small || fail "the picture did not arrive: $(cat status)"
	atf_check -o match:'^Content-Type: image/jpeg' tr -d '\r' <reply.head
	atf_check -o match:'^Cache-Control: private, no-cache' tr -d '\r' <reply.head
	atf_check -o match:'^X-Content-Type-Options: nosniff' tr -d '\r' <reply.head
	atf_check -o match:'^1$' grep -ci '^X-Content-Type-Options' reply.head
	api GET /api/v1/entities/camera.porch >e.json
	atf_check -o inline:'idle true\n' jq -r '"\(.state) \(.available)"' e.json
	# who has it already is told so
	etag=$(tr -d '\r' <reply.head | sed -n 's/^ETag: //p')
	fetch camera.porch -H "If-None-Match: $etag"
	atf_check -o inline:'304' cat status
	# a large one, far beyond every buffer on the way
	picture large 3000000
	publish_file cam/porch/snapshot large -q 1
	wait_for shows camera.porch large || fail "the large picture did not arrive: $(cat status)"
	fetch camera.porch -H "If-None-Match: $etag"
	atf_check -o inline:'200' cat status
	# what is no picture changes nothing
	mqtt_pub cam/porch/snapshot '<svg onload="alert(1)"/>'
	mqtt_pub cam/porch/snapshot ''
	mqtt_pub homeassistant/sensor/mark/config '{"name":"Mark","unique_id":"mark","state_topic":"mark"}' -r
	wait_for entity_exists sensor.mark || fail "the engine stands still"
	shows camera.porch large || fail "the picture was replaced"
	curl -s -o got -w '%{http_code}' "$URL/api/v1/entities/camera.porch/image" >status
	atf_check -o inline:'401' cat status
	fetch sensor.mark
	atf_check -o inline:'404' cat status
	# a picture that an engine could not remove any more goes with the next cleaning, the others stay
	cp small house/pictures/999999
	atf_check -o ignore -e ignore "$bin/consciousness-job" --data house prune
	atf_check test ! -e house/pictures/999999
	shows camera.porch large || fail "the cleaning took too much"
	# nothing of it is in the database
	[ "$(cat house/consciousness.db house/consciousness.db-wal | wc -c)" -lt 3000000 ] ||
	    fail "the picture is in the database"
}
camera__byte_for_byte_cleanup()
{
	stop_all
}

state_of()
{
	api GET "/api/v1/entities/$1" | jq -r .state
}

has_state()
{
	[ "$(state_of "$1")" != null ]
}

file_gone()
{
	[ ! -e "house/pictures/$1" ]
}

atf_test_case image__retained_and_removed cleanup
image__retained_and_removed_body()
{
	start_house
	picture snow 40000
	base64 -w 0 snow >snow.b64
	# the broker keeps it: it is there before anybody knows the entity
	publish_file img/door snow.b64 -r -q 1
	mqtt_pub homeassistant/image/door/config '{"name":"Door","unique_id":"door",
	    "image_topic":"img/door","image_encoding":"b64"}' -r -q 1
	wait_for shows image.door snow || fail "the kept picture did not arrive: $(cat status)"
	wait_for has_state image.door || fail "no state"
	atf_check -o match:'^20[0-9][0-9]-.*T.*Z$' echo "$(state_of image.door)"
	row=$(sqlite3 house/consciousness.db "select row from entity where entity_id = 'image.door'")
	atf_check test -s "house/pictures/$row"
	# withdrawn and cleared: the file goes with the entity
	mqtt_pub img/door '' -r
	mqtt_pub homeassistant/image/door/config '' -r -q 1
	wait_for sh -c 'sqlite3 house/consciousness.db "select orphaned from entity where
	    entity_id = '\''image.door'\''" | grep -q 1' || fail "not withdrawn"
	api_ok DELETE /api/v1/entities/image.door
	wait_for file_gone "$row" || fail "the picture is still there"
}
image__retained_and_removed_cleanup()
{
	stop_all
}

atf_init_test_cases()
{
	atf_add_test_case camera__byte_for_byte
	atf_add_test_case image__retained_and_removed
}
