# SPDX-License-Identifier: ISC
# /etc/cron.d form to one person's table: no assignments, no comments, no user field. The caller adds
# one expression each for $BIN, $DATA and $LOG.
/^#/d
/^[[:space:]]*$/d
/^[A-Z]*=/d
s/^\(\([^[:space:]]*[[:space:]]\{1,\}\)\{5\}\)consciousness[[:space:]]\{1,\}/\1/
