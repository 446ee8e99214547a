#!/bin/sh
# Part of make install. Puts lstmd.conf and, on this machine itself (no DESTDIR: a package must not
# hold a key), a new random key for the systemd unit into SYSCONFDIR. What is there already stays.
# usage: install_settings.sh DESTDIR SYSCONFDIR
set -eu
cd "$(dirname "$0")"
folder=$1$2

install -d "$folder" 2>/dev/null || true
if ! [ -w "$folder" ]; then
    echo "install: $folder cannot be written; the service needs lstmd.conf and lstmd.key there (see lstmd.service)"
    exit 0
fi
if ! [ -e "$folder/lstmd.conf" ]; then install -m 644 lstmd.conf "$folder/lstmd.conf"; fi
if [ -z "$1" ] && ! [ -e "$folder/lstmd.key" ]; then
    (umask 077 && head -c 24 /dev/urandom | base64 >"$folder/lstmd.key")
    echo "install: the service's API key is in $folder/lstmd.key"
fi
