#!/usr/bin/env bash
# The shell of action.yml: builds the program from the action's own checkout,
# scans, writes the SARIF file, the outputs and the summary of the job.
#
# It reads INPUT_PATH, INPUT_BASELINE, INPUT_NEW_ONLY, INPUT_EXIT_CODE,
# INPUT_SUMMARY and BASE_SHA (empty outside pull requests), and what every
# action gets: GITHUB_ACTION_PATH, GITHUB_OUTPUT, GITHUB_STEP_SUMMARY,
# RUNNER_TEMP. Nothing of it is ever part of a command line that a shell parses.
set -euo pipefail

usage() {
  echo "::error title=unhapi::$1"
  exit 2
}

[[ "$INPUT_EXIT_CODE" =~ ^[0-9]{1,3}$ && "$INPUT_EXIT_CODE" -le 255 ]] || usage 'exit-code: not a number from 0 to 255'
[[ "$INPUT_NEW_ONLY" =~ ^(true|false)$ ]] || usage 'new-only: not true or false'
[[ "$INPUT_SUMMARY" =~ ^(true|false)$ ]] || usage 'summary: not true or false'

work=$(mktemp -d "${RUNNER_TEMP:?}/unhapi.XXXXXX")
sarif=$work/unhapi.sarif
program=$work/unhapi
case "${RUNNER_OS:-}" in Windows) program=$program.exe ;; esac
go build -C "$GITHUB_ACTION_PATH" -o "$program" .

# scan ARGUMENT…: runs a scan, and puts its exit code into $code.
code=0
scan() {
  local options=()
  if [ -n "$INPUT_BASELINE" ]; then
    options+=(--baseline "$INPUT_BASELINE")
  fi
  code=0
  "$program" scan --color never "${options[@]}" "$@" -- "$INPUT_PATH" || code=$?
}

# An upload of new findings alone would close the older alerts: what is
# uploaded is always the whole tree.
echo '::group::unhapi: the whole tree'
scan -f "text=$work/report.txt" -f "sarif=$sarif" -f "jsonl=$work/findings.jsonl"
if [ -f "$work/report.txt" ]; then
  cat "$work/report.txt"
fi
echo '::endgroup::'
full=$code

if [ -n "$BASE_SHA" ] && [ "$INPUT_NEW_ONLY" = true ] && [ "$full" != 2 ]; then
  if ! git cat-file -e "$BASE_SHA^{commit}" 2>/dev/null; then
    usage "the base of the pull request is not in this checkout: give actions/checkout fetch-depth: 0"
  fi
  echo 'unhapi: what the pull request brings in'
  scan --new-from "$BASE_SHA" -f "text=$work/report.txt" -f "jsonl=$work/findings.jsonl"
  if [ -f "$work/report.txt" ]; then
    cat "$work/report.txt"
  fi
  if [ "$full" = 3 ]; then
    code=3
  fi
fi

findings=0
if [ -f "$work/findings.jsonl" ]; then
  findings=$(grep '^{"type":"finding"' "$work/findings.jsonl" | grep -cE '"severity":"(critical|high)"' || true)
fi
if [ "$code" = 1 ]; then
  code=$INPUT_EXIT_CODE
fi

{
  echo "exit-code=$code"
  echo "findings=$findings"
  if [ -f "$sarif" ]; then
    echo "sarif-file=$sarif"
  fi
  # An incomplete upload would close the alerts of what was not looked at.
  if [ "$full" -lt 2 ]; then
    echo complete=true
  fi
} >>"$GITHUB_OUTPUT"

# The summary of the report holds counts, rules, and paths that the program has
# made harmless; four blanks before each line keep the rest out of Markdown.
if [ "$INPUT_SUMMARY" = true ] && [ -f "$work/report.txt" ]; then
  {
    echo "### unhapi: $findings failing findings"
    echo
    sed -n '/^Summary$/,$p' "$work/report.txt" | sed '1d; s/^/    /'
  } >>"$GITHUB_STEP_SUMMARY"
fi
exit "$code"
