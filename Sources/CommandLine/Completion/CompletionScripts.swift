/// The functions with which shells complete command lines.
///
/// They ask the program itself, which knows its declarations and its plugins: one answer for all
/// shells, and never out of date. The words typed so far go to the program as arguments; it prints
/// what ``Completer/Offer/lines`` describes.
enum CompletionScripts {
  /// The first word of a question.
  static let question = "__complete"

  static func answer(_ words: [String], _ context: Context) -> ExitStatus {
    let completer = Completer(root: Commands.root) {
      guard let catalog = try? context.program.catalog() else { return [] }
      return catalog.entries.map {
        (catalog.unambiguousName(of: $0), $0.kind.name + ": " + $0.manifest.summary)
      }
    }
    context.print(completer.offer(words).lines)
    return .done
  }

  static func text(_ shell: Shell, program: String) -> String {
    let template =
      switch shell {
      case .bash: bash
      case .zsh: zsh
      case .fish: fish
      }
    // Names of functions have only letters, digits and underscores.
    let function = "_" + program.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
    return replaced(replaced(template, "FUNCTION", function), "PROGRAM", program)
  }

  private static func replaced(_ text: String, _ word: String, _ other: String) -> String {
    text.split(separator: word, omittingEmptySubsequences: false).joined(separator: other)
  }

  // Written for the bash 3.2 of macOS too: without negative indices, mapfile and the like.
  private static let bash = #"""
    # Completion of PROGRAM for bash.
    FUNCTION() {
      local words count word current line ending i
      words=()
      count=0
      # bash takes words apart at `=`; put them together again.
      for ((i = 1; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if ((count > 0)) && [[ ${words[count - 1]} == --* ]] &&
          [[ $word == = || ${words[count - 1]} == --*= ]]; then
          words[count - 1]+=$word
        else
          words[count]=$word
          count=$((count + 1))
        fi
      done
      current=${words[count - 1]}
      local prefix=
      # What stands before `=` is kept by bash itself.
      if [[ $current == --*=* ]]; then
        prefix=${current%%=*}=
        current=${current#*=}
      fi
      COMPREPLY=()
      while IFS= read -r line; do
        case $line in
          :none) ;;
          :folders)
            compopt -o filenames 2>/dev/null
            while IFS= read -r word; do
              COMPREPLY+=("$word")
            done < <(compgen -d -- "$current")
            ;;
          :files*)
            compopt -o filenames 2>/dev/null
            while IFS= read -r word; do
              if [[ $line == :files || -d $word ]]; then
                COMPREPLY+=("$word")
              else
                for ending in ${line#:files }; do
                  [[ $word == *."$ending" ]] && COMPREPLY+=("$word")
                done
              fi
            done < <(compgen -f -- "$current")
            ;;
          *)
            word=${line%%$'\t'*}
            COMPREPLY+=("${word#"$prefix"}")
            ;;
        esac
      done < <("${COMP_WORDS[0]}" __complete "${words[@]}" 2>/dev/null)
    }
    complete -F FUNCTION PROGRAM

    """#

  private static let zsh = #"""
    #compdef PROGRAM
    # Completion of PROGRAM for zsh.
    FUNCTION() {
      local line directive word ending
      local -a offers endings
      while IFS= read -r line; do
        case $line in
          :*) directive=$line ;;
          *$'\t'*) offers+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
          *) offers+=("${line//:/\\:}") ;;
        esac
      done < <("${words[1]}" __complete "${(@)words[2,CURRENT]}" 2>/dev/null)
      if (( ${#offers} )); then
        _describe -V 'PROGRAM' offers
      fi
      case $directive in
        :folders | :files*)
          # Behind `--option=` the path begins after the sign.
          [[ $PREFIX == --*=* ]] && compset -P '*='
          if [[ $directive == :folders ]]; then
            _files -/
          elif [[ $directive == :files ]]; then
            _files
          else
            endings=(${(s: :)directive#:files })
            _files -g "*.(${(j:|:)endings})"
          fi
          ;;
      esac
    }
    compdef FUNCTION PROGRAM

    """#

  private static let fish = #"""
    # Completion of PROGRAM for fish.
    function FUNCTION
      set -l words (commandline -opc) (commandline -ct)
      for line in ($words[1] __complete $words[2..-1] 2>/dev/null)
        switch $line
          case ':none'
          case ':folders'
            __fish_complete_directories (commandline -ct)
          case ':files*'
            set -l endings (string split ' ' -- $line)[2..-1]
            if test (count $endings) -eq 0
              __fish_complete_path (commandline -ct)
            else
              for ending in $endings
                __fish_complete_suffix .$ending
              end
            end
          case '*'
            echo $line
        end
      end
    end
    complete -c PROGRAM -f -a '(FUNCTION)'

    """#
}
