# SPDX-License-Identifier: MIT
# fish completion for logonsessions(1). The options are those that --help prints.
function __logonsessions_options
    echo -e "-ct\tseparated by tabs, with a header line"
    logonsessions --help 2>/dev/null | awk '
        /^[A-Z].*:$/ { part = $0; next }
        part == "Options:" && /^ +-/ {
            help = length($0) > 30 ? substr($0, 31) : ""
            word = $1
            if (sub(/,$/, "", word))
                print $2 "\t" help
            print word "\t" help
        }'
end
complete -c logonsessions -f -a '(__logonsessions_options)'
