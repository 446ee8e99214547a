#!/bin/bash
# make package: a Debian package of what `make all` has built. usage: build.sh BUILD
# BUILD/lstmd_VERSION_ARCHITECTURE.deb: program, manual pages, completion, systemd units, /etc/lstmd/lstmd.conf, examples:
# data sets, alerts, dashboard and proxy configurations. It runs on the release of Debian or Ubuntu that it was built on.
# The maintainer is DEBFULLNAME <DEBEMAIL>, else the author of the last commit.
set -euo pipefail
cd "$(dirname "$0")/../.."
umask 022

build=$1
program=$build/lstmd
root=$build/package/root
version=$(sed -n 's/^#define LSTMD_VERSION "\(.*\)"$/\1/p' server/base/version.h)
architecture=$(dpkg --print-architecture)
doc=$root/usr/share/doc/lstmd
commit() { git log -1 --format="$1" 2>/dev/null; }
maintainer="${DEBFULLNAME:-$(commit %an || echo lstmd)} <${DEBEMAIL:-$(commit %ae || echo root@"$(hostname -f)")}>"
# The same commit makes the same package.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(commit %ct || date +%s)}
export SOURCE_DATE_EPOCH

packed() { gzip -9n >"$1"; }

put_program() {
    install -D -m 755 "$program" "$root/usr/bin/lstmd"
    strip --strip-unneeded --remove-section=.comment --remove-section=.note "$root/usr/bin/lstmd"
    install -d "$root/usr/share/man/man1" "$root/usr/share/man/man5"
    "$program" manual lstmd.1 | packed "$root/usr/share/man/man1/lstmd.1.gz"
    "$program" manual lstmd.conf.5 | packed "$root/usr/share/man/man5/lstmd.conf.5.gz"
    install -d "$root/usr/share/bash-completion/completions" "$root/usr/share/zsh/vendor-completions"
    "$program" completion bash >"$root/usr/share/bash-completion/completions/lstmd"
    "$program" completion zsh >"$root/usr/share/zsh/vendor-completions/_lstmd"
}

# A user of its own in place of a changing one, so that lstmd backup and lstmd key can be run as that user. systemd
# reads both folders; the older one of them is where releases before trixie look.
put_units() {
    local units=$root/lib/systemd/system
    install -d "$units"
    sed 's|@PREFIX@|/usr|g; s|@SYSCONFDIR@|/etc/lstmd|g; s|^DynamicUser=yes$|User=lstmd\nGroup=lstmd|
         s|^Documentation=.*|Documentation=man:lstmd(1) man:lstmd.conf(5)|
         /^#   /d; s| `make install` makes them; by hand:| Installing the package makes them.|
         s| `make install` puts the paths in.||' config/lstmd.service >"$units/lstmd.service"
    install -m 644 config/lstmd.socket "$units/lstmd.socket"
}

put_settings() {
    install -d "$root/etc/lstmd"
    sed 's|^database = .*|database = /var/lib/lstmd/lstmd.db|' config/lstmd.conf >"$root/etc/lstmd/lstmd.conf"
}

put_copyright() {
    cat <<'END'
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: lstmd

Files: *
Copyright: 2026 the lstmd authors
License: Expat

Files: dygraphs
Copyright: 2006-2023 the dygraphs authors
License: Expat
Comment: the charts of the page, from Debian's libjs-dygraphs, packed into the program

License: Expat
END
    sed '1,/^Copyright/d; 1{/^$/d}; s/^$/./; s/^/ /' LICENSE | sed '1{/^ \.$/d}'
}

put_documents() {
    install -d "$doc/examples"
    put_copyright >"$doc/copyright"
    {
        printf 'lstmd (%s) unstable; urgency=medium\n\n' "$version"
        printf '  * What changes for users is in CHANGELOG.md, beside this file.\n\n'
        printf ' -- %s  %s\n' "$maintainer" "$(date -u -R -d "@$SOURCE_DATE_EPOCH")"
    } | packed "$doc/changelog.gz"
    packed "$doc/CHANGELOG.md.gz" <CHANGELOG.md
    cp docs/command-line.md docs/operations.md docs/alerts.md docs/api.md docs/forecasting.md docs/tagging.md "$doc/"
    mkdir "$doc/examples/data"
    cp config/examples/*.* "$doc/examples/data/"
    cp -r config/prometheus config/grafana config/nginx.conf config/Caddyfile "$doc/examples/"
    find "$doc" -name '*.md' -size +4k -exec gzip -9n {} +
}

# Of the libraries that the program needs, in the versions that have what it uses.
dependencies() {
    local stub=$build/package/stub
    if command -v dpkg-shlibdeps >/dev/null; then
        mkdir -p "$stub/debian"
        printf 'Source: lstmd\n\nPackage: lstmd\nArchitecture: any\n' >"$stub/debian/control"
        (cd "$stub" && dpkg-shlibdeps -O "$OLDPWD/$root/usr/bin/lstmd" 2>"$OLDPWD/$stub/log") | sed -n 's/^shlibs:Depends=//p'
    else
        ldd "$root/usr/bin/lstmd" | sed -n 's/.*=> \(\/[^ ]*\) .*/\1/p' | xargs -n 1 readlink -f |
            xargs dpkg-query -S 2>/dev/null | sed 's/:.*//' | sort -u | paste -sd, | sed 's/,/, /g'
    fi
}

put_control() {
    local control=$root/DEBIAN size depends
    depends=$(dependencies)
    [ -n "$depends" ] || { echo "package: the libraries of $program belong to no package" >&2; exit 1; }
    size=$(du -k -s --apparent-size "$root" | cut -f 1)
    install -d "$control"
    sed "s|@VERSION@|$version|; s|@ARCHITECTURE@|$architecture|; s|@MAINTAINER@|$maintainer|; s|@SIZE@|$size|
         s|@DEPENDS@|$depends|" config/debian/control.in >"$control/control"
    install -m 755 config/debian/postinst config/debian/prerm config/debian/postrm "$control/"
    echo /etc/lstmd/lstmd.conf >"$control/conffiles"
    (cd "$root" && find . -path ./DEBIAN -prune -o -path ./etc -prune -o -type f -printf '%P\0' | LC_ALL=C sort -z |
        xargs -0 md5sum) >"$control/md5sums"
}

[ -n "$version" ] || { echo "package: server/base/version.h has no version" >&2; exit 1; }
rm -rf "$build/package"
mkdir -p "$root"
put_program
put_units
put_settings
put_documents
put_control
find "$root" -type f -exec chmod go-w {} +
find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
dpkg-deb --root-owner-group --build "$root" "$build/lstmd_${version}_$architecture.deb" >/dev/null
echo "$build/lstmd_${version}_$architecture.deb"
