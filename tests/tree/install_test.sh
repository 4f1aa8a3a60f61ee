# SPDX-License-Identifier: ISC
#
# scripts/install.sh: everything lands where the host's nginx, cron and man look for it.

installed()
{
	DESTDIR=$PWD/root PREFIX=$1 "$SRC_DIR/scripts/install.sh"
}

atf_test_case install__everything_in_its_place
install__everything_in_its_place_body()
{
	installed /usr || atf_fail "install failed"
	for program in "$BUILD_DIR"/bin/consciousness*; do
		atf_check cmp "$program" "root/usr/bin/${program##*/}"
	done
	for file in usr/share/consciousness/www/index.html etc/nginx/consciousness/server.conf \
	    etc/nginx/sites-available/consciousness usr/share/man/man8/consciousness-engine.8 \
	    usr/share/man/man5/consciousness.conf.5; do
		[ -s "root/$file" ] || atf_fail "no $file"
	done
	atf_check -o inline:'644\n' stat -c %a root/etc/cron.d/consciousness
	atf_check -o inline:'750\n' stat -c %a root/var/lib/consciousness
	atf_check cmp "$SRC_DIR/cron/consciousness.crontab" root/etc/cron.d/consciousness
}

atf_test_case install__other_prefix
install__other_prefix_body()
{
	installed /usr/local || atf_fail "install failed"
	[ -x root/usr/local/bin/consciousness-engine ] || atf_fail "no engine"
	atf_check -o inline:'BIN=/usr/local/bin\n' grep ^BIN= root/etc/cron.d/consciousness
	atf_check -o match:/usr/local/share/consciousness/www \
	    grep 'root /usr' root/etc/nginx/sites-available/consciousness
}

atf_test_case install__again_keeps_the_site
install__again_keeps_the_site_body()
{
	installed /usr || atf_fail "install failed"
	echo '# changed here' >>root/etc/nginx/sites-available/consciousness
	installed /usr || atf_fail "install failed"
	atf_check -o ignore grep '# changed here' root/etc/nginx/sites-available/consciousness
	atf_check -o inline:'consciousness\n' ls root/etc/cron.d
}

atf_init_test_cases()
{
	atf_add_test_case install__everything_in_its_place
	atf_add_test_case install__other_prefix
	atf_add_test_case install__again_keeps_the_site
}
