#!/bin/sh
# SPDX-License-Identifier: ISC
# Prints C source that holds the scenarios named on the command line, in that order.
set -eu
echo '#include <stddef.h>'
echo '#include "shared/domain/scenario.h"'
echo 'const struct scenario_shipped scenarios_shipped[] = {'
for file; do
	printf '{ "%s",\n' "$(basename "$file" .json)"
	sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^	*//' -e 's/^/"/' -e 's/$/\\n"/' "$file"
	echo '},'
done
echo '{ NULL, NULL } };'
