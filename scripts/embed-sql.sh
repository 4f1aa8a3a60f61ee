#!/bin/sh
# SPDX-License-Identifier: ISC
# Prints C source that holds the migrations named on the command line, in that order.
set -eu
echo '#include "shared/store/store_int.h"'
echo 'const struct migration store_migrations[] = {'
for file; do
	printf '{ "%s",\n' "$(basename "$file" .sql)"
	sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/	/ /g' -e 's/^/"/' -e 's/$/\\n"/' "$file"
	echo '},'
done
echo '{ NULL, NULL } };'
