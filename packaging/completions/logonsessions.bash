# SPDX-License-Identifier: MIT
# bash completion for logonsessions(1)
_logonsessions()
{
    local word=${COMP_WORDS[COMP_CWORD]}

    mapfile -t COMPREPLY < <(compgen -W '-c -ct -p -v --processes --verbose --json --help --version' \
        -- "$word")
}
complete -F _logonsessions logonsessions
