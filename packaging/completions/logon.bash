# SPDX-License-Identifier: MIT
# bash completion for logon(1). Commands and options are those that --help prints.

# Completes the current word with the words given.
_logon_words()
{
    mapfile -t COMPREPLY < <(compgen -W "$1" -- "${COMP_WORDS[COMP_CWORD]}")
}

# The options, and the commands if it has some, of the command whose words are given.
_logon_options()
{
    "$@" --help 2>/dev/null | awk '
        /^[A-Z].*:$/ { part = $0; next }
        part == "Options:" && /^ +-/ {
            word = $1
            if (sub(/,$/, "", word))
                print $2
            print word
        }'
}

_logon_commands()
{
    "$@" --help 2>/dev/null | awk -v n=$# '
        /^[A-Z].*:$/ { part = $0; next }
        part == "Commands:" && /^ / { print $n }'
}

_logon_accounts()
{
    logon account list 2>/dev/null | awk 'NR > 1 { print $1 }'
}

_logon_groups()
{
    logon group list 2>/dev/null | awk 'NR > 1 && $1 !~ /[^A-Za-z0-9._-]/ { print $1 }'
}

_logon_rights()
{
    logon rights list 2>/dev/null | awk 'NR > 1 { print $1 }'
}

_logon_privileges()
{
    _logon_rights | grep 'Privilege$'
}

_logon_luids()
{
    logon sessions -n -o LUID 2>/dev/null
}

_logon_pids()
{
    cd /proc && printf '%s\n' [0-9]*
}

# Whatever follows the first operand of `run` and `private` is another program's command line.
_logon_program()
{
    local i

    for ((i = 2; i < COMP_CWORD; i++)); do
        [ "${COMP_WORDS[i]}" = -- ] || continue
        if declare -F _command_offset >/dev/null; then
            _command_offset $((i + 1))
        else
            mapfile -t COMPREPLY < <(compgen -c -- "${COMP_WORDS[COMP_CWORD]}")
        fi
        return 0
    done
    return 1
}

# The last of a list's words, the others left as they are.
_logon_list()
{
    local word=${COMP_WORDS[COMP_CWORD]} before=

    [[ $word != *,* ]] || before=${word%,*},
    mapfile -t COMPREPLY < <(compgen -P "$before" -W "$1" -- "${word##*,}")
}

# What an option's argument can be. False: it is another kind of option.
_logon_argument()
{
    local word=${COMP_WORDS[COMP_CWORD]}

    case $1,$2 in
    sessions,-o | sessions,--output)
        _logon_list 'LUID USER TYPE PACKAGE SESSION SID LOGON-TIME PROCESSES UID TOKENS ENFORCED ELEVATION LINKED
            SERVER DNS-DOMAIN UPN SERVICE TTY REMOTE-HOST GUID'
        ;;
    watch,-t | watch,--type)
        _logon_list 'session-started session-ended logon-failed elevated token-assigned
            token-opened account-locked-out wts-opened wts-closed'
        ;;
    run,-t | run,--type) _logon_words 'interactive batch service network-cleartext network' ;;
    access,-t | access,--type) _logon_words 'file key token' ;;
    whoami,--format) _logon_words 'table list csv' ;;
    token,--enable | token,--disable | token,--remove) _logon_words "$(_logon_privileges)" ;;
    token,--*-group) _logon_words "$(_logon_groups)" ;;
    logoff,--session) _logon_words "$(logon query session 2>/dev/null | awk 'NR > 1 { print $(NF > 3 ? 3 : 2) }')" ;;
    *,--state | *,--pam-confdir | *,--root | *,--directory | *,--textfile)
        mapfile -t COMPREPLY < <(compgen -d -- "$word")
        ;;
    *,--config) mapfile -t COMPREPLY < <(compgen -f -- "$word") ;;
    *,--must-change | *,--never-expires | *,--cannot-change | *,--no-password | *,--disabled) _logon_words 'yes no' ;;
    *,--user | *,--as) _logon_words "$(_logon_accounts)" ;;
    *,--pid | *,--of) _logon_words "$(_logon_pids)" ;;
    *) return 1 ;;
    esac
}

# What can stand where no option does.
_logon_operand()
{
    case $1,$2 in
    token,*) _logon_words "self $(_logon_luids) $(_logon_pids)" ;;
    logoff,*) _logon_words "$(_logon_luids)" ;;
    debug,dt)
        if [ "$COMP_CWORD" = 3 ]; then
            _logon_words '_TOKEN _SEP_LOGON_SESSION_REFERENCES'
        else
            _logon_words "$(_logon_luids) $(_logon_pids)"
        fi
        ;;
    debug,*logonsession) _logon_words "$(_logon_luids)" ;;
    debug,*) _logon_words "dt '!logonsession'" ;;
    rights,who) _logon_words "$(_logon_rights)" ;;
    rights,grant | rights,revoke)
        if [ "$COMP_CWORD" = 3 ]; then _logon_words "$(_logon_accounts)"; else _logon_words "$(_logon_rights)"; fi
        ;;
    group,add-member | group,delete-member)
        if [ "$COMP_CWORD" = 3 ]; then _logon_words "$(_logon_groups)"; else _logon_words "$(_logon_accounts)"; fi
        ;;
    account,list | account,add | group,list | group,add) ;;
    account,* | rights,show) _logon_words "$(_logon_accounts)" ;;
    group,*) _logon_words "$(_logon_groups)" ;;
    policy,set) _logon_words "$(logon policy show 2>/dev/null | awk 'NR > 1 && $1 !~ /^capabilities/ { print $1 "=" }')" ;;
    policy,reset) _logon_words 'elevation domain server audit password lockout' ;;
    *) return 1 ;;
    esac
}

_logon()
{
    local command=${COMP_WORDS[1]} second=${COMP_WORDS[2]-} word=${COMP_WORDS[COMP_CWORD]}
    local commands

    COMPREPLY=()
    if [ "$COMP_CWORD" = 1 ] || { [ "$command" = help ] && [ "$COMP_CWORD" = 2 ]; }; then
        _logon_words "$(_logon_commands logon) help $(_logon_options logon)"
        return
    fi
    case $command in
    run | private) _logon_program && return ;;
    esac
    _logon_argument "$command" "${COMP_WORDS[COMP_CWORD - 1]}" && return
    commands=$(_logon_commands logon "$command")
    if [ -z "$commands" ]; then
        [[ $word != -* ]] && _logon_operand "$command" "$second" && return
        _logon_words "$(_logon_options logon "$command")"
    elif [ "$COMP_CWORD" = 2 ]; then
        _logon_words "$commands --help"
    else
        [[ $word != -* ]] && _logon_operand "$command" "$second" && [ ${#COMPREPLY[@]} -gt 0 ] && return
        _logon_words "$(_logon_options logon "$command" "$second")"
    fi
}
complete -F _logon logon
