/* SPDX-License-Identifier: ISC
 *
 * What a fuzz target promises.
 */
#ifndef MUST_H
#define MUST_H

#include <stdbool.h>
#include <stdlib.h>

static inline void
must(bool holds)
{
	if (!holds)
		abort();
}

#endif
