# SPDX-License-Identifier: MIT
# fish completion for logon(1). Commands and options are those that --help prints.

# Lines "word<tab>what it does" of the options of the command whose words are given.
function __logon_options
    $argv --help 2>/dev/null | awk '
        /^[A-Z].*:$/ { part = $0; next }
        part == "Options:" && /^ +-/ {
            help = length($0) > 30 ? substr($0, 31) : ""
            word = $1
            if (sub(/,$/, "", word))
                print $2 "\t" help
            print word "\t" help
        }'
end

function __logon_commands
    $argv --help 2>/dev/null | awk -v n=(count $argv) '
        /^[A-Z].*:$/ { part = $0; next }
        part == "Commands:" && /^ / {
            word = $n
            sub(/^ *([^ ]+ )?[^ ]+ +/, "")
            print word "\t" $0
        }'
end

function __logon_accounts
    logon account list 2>/dev/null | awk 'NR > 1 { print $1 }'
end

function __logon_groups
    logon group list 2>/dev/null | awk 'NR > 1 && $1 !~ /[^A-Za-z0-9._-]/ { print $1 }'
end

function __logon_rights
    logon rights list 2>/dev/null | awk 'NR > 1 { print $1 }'
end

function __logon_luids
    logon sessions -n -o LUID,USER 2>/dev/null | awk '{ print $1 "\t" $2 }'
end

# What an option's argument can be; nothing where it is not known.
function __logon_argument
    switch "$argv[1],$argv[2]"
        case 'sessions,-o' 'sessions,--output'
            printf '%s\n' LUID USER TYPE PACKAGE SESSION SID LOGON-TIME PROCESSES UID TOKENS ENFORCED ELEVATION \
                LINKED SERVER DNS-DOMAIN UPN SERVICE TTY REMOTE-HOST GUID
        case 'watch,-t' 'watch,--type'
            printf '%s\n' session-started session-ended logon-failed elevated token-assigned token-opened \
                account-locked-out wts-opened wts-closed
        case 'run,-t' 'run,--type'
            printf '%s\n' interactive batch service network-cleartext network
        case 'access,-t' 'access,--type'
            printf '%s\n' file key token
        case 'whoami,--format'
            printf '%s\n' table list csv
        case 'token,--enable' 'token,--disable' 'token,--remove'
            __logon_rights | string match '*Privilege'
        case 'token,--enable-group' 'token,--disable-group'
            __logon_groups
        case '*,--state' '*,--pam-confdir' '*,--root' '*,--directory' '*,--textfile'
            __fish_complete_directories (commandline -ct)
        case '*,--config'
            __fish_complete_path (commandline -ct)
        case '*,--must-change' '*,--never-expires' '*,--cannot-change' '*,--no-password' '*,--disabled'
            printf '%s\n' yes no
        case '*,--user' '*,--as'
            __logon_accounts
        case '*,--pid' '*,--of'
            __fish_complete_pids
    end
end

# What can stand where no option does; the number is that of the operand.
function __logon_operand
    switch "$argv[1],$argv[2],$argv[3]"
        case 'token,*'
            echo self
            __logon_luids
            __fish_complete_pids
        case 'logoff,*'
            __logon_luids
        case 'debug,,*'
            printf '%s\n' dt '!logonsession'
        case 'debug,dt,1'
            printf '%s\n' _TOKEN _SEP_LOGON_SESSION_REFERENCES
        case 'debug,*'
            __logon_luids
        case 'rights,who,*' 'rights,grant,2' 'rights,grant,3' 'rights,revoke,2' 'rights,revoke,3'
            __logon_rights
        case 'group,add-member,2' 'group,delete-member,2' 'rights,*' 'account,show,*' 'account,set,*' \
                'account,delete,*' 'account,passwd,*' 'account,unlock,*' 'account,enable,*' 'account,disable,*'
            __logon_accounts
        case 'group,set,*' 'group,show,*' 'group,delete,*' 'group,add-member,*' 'group,delete-member,*'
            __logon_groups
        case 'policy,set,*'
            logon policy show 2>/dev/null | awk 'NR > 1 && $1 !~ /^capabilities/ { print $1 "=" }'
        case 'policy,reset,*'
            printf '%s\n' elevation domain server audit password lockout
    end
end

function __logon_complete
    set -l words (commandline -opc)
    set -l command $words[2]
    set -l n (count $words)
    if test $n -eq 1; or begin; test "$command" = help; and test $n -eq 2; end
        __logon_commands logon
        echo help
        __logon_options logon
        return
    end
    # Another program's command line.
    if contains -- "$command" run private; and contains -- -- $words[3..-1]
        __fish_complete_subcommand --fcs-skip=(contains -i -- -- $words)
        return
    end
    set -l values (__logon_argument $command $words[-1])
    if test -n "$values"
        printf '%s\n' $values
        return
    end
    set -l commands (__logon_commands logon $command)
    if test -n "$commands"
        if test $n -eq 2
            printf '%s\n' $commands
            return
        end
        __logon_operand $command $words[3] (math $n - 2)
        __logon_options logon $command $words[3]
        return
    end
    __logon_operand $command "$words[3]" (math $n - 2)
    __logon_options logon $command
end

complete -c logon -f -a '(__logon_complete)'
