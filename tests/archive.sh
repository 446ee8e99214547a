# archive.sh - sourced by the tests that make a system of their own with mmdebstrap: where its packages come from.
# The caller has say, die and skip, and a temporary folder $work; MIRROR=URL names another archive.
# shellcheck shell=bash

mirror=${MIRROR:-}

# The archive of the machine's own distribution, as apt knows it: the first one with a component main.
own_archive() {
    # shellcheck disable=SC2016 # apt's own variables
    apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(COMPONENT)|$(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
        awk -F '|' '!found && ($1 == "Debian" || $1 == "Ubuntu") && $2 == $1 && $3 == "main" { found = $4 }
            END { print found }'
}

# need_archive SUITE: sets $mirror, or skips.
need_archive() {
    command -v apt-get >/dev/null || skip 'needs Debian or Ubuntu (apt-get)'
    command -v mmdebstrap >/dev/null || skip 'needs mmdebstrap: make deps-dev'
    if [ -z "$mirror" ]; then mirror=$(own_archive); fi
    [ -n "$mirror" ] || skip 'apt knows no Debian or Ubuntu archive; name one with MIRROR=URL'
    mirror=${mirror%/}
    # shellcheck disable=SC2154 # the caller's
    /usr/lib/apt/apt-helper download-file "$mirror/dists/$1/Release" "$work/Release" >/dev/null 2>&1 ||
        skip "the archive has no $1, or cannot be reached; name another with MIRROR=URL"
}

# make_root SUITE FOLDER OPTION...: the new system reaches the archive as this machine does, with
# its apt settings of proxy and certificates. The rest of the machine's configuration stays out of
# it.
make_root() {
    local suite=$1 folder=$2 name
    shift 2
    apt-config dump | grep -iE '^Acquire::(http|https|ftp|Retries|Check-Date|Check-Valid-Until)' |
        grep -v '""' >"$work/apt.conf" || true
    for name in debian ubuntu; do
        if [ -e "/usr/share/keyrings/$name-archive-keyring.gpg" ]; then
            cat "/usr/share/keyrings/$name-archive-keyring.gpg"
        fi
    done >"$work/keyring.gpg"
    # A session of its own: when mmdebstrap fails it signals its whole process group.
    setsid -w mmdebstrap --quiet --mode=root --keyring="$work/keyring.gpg" --aptopt="$work/apt.conf" "$@" \
        "$suite" "$folder" "deb $mirror $suite main" >"$work/mmdebstrap.log" 2>&1 </dev/null ||
        { tail -n 20 "$work/mmdebstrap.log" >&2; die 'the system cannot be made'; }
}

# carry_network FOLDER: lets the system in the folder reach the network as this machine does.
carry_network() {
    local root=$1 file
    for file in /etc/resolv.conf /etc/hosts; do
        if [ -e "$file" ]; then cp -L "$file" "$root$file"; fi
    done
    for file in /etc/apt/auth.conf /etc/apt/auth.conf.d; do
        if [ -e "$file" ]; then cp -rL "$file" "$root/etc/apt/"; fi
    done
    if compgen -G '/usr/local/share/ca-certificates/*.crt' >/dev/null && [ -x "$root/usr/sbin/update-ca-certificates" ]; then
        cp /usr/local/share/ca-certificates/*.crt "$root/usr/local/share/ca-certificates/"
        chroot "$root" update-ca-certificates >/dev/null 2>&1
    fi
}
