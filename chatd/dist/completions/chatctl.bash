# bash completion for chatctl(1)

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
    case $command in
    kick | ban | mute)
        # Names may have blanks and quotes in them.
        local name
        while IFS= read -r name; do
            printf -v name %q "$name"
            [[ $name == "$word"* ]] && COMPREPLY+=("$name")
        done < <("$program" "${socket[@]}" --timeout 1 who --names 2>/dev/null)
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
