# SPDX-License-Identifier: Apache-2.0
# What the scripts share: finding or installing PostgreSQL and Chromium, and
# running a PostgreSQL server of our own in a throw-away folder.

# missing WHAT HOW: a part of the machine is not there. With CI=true that is a
# failure; at home it is said loudly and the tests that need it are skipped.
missing() {
	if [ "${CI:-}" = true ]; then
		echo "make test: $1 is missing. $2" >&2
		exit 1
	fi
	printf '\n!!! NOT TESTED: %s is missing. %s\n\n' "$1" "$2" >&2
}

# install PACKAGE...: with Debian's apt-get, when that is allowed here.
install() {
	command -v apt-get >/dev/null || return 1
	local as=()
	if [ "$(id -u)" != 0 ]; then
		sudo -n true 2>/dev/null || return 1
		as=(sudo -n)
	fi
	echo "make test: installing $*" >&2
	"${as[@]}" apt-get update -qq >&2 && "${as[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >&2
}

# postgres_bin: the folder of PostgreSQL 15 or later's programs, or nothing.
postgres_bin() {
	local dir version
	for dir in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -t/ -k5 -n -r) "$(dirname "$(command -v postgres || echo /none/postgres)")"; do
		[ -x "$dir/initdb" ] && [ -x "$dir/postgres" ] || continue
		version=$("$dir/postgres" --version | grep -oE '[0-9]+' | head -n 1)
		[ "$version" -ge 15 ] && { echo "$dir"; return; }
	done
}

# start_postgres: a server of our own on a free loopback port; sets
# ESCALE_TEST_POSTGRES. stop_postgres ends it and removes its folder.
start_postgres() {
	local bin port run=()
	bin=$(postgres_bin)
	if [ -z "$bin" ]; then
		install postgresql postgresql-contrib || true
		bin=$(postgres_bin)
	fi
	if [ -z "$bin" ]; then
		missing "PostgreSQL 15 or later" "Install it: apt-get install postgresql postgresql-contrib"
		return
	fi
	PG_DIR=$(mktemp -d /tmp/escale-postgres.XXXXXX)
	PG_BIN=$bin
	port=$((20000 + RANDOM % 20000))
	if [ "$(id -u)" = 0 ]; then
		# PostgreSQL refuses to run as root.
		chown postgres "$PG_DIR"
		PG_RUN=(setpriv --reuid=postgres --regid=postgres --init-groups)
	else
		PG_RUN=()
	fi
	# The server's durability is not what these tests are about, its speed is.
	if ! (cd "$PG_DIR" &&
		"${PG_RUN[@]}" "$bin/initdb" -D "$PG_DIR/data" -A trust -U escale --no-locale -E UTF8 >"$PG_DIR/init.log" 2>&1 &&
		"${PG_RUN[@]}" "$bin/pg_ctl" -D "$PG_DIR/data" -w -l "$PG_DIR/log" \
			-o "-p $port -k $PG_DIR -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=400" start >/dev/null); then
		cat "$PG_DIR/init.log" "$PG_DIR/log" >&2 2>/dev/null || true
		missing "a running PostgreSQL" "See the messages above."
		return
	fi
	export ESCALE_TEST_POSTGRES="postgres://escale@127.0.0.1:$port/postgres?sslmode=disable"
}

stop_postgres() {
	[ -n "${PG_DIR:-}" ] || return 0
	(cd / && "${PG_RUN[@]}" "$PG_BIN/pg_ctl" -D "$PG_DIR/data" -m immediate stop >/dev/null 2>&1) || true
	rm -rf "$PG_DIR"
}

# find_chromium: sets ESCALE_CHROMIUM, installing it when missing and allowed.
find_chromium() {
	local name
	for name in chromium chromium-browser google-chrome; do
		ESCALE_CHROMIUM=$(command -v "$name") && break
	done
	if [ -z "${ESCALE_CHROMIUM:-}" ]; then
		install chromium || true
		ESCALE_CHROMIUM=$(command -v chromium || true)
	fi
	if [ -z "$ESCALE_CHROMIUM" ]; then
		missing "Chromium" "Install it: apt-get install chromium"
		unset ESCALE_CHROMIUM
		return
	fi
	export ESCALE_CHROMIUM
}

# find_axe: sets ESCALE_AXE to the accessibility checker the browser tests load,
# fetched once from npm into .cache.
AXE_VERSION=4.14.1
find_axe() {
	local dir=.cache/axe-core-$AXE_VERSION
	if [ ! -f "$dir/axe.min.js" ]; then
		command -v npm >/dev/null || install npm || true
		mkdir -p "$dir"
		(cd "$dir" && npm pack --silent "axe-core@$AXE_VERSION" >/dev/null 2>&1 &&
			tar -xzf "axe-core-$AXE_VERSION.tgz" --strip-components=1 package/axe.min.js package/LICENSE &&
			rm "axe-core-$AXE_VERSION.tgz") || true
	fi
	if [ ! -f "$dir/axe.min.js" ]; then
		missing "axe-core $AXE_VERSION" "It comes from npm: install npm (apt-get install npm) and check the network."
		return
	fi
	ESCALE_AXE=$PWD/$dir/axe.min.js
	export ESCALE_AXE
}
