#!/bin/sh
# Writes the C source of server/base/embedded.h's table to standard output: embed.sh FOLDER FILE..., each file as an
# array with a NUL behind it. A file that was made in FOLDER is named without it. Only POSIX tools.
set -eu
folder=$1
shift
echo '#include "server/base/embedded.h"'
echo
echo '#include <string.h>'
i=0
for f in "$@"; do
    printf '\nstatic const unsigned char file_%d[] = { /* %s */\n' "$i" "$f"
    od -An -v -tx1 "$f" | sed 's/ *\([0-9a-f][0-9a-f]\)/0x\1,/g'
    echo '0x00 };'
    i=$((i + 1))
done
printf '\nconst struct embedded_file embedded_files[] = {\n'
i=0
for f in "$@"; do
    printf '    { "%s", file_%d, sizeof file_%d - 1 },\n' "${f#"$folder"/}" "$i" "$i"
    i=$((i + 1))
done
echo '    { 0, 0, 0 },'
echo '};'
printf 'const size_t embedded_count = %d;\n' "$i"
cat <<'EOF'

const struct embedded_file *embedded_find(const char *name)
{
    for (size_t i = 0; i < embedded_count; i++)
        if (strcmp(embedded_files[i].name, name) == 0)
            return &embedded_files[i];
    return 0;
}
EOF
