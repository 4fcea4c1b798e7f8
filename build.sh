#!/usr/bin/env bash
# Builds, tests and packages CohereShell, and runs a demo:
#
#   ./build.sh [build|demo|test|test-net8|coverage|analyze|help|bench|package] [-Quick]
#
# The tasks are in build.ps1. This script runs it with the pwsh on PATH if that is 7.4 or later. Otherwise, it installs
# PowerShell from NuGet into .tools/ and uses that. You need only the .NET SDK.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 POWERSHELL_TELEMETRY_OPTOUT=1 POWERSHELL_UPDATECHECK=Off

say() { printf '==> %s\n' "$*" >&2; }

if ! command -v dotnet >/dev/null; then
    say "The .NET SDK isn't on PATH. Install version 8.0 or later: https://dotnet.microsoft.com/download"
    exit 1
fi

is_usable() { "$1" -NoLogo -NoProfile -NonInteractive -Command 'exit [int]($PSVersionTable.PSVersion -lt [version]"7.4")' >/dev/null 2>&1; }

install_powershell() {
    local log
    # pwsh searches for .NET in the default location or in DOTNET_ROOT. This sets the actual location.
    unset DOTNET_ROOT_X64 DOTNET_ROOT_ARM64
    DOTNET_ROOT=$(dotnet --list-runtimes | sed -n 's|^Microsoft\.NETCore\.App .* \[\(.*\)/shared/Microsoft\.NETCore\.App\]$|\1|p' | tail -n 1)
    export DOTNET_ROOT
    # Allows PowerShell to run on a later .NET than the one that it was built for.
    export DOTNET_ROLL_FORWARD=Major
    if log=$(dotnet build tools/Toolchain --target:InstallPowerShell --property:WithPowerShell=true --verbosity quiet 2>&1); then
        return 0
    fi
    printf '%s\n' "$log" >&2
    say "PowerShell couldn't be installed from NuGet. Install version 7.4 or later: https://learn.microsoft.com/powershell/scripting/install/installing-powershell"
    return 1
}

if command -v pwsh >/dev/null && is_usable pwsh; then
    pwsh=pwsh
else
    say "PowerShell 7.4 or later isn't on PATH: using the one in .tools/"
    install_powershell
    pwsh=.tools/PowerShell/pwsh
fi

exec "$pwsh" -NoLogo -NoProfile -NonInteractive -File build.ps1 "$@"
