#!/usr/bin/env bash
# Builds, tests and shows CohereShell:
#
#   ./build.sh [build|demo|test|test-net8|coverage|analyze|help|bench|package] [-Quick]
#
# The tasks are in build.ps1. This script finds a PowerShell to run it: the pwsh on PATH if it is 7.4 or later, else the one
# in .tools/, which it installs from NuGet. All you need is the .NET SDK.
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
    # The program pwsh looks for .NET where it's usually installed, or where a variable says: this is where it is.
    unset DOTNET_ROOT_X64 DOTNET_ROOT_ARM64
    DOTNET_ROOT=$(dotnet --list-runtimes | sed -n 's|^Microsoft\.NETCore\.App .* \[\(.*\)/shared/Microsoft\.NETCore\.App\]$|\1|p' | tail -n 1)
    export DOTNET_ROOT
    # With a .NET later than the one that PowerShell was made for, it runs on that.
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
