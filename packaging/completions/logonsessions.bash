# SPDX-License-Identifier: MIT
# bash completion for logonsessions(1). The options are those that --help prints.
_logonsessions()
{
    local words

    words=$(logonsessions --help 2>/dev/null | awk '
        /^[A-Z].*:$/ { part = $0; next }
        part == "Options:" && /^ +-/ {
            word = $1
            if (sub(/,$/, "", word))
                print $2
            print word
        }')
    mapfile -t COMPREPLY < <(compgen -W "$words -ct" -- "${COMP_WORDS[COMP_CWORD]}")
}
complete -F _logonsessions logonsessions
