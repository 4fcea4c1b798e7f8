#!/usr/bin/env bash
# Builds, tests and shows CohereShell:  ./build.sh [build|demo|test|analyze|help|bench|package]
#
# The tasks themselves are in build.ps1. This script finds a PowerShell to run it: one on PATH, else the .NET tool in
# .tools/, which it installs. Where neither can be had it goes on with the .NET SDK alone: `build`, `demo` and `test`.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

task=${1:-build}
solution=CohereShell.sln
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 POWERSHELL_TELEMETRY_OPTOUT=1

say() { printf '==> %s\n' "$*"; }

case "$task" in
    build | demo | test | analyze | help | bench | package) ;;
    *)
        say "Unknown task '$task'. Tasks: build, demo, test, analyze, help, bench, package."
        exit 2
        ;;
esac

if ! command -v dotnet >/dev/null; then
    say 'The .NET SDK (8.0 or later) is not on PATH: https://dotnet.microsoft.com/download'
    exit 1
fi

is_usable() { "$1" -NoLogo -NoProfile -NonInteractive -Command 'exit [int]($PSVersionTable.PSVersion -lt [version]"7.4")' >/dev/null 2>&1; }

# Each PowerShell is made for one .NET: the one that fits the SDK is asked for.
install_powershell() {
    local version
    case "$(dotnet --version)" in
        8.*) version='7.4.*' ;;
        9.*) version='7.5.*' ;;
        *) version='7.*' ;;
    esac
    say "PowerShell 7.4 or later is not on PATH: installing it as a .NET tool into .tools/"
    dotnet tool install PowerShell --version "$version" --tool-path .tools >.tools.log 2>&1 || {
        say "PowerShell could not be installed: $(tail -n 1 .tools.log)"
        rm -f .tools.log
        return 1
    }
    rm -f .tools.log
}

pwsh=
if command -v pwsh >/dev/null && is_usable pwsh; then
    pwsh=pwsh
elif [ -x .tools/pwsh ] && is_usable .tools/pwsh; then
    pwsh=.tools/pwsh
elif install_powershell && is_usable .tools/pwsh; then
    pwsh=.tools/pwsh
fi

if [ -n "$pwsh" ]; then
    exec "$pwsh" -NoLogo -NoProfile -NonInteractive -File build.ps1 "$task"
fi

build() {
    say 'Building the module into out/CohereShell'
    dotnet build "$solution" --configuration Release --verbosity quiet
}

case "$task" in
    build)
        build
        ;;
    demo)
        say 'Without PowerShell the cmdlets cannot be shown: running examples/ClientQuickstart, which does the same in C#'
        dotnet run --project examples/ClientQuickstart --configuration Release
        ;;
    test)
        build
        say 'Checking the format of the sources'
        dotnet format "$solution" --verify-no-changes --no-restore
        say 'Running the unit tests'
        results=$(mktemp)
        trap 'rm -f "$results"' EXIT
        dotnet test tests/Unit --configuration Release --no-build --verbosity quiet --logger 'console;verbosity=minimal' | tee "$results"
        say 'Skipped: the Pester tests, the script analysis and the check of the compiled help, because there is no PowerShell here.'
        sed -nE 's/.*Failed: *([0-9]+), Passed: *([0-9]+), Skipped: *([0-9]+).*/\2 passed, \1 failed, \3 skipped/p' "$results" | tail -n 1
        ;;
    *)
        say "The task '$task' needs PowerShell 7.4 or later: https://learn.microsoft.com/powershell/scripting/install/installing-powershell"
        exit 1
        ;;
esac
