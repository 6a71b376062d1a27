/** The shells that there is completion for. */
export type Shell = 'bash' | 'zsh' | 'fish' | 'powershell';

/** What each shell reads at its start. All of them ask the program itself, so that they never grow old. */
export const COMPLETION_SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# completion of flux-ts for bash
_flux_ts() {
  local line="\${COMP_LINE:0:COMP_POINT}" words=() word start
  read -ra words <<< "$line"
  [[ "$line" == *[[:space:]] ]] && words+=("")
  COMPREPLY=()
  while IFS=$'\\t' read -r word _; do
    COMPREPLY+=("$word")
  done < <("\${words[0]}" completion words -- "\${words[@]:1}" 2>/dev/null)
  # Bash takes "=" and ":" for ends of words: what is before them is there already.
  start="\${words[\${#words[@]}-1]}"
  start="\${start%"\${start##*[=:]}"}"
  [[ -n "$start" ]] && COMPREPLY=("\${COMPREPLY[@]#"$start"}")
}
complete -o default -F _flux_ts flux-ts
`,
  zsh: `#compdef flux-ts
# completion of flux-ts for zsh
_flux_ts() {
  local -a entries
  local line word description
  while IFS=$'\\t' read -r word description; do
    line="\${word//:/\\\\:}"
    entries+=("\${line}\${description:+:\${description}}")
  done < <("\${words[1]}" completion words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#entries} )); then
    _describe 'flux-ts' entries
  else
    _files
  fi
}
compdef _flux_ts flux-ts
`,
  fish: `# completion of flux-ts for fish
function __flux_ts_complete
  set -l words (commandline -opc)
  set -l program $words[1]
  set -e words[1]
  $program completion words -- $words (commandline -ct) 2>/dev/null
end
complete -c flux-ts -f -a '(__flux_ts_complete)'
complete -c flux-ts -n 'test -z "$(__flux_ts_complete)"' -F
`,
  powershell: `# completion of flux-ts for PowerShell
Register-ArgumentCompleter -Native -CommandName 'flux-ts' -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $words = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -le $cursorPosition } | ForEach-Object { $_.ToString() })
  $program = $words[0]
  $rest = @($words | Select-Object -Skip 1)
  if ($wordToComplete -eq '') { $rest += '""' }
  & $program completion words -- @rest 2>$null | ForEach-Object {
    $word, $description = $_ -split "\`t", 2
    if (-not $description) { $description = $word }
    [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $description)
  }
}
`,
};
