#!/bin/sh
# SPDX-License-Identifier: ISC
#
# What `make install` does: the programs, the dashboard, the manual, and the files of the host's own
# nginx and cron. DESTDIR, PREFIX and BUILD_DIR come from the environment. What an administrator may
# have changed (the site file) is not overwritten.
#
# Directly on a host (no DESTDIR, as root) it also makes the user `consciousness` that owns the data;
# nginx joins its group to reach the sockets.

set -eu
umask 022
cd "$(dirname "$0")/.."
build=${BUILD_DIR:-build} prefix=${PREFIX:-/usr} dest=${DESTDIR:-}

put()	# mode folder file...
{
	mode=$1 folder=$dest$2
	shift 2
	install -d "$folder"
	install -m "$mode" "$@" "$folder/"
}

put 755 "$prefix/bin" "$build"/bin/consciousness*
put 644 "$prefix/share/man/man1" docs/*.1
put 644 "$prefix/share/man/man5" docs/*.5
put 644 "$prefix/share/man/man8" docs/*.8
put 644 /etc/nginx/consciousness nginx/include/*.conf

# old assets stay for pages that are still open; the page itself comes last
www=$dest$prefix/share/consciousness/www
install -d "$www"
cp -R "$build"/www/. "$www/"

site=$dest/etc/nginx/sites-available/consciousness
install -d "${site%/*}"
[ -e "$site" ] || sed "s|/usr/share/consciousness|$prefix/share/consciousness|" \
    nginx/consciousness.conf >"$site"

table=$dest/etc/cron.d/consciousness
install -d "${table%/*}"
# cron reads a table only when it is complete
sed "s|^BIN=.*|BIN=$prefix/bin|" cron/consciousness.crontab >"$table.tmp"
chmod 644 "$table.tmp"

if [ -z "$dest" ] && [ "$(id -u)" -eq 0 ]; then
	getent passwd consciousness >/dev/null || useradd --system --user-group \
	    --home-dir /var/lib/consciousness --shell /usr/sbin/nologin consciousness
	usermod -a -G consciousness www-data
	install -d -m 750 -o consciousness -g consciousness /var/lib/consciousness \
	    /var/lib/consciousness/run /var/log/consciousness
else
	install -d -m 750 "$dest/var/lib/consciousness" "$dest/var/lib/consciousness/run" \
	    "$dest/var/log/consciousness"
fi
mv "$table.tmp" "$table"
