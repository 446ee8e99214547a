#!/bin/bash
# Runs a command with a PostgreSQL cluster of its own, whose URL is in LSTMD_TEST_DATABASE. The
# server listens on a socket in a temporary folder only, so it needs no port. It is not safe against a
# power cut (fsync=off), because tests need none of that.
#
# usage: with_postgres.sh COMMAND...
# Without PostgreSQL the command is not run, which is printed, and the exit status is 0.
set -euo pipefail

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
if ! command -v initdb >/dev/null 2>&1 && [ ! -x "$bin/initdb" ]; then
    echo "==> SKIPPED: PostgreSQL is not installed (make deps-dev); not run: $*"
    exit 0
fi
[ -x "$bin/initdb" ] || bin=$(dirname "$(command -v initdb)")

# initdb refuses to run as root.
as=()
if [ "$(id -u)" = 0 ]; then
    user=postgres
    id -u postgres >/dev/null 2>&1 || user=nobody
    as=(setpriv --reuid "$user" --regid "$(id -g "$user")" --clear-groups)
fi

folder=$(mktemp -d /tmp/lstmd-pg-XXXXXX)
stop() {
    "${as[@]}" "$bin/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap stop EXIT
if [ "$(id -u)" = 0 ]; then chown "$user" "$folder"; fi
chmod 755 "$folder"
cd "$folder"
"${as[@]}" "$bin/initdb" -D "$folder/data" -U lstmd -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$folder/initdb" 2>&1 ||
    { cat "$folder/initdb"; exit 1; }
cat >>"$folder/data/postgresql.conf" <<END
listen_addresses = ''
unix_socket_directories = '$folder'
fsync = off
full_page_writes = off
max_connections = 200
shared_buffers = 64MB
log_min_messages = fatal
END
"${as[@]}" "$bin/pg_ctl" -D "$folder/data" -l "$folder/log" -w -t 60 start >/dev/null || { cat "$folder/log"; exit 1; }
cd "$OLDPWD"

export LSTMD_TEST_DATABASE="postgresql://lstmd@/postgres?host=$folder"
export LSTMD_TEST_PG_CTL="${as[*]} $bin/pg_ctl -D $folder/data -l $folder/log -w"
"$@"
