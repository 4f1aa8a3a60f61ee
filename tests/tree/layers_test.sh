# SPDX-License-Identifier: ISC
#
# scripts/check-layers.sh: this tree keeps its layers, and the script sees who does not.

atf_test_case tree__keeps_its_layers
tree__keeps_its_layers_body()
{
	atf_check -s exit:0 "$SRC_DIR/scripts/check-layers.sh" "$SRC_DIR"
}

# plant FILE TEXT...: a tree with one offending file
plant()
{
	file=planted/$1
	shift
	mkdir -p planted/shared/base planted/shared/store planted/shared/domain \
	    planted/shared/adapters planted/cgi planted/workers
	for layer in shared/base shared/store shared/domain shared/adapters cgi workers; do
		echo '/* SPDX-License-Identifier: ISC */' >"planted/$layer/some.h"
	done
	printf '%s\n' "$@" >"$file"
}

# seen FILE TEXT MESSAGE: the text in that file is reported with that message
seen()
{
	plant "$1" "$2"
	atf_check -s exit:1 -o match:"$3" "$SRC_DIR/scripts/check-layers.sh" planted
	rm -r planted
}

# unseen FILE TEXT: the text in that file is fine
unseen()
{
	plant "$1" "$2"
	atf_check -s exit:0 "$SRC_DIR/scripts/check-layers.sh" planted
	rm -r planted
}

atf_test_case include__upwards
include__upwards_body()
{
	seen shared/base/a.c '#include "shared/store/some.h"' 'shared/base must not include'
	seen shared/store/a.c '#include "shared/domain/some.h"' 'shared/store must not include'
	seen shared/domain/a.c '#include "shared/adapters/some.h"' 'shared/domain must not'
	seen shared/adapters/a.c '#include "shared/store/some.h"' 'shared/adapters must not'
	seen cgi/a.c '#include "shared/store/some.h"' 'cgi must not include'
	seen cgi/a.c '#include "shared/adapters/some.h"' 'cgi must not include'
	seen workers/a.c '#include "cgi/some.h"' 'workers must not include'
	seen workers/a.c '#include "shared/store/some.h"' 'workers must not include'
}

atf_test_case include__downwards
include__downwards_body()
{
	unseen shared/store/a.c '#include "shared/base/some.h"'
	unseen shared/domain/a.c '#include "shared/store/some.h"'
	unseen shared/adapters/a.c '#include "shared/domain/some.h"'
	unseen cgi/a.c '#include "shared/domain/some.h"'
	unseen workers/a.c '#include "shared/adapters/some.h"'
}

atf_test_case include__not_from_the_top
include__not_from_the_top_body()
{
	seen shared/base/a.c '#include "some.h"' 'write includes from the top'
}

atf_test_case include__internal_header
include__internal_header_body()
{
	plant shared/domain/a.c '#include "shared/base/base_int.h"'
	echo '/* SPDX-License-Identifier: ISC */' >planted/shared/base/base_int.h
	atf_check -s exit:1 -o match:'is internal to shared/base' \
	    "$SRC_DIR/scripts/check-layers.sh" planted
}

atf_test_case include__other_family
include__other_family_body()
{
	plant shared/adapters/adapter_a.c '#include "shared/adapters/adapter_b.h"'
	echo '/* SPDX-License-Identifier: ISC */' >planted/shared/adapters/adapter_b.h
	atf_check -s exit:1 -o match:'an adapter must not include another' \
	    "$SRC_DIR/scripts/check-layers.sh" planted
}

atf_test_case library__foreign_owner
library__foreign_owner_body()
{
	seen workers/a.c '#include <sqlite3.h>' 'belongs to shared/store/db_sqlite'
	seen shared/domain/a.c '#include <jansson.h>' 'belongs to shared/base/js'
	seen shared/adapters/a.c '#include <openssl/evp.h>' 'belongs to shared/base/token'
	seen cgi/main.c '#include <fcgi_stdio.h>' 'belongs to nobody'
	unseen shared/store/db_sqlite.c '#include <sqlite3.h>'
}

atf_test_case sockets__below_the_adapters
sockets__below_the_adapters_body()
{
	seen shared/base/a.c '#include <sys/socket.h>' 'knows no sockets'
	seen shared/domain/a.c '#include <netdb.h>' 'knows no sockets'
	unseen shared/adapters/a.c '#include <sys/socket.h>'
}

atf_test_case sql__outside_the_store
sql__outside_the_store_body()
{
	seen cgi/a.c 'const char *const q = "SELECT id FROM devices";' 'SQL belongs to'
	seen workers/a.c 'f("  DELETE FROM events");' 'SQL belongs to'
	seen shared/domain/a.c 'f("UPDATE devices SET a = 1");' 'SQL belongs to'
	unseen shared/store/a.c 'f("SELECT id FROM devices");'
	unseen cgi/a.c '/* "SELECT id FROM devices" */'
	unseen cgi/a.c 'f("Select a room");'
}

atf_test_case doors__time_and_randomness
doors__time_and_randomness_body()
{
	seen workers/a.c 'x = time(NULL);' 'time is reached through clock_'
	seen cgi/a.c 'clock_gettime(CLOCK_REALTIME, &ts);' 'time is reached through clock_'
	seen shared/domain/a.c 'x = rand();' 'randomness is reached through token_'
	unseen workers/a.c 'x = local_time(NULL);'
	unseen workers/a.c 'f("time(NULL)");'
}

atf_init_test_cases()
{
	atf_add_test_case tree__keeps_its_layers
	atf_add_test_case include__upwards
	atf_add_test_case include__downwards
	atf_add_test_case include__not_from_the_top
	atf_add_test_case include__internal_header
	atf_add_test_case include__other_family
	atf_add_test_case library__foreign_owner
	atf_add_test_case sockets__below_the_adapters
	atf_add_test_case sql__outside_the_store
	atf_add_test_case doors__time_and_randomness
}
