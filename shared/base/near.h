/* SPDX-License-Identifier: ISC
 *
 * What may have been meant by a name that does not exist: the one of those there are that takes the fewest edits.
 */
#ifndef NEAR_H
#define NEAR_H

#define NEAR_MAX 64	/* bytes of a name that is compared with others */

struct near {
	const char	*wanted;	/* borrowed */
	unsigned int	 most;		/* edits that the next one may need */
	char		 found[NEAR_MAX + 1];
	char		 said[NEAR_MAX + 24];
};

struct near near_to(const char *wanted);
/* Looks at one name that there is. For lists of callbacks: n is a struct near. */
void near_try(const char *name, void *n);
/* "; did you mean \"NAME\"?", to be put behind a message; "" when nothing is near. It lives as long as n. */
const char *near_say(struct near *n);

#endif
