# SPDX-License-Identifier: MIT
# bash completion for logon(1)

# Completes the current word with the words given.
_logon_words()
{
    mapfile -t COMPREPLY < <(compgen -W "$1" -- "${COMP_WORDS[COMP_CWORD]}")
}

_logon_accounts()
{
    _logon_words "$(logon account list 2>/dev/null | awk 'NR > 1 { print $1 }')"
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

_logon_groups()
{
    _logon_words "$(logon group list 2>/dev/null | awk 'NR > 1 && $1 !~ /[^A-Za-z0-9._-]/ { print $1 }')"
}

_logon_account()
{
    local settings='--full-name --comment --home --profile --script --expires --hours --must-change
        --never-expires --cannot-change --no-password --disabled'

    case ${COMP_WORDS[2]},${COMP_WORDS[COMP_CWORD]} in
    add,*) _logon_words "--password-fd $settings --help" ;;
    set,-*) _logon_words "--rename $settings --help" ;;
    list,*) _logon_words '--json --help' ;;
    show,-*) _logon_words '--json --help' ;;
    passwd,-*) _logon_words '--old-password-fd --password-fd --help' ;;
    set,* | show,* | delete,* | passwd,* | unlock,* | enable,* | disable,*) _logon_accounts ;;
    esac
}

_logon_group()
{
    case ${COMP_WORDS[2]},${COMP_WORDS[COMP_CWORD]} in
    add,*) _logon_words '--comment --help' ;;
    set,-*) _logon_words '--comment --rename --help' ;;
    list,* | show,-*) _logon_words '--json --help' ;;
    add-member,* | delete-member,*)
        if [ "$COMP_CWORD" = 3 ]; then _logon_groups; else _logon_accounts; fi
        ;;
    set,* | show,* | delete,*) _logon_groups ;;
    esac
}

# The last of a list's words, the others left as they are.
_logon_list()
{
    local word=${COMP_WORDS[COMP_CWORD]} before=

    [[ $word != *,* ]] || before=${word%,*},
    mapfile -t COMPREPLY < <(compgen -P "$before" -W "$1" -- "${word##*,}")
}

_logon_rights()
{
    case ${COMP_WORDS[2]} in
    list) _logon_words '--json --help' ;;
    show) _logon_words "--json --help $(logon account list 2>/dev/null | awk 'NR > 1 { print $1 }')" ;;
    who) _logon_words "--json --help $(logon rights list 2>/dev/null | awk 'NR > 1 { print $1 }')" ;;
    grant | revoke)
        if [ "$COMP_CWORD" = 3 ]; then
            _logon_accounts
        else
            _logon_words "--all --help $(logon rights list 2>/dev/null | awk 'NR > 1 { print $1 }')"
        fi
        ;;
    esac
}

_logon_policy()
{
    case ${COMP_WORDS[2]} in
    show) _logon_words '--json --help' ;;
    set) _logon_words "$(logon policy show 2>/dev/null | awk 'NR > 1 && $1 !~ /^capabilities/ { print $1 "=" }')" ;;
    reset) _logon_words 'elevation domain server audit password lockout --help' ;;
    esac
}

_logon()
{
    local previous=${COMP_WORDS[COMP_CWORD - 1]} word=${COMP_WORDS[COMP_CWORD]}

    COMPREPLY=()
    if [ "$COMP_CWORD" = 1 ]; then
        _logon_words 'sessions query watch whoami run logoff token access account group rights policy private setup
            help --help --version'
        return
    fi
    case ${COMP_WORDS[1]} in
    run | private) _logon_program && return ;;
    esac
    case $previous in
    -o | --output)
        _logon_words 'LUID USER TYPE PACKAGE SESSION SID LOGON-TIME PROCESSES UID TOKENS ENFORCED ELEVATION LINKED
            SERVER DNS-DOMAIN UPN'
        return
        ;;
    -t | --type)
        if [ "${COMP_WORDS[1]}" = watch ]; then
            _logon_list 'session-started session-ended logon-failed elevated token-assigned
                token-opened account-locked-out wts-opened wts-closed'
            return
        fi
        _logon_words 'interactive batch service network-cleartext network'
        return
        ;;
    --state | --pam-confdir | --root)
        mapfile -t COMPREPLY < <(compgen -d -- "$word")
        return
        ;;
    --config)
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
        return
        ;;
    --must-change | --never-expires | --cannot-change | --no-password | --disabled)
        _logon_words 'yes no'
        return
        ;;
    --user | --as)
        _logon_accounts
        return
        ;;
    esac
    case ${COMP_WORDS[1]} in
    sessions) _logon_words '--tree --json --of --noheadings --output --help' ;;
    watch) _logon_words '--json --type --user --count --since-now --help' ;;
    whoami) _logon_words '--all --user --groups --priv --logonid --json --help' ;;
    run) _logon_words '--user --domain --type --password-fd --token-only --elevated --directory --help --' ;;
    token)
        case $word in
        -*) _logon_words '--json --help' ;;
        *) _logon_words "$(cd /proc && echo [0-9]*)" ;;
        esac
        ;;
    access) _logon_words '--sddl --want --as --pid --type --explain --password-fd --json --help' ;;
    private)
        _logon_words '--state --config --set --machine-sid --pam-confdir --quiet --help --'
        ;;
    account)
        if [ "$COMP_CWORD" = 2 ]; then
            _logon_words 'add list show set delete passwd unlock enable disable --help'
        else
            _logon_account
        fi
        ;;
    logoff)
        case $previous,$word in
        --session,*) _logon_words "$(logon query session 2>/dev/null | awk 'NR > 1 { print $(NF > 3 ? 3 : 2) }')" ;;
        --grace,*) ;;
        *,-*) _logon_words '--user --session --grace --no-wait --help' ;;
        *) _logon_words "$(logon sessions -n -o LUID 2>/dev/null)" ;;
        esac
        ;;
    query)
        if [ "$COMP_CWORD" = 2 ]; then
            _logon_words 'session user process --help'
        else
            _logon_words '--json --help'
        fi
        ;;
    rights)
        if [ "$COMP_CWORD" = 2 ]; then
            _logon_words 'list show who grant revoke --help'
        else
            _logon_rights
        fi
        ;;
    policy)
        if [ "$COMP_CWORD" = 2 ]; then
            _logon_words 'show set reset --help'
        else
            _logon_policy
        fi
        ;;
    setup)
        if [ "$COMP_CWORD" = 2 ]; then
            _logon_words 'pam nss --help'
        else
            _logon_words '--enable --disable --show --json --root --help'
        fi
        ;;
    group)
        if [ "$COMP_CWORD" = 2 ]; then
            _logon_words 'add list show set delete add-member delete-member --help'
        else
            _logon_group
        fi
        ;;
    help) _logon_words 'sessions query watch whoami run logoff token access account group rights policy private setup' ;;
    esac
}
complete -F _logon logon
