# SPDX-License-Identifier: MIT
# fish completion for openlogon-cim(8). The options are those that --help prints.
function __openlogon_cim_options
    openlogon-cim --help 2>/dev/null | awk '
        /^[A-Z].*:$/ { part = $0; next }
        part == "Options:" && /^ +-/ {
            help = length($0) > 30 ? substr($0, 31) : ""
            word = $1
            if (sub(/,$/, "", word))
                print $2 "\t" help
            print word "\t" help
        }'
end
complete -c openlogon-cim -f -a '(__openlogon_cim_options)'
complete -c openlogon-cim -l tls-certificate -rF
complete -c openlogon-cim -l tls-key -rF
