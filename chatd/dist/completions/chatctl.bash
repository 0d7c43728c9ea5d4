# bash completion for chatctl(1)

# The lines of standard input that begin with the word; they may have blanks and quotes in them.
_chatctl_quoted() {
    local line
    while IFS= read -r line; do
        printf -v line %q "$line"
        [[ $line == "$word"* ]] && COMPREPLY+=("$line")
    done
}

# The targets of these kinds, out of the table of bans.
_chatctl_targets() {
    sed -nE "s/^($1)  +(.*[^ ])  +(never|[0-9-]+T[0-9:]+Z)(  .*)?\$/\\2/p"
}

_chatctl() {
    local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local program=${COMP_WORDS[0]} socket=() command='' i
    COMPREPLY=()

    for ((i = 1; i < COMP_CWORD; ++i)); do
        case ${COMP_WORDS[i]} in
        --socket)
            socket=(--socket "${COMP_WORDS[++i]}")
            ;;
        --timeout)
            ((++i))
            ;;
        -*) ;;
        *)
            command=${COMP_WORDS[i]}
            break
            ;;
        esac
    done

    case $previous in
    --socket)
        mapfile -t COMPREPLY < <(compgen -f -- "$word")
        return
        ;;
    --timeout | --rate)
        return
        ;;
    esac

    if [[ -z $command ]]; then
        if [[ $word == -* ]]; then
            mapfile -t COMPREPLY < <(compgen -W \
                '--socket --timeout --json --commands --help --version' -- "$word")
        else
            mapfile -t COMPREPLY < <(compgen -W \
                "$("$program" --commands 2>/dev/null | cut -f 1)" -- "$word")
        fi
        return
    fi

    ((COMP_CWORD == i + 1)) || return
    local ask=("$program" "${socket[@]}" --timeout 1)
    case $command in
    kick | ban | mute)
        _chatctl_quoted < <("${ask[@]}" who --names 2>/dev/null)
        ;;
    unban)
        _chatctl_quoted < <("${ask[@]}" bans 2>/dev/null | _chatctl_targets 'addresses|name')
        ;;
    unmute)
        _chatctl_quoted < <("${ask[@]}" bans 2>/dev/null | _chatctl_targets mute)
        ;;
    help)
        mapfile -t COMPREPLY < <(compgen -W \
            "$("$program" --commands 2>/dev/null | cut -f 1)" -- "$word")
        ;;
    who)
        mapfile -t COMPREPLY < <(compgen -W '--names --json' -- "$word")
        ;;
    log-level)
        mapfile -t COMPREPLY < <(compgen -W 'debug info warning error' -- "$word")
        ;;
    drain)
        mapfile -t COMPREPLY < <(compgen -W '--rate' -- "$word")
        ;;
    status | rooms | limits | stats | bans)
        mapfile -t COMPREPLY < <(compgen -W '--json' -- "$word")
        ;;
    esac
}

complete -F _chatctl chatctl
