/* SPDX-License-Identifier: ISC
 *
 * Hash tables from text or from an integer to a pointer. Open addressing; keys are borrowed, so the
 * value usually owns them. Keyed hashing (a random seed per table) against hostile topics. A table whose
 * values are structs that hold their own key as an array is smaller: struct map m = { .inside = MAP_INSIDE(...) }.
 */
#ifndef MAP_H
#define MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct map_slot {
	uint64_t	 hash;	/* of the text; the integer itself in an integer table */
	void		*value;	/* NULL: never used */
	const char	*key;	/* not there (nor its room) in an integer table, and where values hold their keys */
};

/* All zero is a valid empty table. */
struct map {
	void		*slots;	/* of `size` bytes each, a struct map_slot or its beginning */
	uint8_t		 size;
	uint16_t	 inside;	/* 1 + offset of the text key in what values point to; 0: keys are apart */
	size_t		 cap;	/* power of two or 0 */
	size_t		 used;	/* slots taken, deleted ones included */
	size_t		 n;	/* values present */
	uint64_t	 seed;
};

/* For .inside of a new table: member is the array in the struct that the values point to. */
#define MAP_INSIDE(type, member) (1 + offsetof(type, member))

void map_free(struct map *m);		/* the table, not the values; .inside is kept */
void *map_get(const struct map *m, const char *key);		/* NULL when absent */
void *map_getn(const struct map *m, const char *key, size_t n);
/* Sets or replaces; value is not NULL. Returns the replaced value or NULL. */
void *map_put(struct map *m, const char *key, void *value);
void *map_remove(struct map *m, const char *key);		/* returns the value or NULL */

void *map_get_int(const struct map *m, int64_t key);
void *map_put_int(struct map *m, int64_t key, void *value);
void *map_remove_int(struct map *m, int64_t key);

/* A number out of n bytes, as the key of a table: equal bytes, equal number; the reverse has to be checked. */
uint64_t map_hash(const void *p, size_t n);

/* Next value at or after *i (start with 0), NULL at the end. The table must not change meanwhile. */
void *map_next(const struct map *m, size_t *i);

#endif
