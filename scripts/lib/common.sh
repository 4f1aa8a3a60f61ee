# shellcheck shell=bash
# SPDX-License-Identifier: ISC
#
# What scripts/run and scripts/check share: messages, packages, npm, the build. Sourced with `root`
# set to the top of the tree and `install` to yes or no.
# shellcheck disable=SC2154

say()
{
	printf '%s\n' "==> $*" >&2
}

warn()
{
	printf '%s\n' "${0##*/}: $*" >&2
}

die()
{
	warn "$@"
	exit 1
}

# Prints "package command" lines of the named parts of scripts/packages.txt.
packages()	# part ...
{
	awk -v parts=" $* " '
	    { sub(/#.*/, "") }
	    /^\[/ { gsub(/[][]/, ""); on = index(parts, " " $1 " "); next }
	    on && NF { print }' "$root/scripts/packages.txt"
}

# Prints the packages of these parts that are not there.
missing_packages()	# part ...
{
	local package command
	while read -r package command; do
		[[ -n $command ]] && PATH=$PATH:/usr/sbin:/sbin command -v "$command" >/dev/null &&
		    continue
		[[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] ||
		    echo "$package"
	done < <(packages "$@")
}

# Installs what is missing of these parts; without the right to, says what to install and fails.
# install=no only looks.
need_packages()	# part ...
{
	local missing sudo=()
	mapfile -t missing < <(missing_packages "$@")
	[[ ${#missing[@]} -eq 0 ]] && return 0
	if [[ $install == no ]]; then
		warn "missing Debian packages: ${missing[*]}"
		warn "install them: apt-get install ${missing[*]}"
		return 1
	fi
	if [[ $(id -u) -ne 0 ]]; then
		command -v sudo >/dev/null || {
			warn "missing Debian packages, and neither root nor sudo to install them:" \
			    "${missing[*]}"
			return 1
		}
		sudo=(sudo)
	fi
	say "installing ${#missing[@]} Debian packages: ${missing[*]}"
	"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -q >&2 || return 1
	"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
	    --no-install-recommends "${missing[@]}" >&2 || return 1
}

# Whether the npm packages of a folder are those of its lock file. A checkout changes its time, so what
# counts is what need_npm installed from; without that, as after an npm by hand, the time.
npm_is_current()	# folder
{
	if [[ -e $1/node_modules/.installed-lock ]]; then
		cmp -s "$1/package-lock.json" "$1/node_modules/.installed-lock"
	else
		[[ -e $1/node_modules/.package-lock.json &&
		    ! $1/package-lock.json -nt $1/node_modules/.package-lock.json ]]
	fi
}

# The npm packages of a folder, exactly as its lock file says. A folder without package.json needs none.
need_npm()	# folder
{
	local dir=$root/$1
	[[ -f $dir/package.json ]] || return 0
	npm_is_current "$dir" && return 0
	if [[ $install == no ]]; then
		warn "missing npm packages of $1; install them: npm --prefix $1 ci"
		return 1
	fi
	say "installing the npm packages of $1"
	npm --prefix "$dir" ci --no-audit --no-fund >&2 || return 1
	# also for make, which compares times
	touch "$dir/node_modules/.package-lock.json"
	cp "$dir/package-lock.json" "$dir/node_modules/.installed-lock"
}
