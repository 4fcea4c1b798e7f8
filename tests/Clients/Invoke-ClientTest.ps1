#Requires -Version 7.4

<#
.SYNOPSIS
Drives Cohere's TypeScript SDK and LangChain at the emulator. Needs npm, and the module in out/CohereShell.
#>
[CmdletBinding()]
param()

$ErrorActionPreference = 'Stop'
$root = Split-Path (Split-Path $PSScriptRoot)
Import-Module (Join-Path $root 'out/CohereShell/CohereShell.psd1') -Force
$failures = 0
$emulator = Start-CohereEmulator
Push-Location (Join-Path $PSScriptRoot 'TypeScript')
try {
    npm install --no-audit --no-fund --silent
    if ($LASTEXITCODE -ne 0) {
        throw 'npm install failed.'
    }

    foreach ($script in 'sdk.mjs', 'langchain.mjs') {
        "== $script"
        node $script $emulator.BaseUri $emulator.ApiKey
        $failures += [Math]::Abs($LASTEXITCODE)
    }
}
finally {
    Pop-Location
    Stop-CohereEmulator $emulator
}

# A sum of exit codes can be 256, of which only the low byte, 0, would be left.
exit [int] ($failures -ne 0)
