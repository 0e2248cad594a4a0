# SPDX-License-Identifier: MIT
# bash completion for openlogon-cim(8). The options are those that --help prints.
_openlogon_cim()
{
    local words

    case ${COMP_WORDS[COMP_CWORD - 1]} in
    --tls-certificate | --tls-key)
        mapfile -t COMPREPLY < <(compgen -f -- "${COMP_WORDS[COMP_CWORD]}")
        return
        ;;
    esac
    words=$(openlogon-cim --help 2>/dev/null | awk '
        /^[A-Z].*:$/ { part = $0; next }
        part == "Options:" && /^ +-/ {
            word = $1
            if (sub(/,$/, "", word))
                print $2
            print word
        }')
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}")
}
complete -o filenames -F _openlogon_cim openlogon-cim
