<#
.SYNOPSIS
    Runs the unit tests on .NET 8, the runtime of PowerShell 7.4.
.DESCRIPTION
    Needs a Release build. If .NET 8 isn't installed beside the SDK, its runtime is restored from NuGet into
    .tools/dotnet8. Nothing else on the machine changes.

    The script fails if the tests ran on another runtime. It outputs the number of tests that passed, failed and were
    skipped, and ends with exit code 1 if one failed.
.EXAMPLE
    ./tools/Invoke-Net8UnitTest.ps1
#>
[CmdletBinding()]
param()

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3.0
$root = Split-Path $PSScriptRoot
$results = [IO.Path]::Combine($root, 'out', 'net8')
$report = [IO.Path]::Combine($results, 'net8.trx')

function Get-Net8Host {
    dotnet build ([IO.Path]::Combine($PSScriptRoot, 'Net8Runtime')) -target:LayOut --verbosity quiet | Out-Host
    if ($LASTEXITCODE -ne 0) {
        throw 'The .NET 8 runtime cannot be restored from NuGet.'
    }

    # dotnet.exe on Windows.
    Get-ChildItem ([IO.Path]::Combine($root, '.tools', 'dotnet8')) -File -Filter 'dotnet*' | Select-Object -ExpandProperty FullName
}

$arguments = @(
    'test', [IO.Path]::Combine($root, 'tests', 'Unit'), '--configuration', 'Release', '--no-build', '--verbosity', 'quiet'
    '--logger', 'console;verbosity=minimal', '--logger', "trx;LogFileName=$report"
)
if (-not (dotnet --list-runtimes | Select-String '^Microsoft\.NETCore\.App 8\.0\.')) {
    $arguments += '--', "RunConfiguration.DotNetHostPath=$(Get-Net8Host)"
}

Remove-Item $report -ErrorAction Ignore
dotnet @arguments | Out-Host
$exitCode = $LASTEXITCODE
if (-not (Test-Path $report)) {
    throw "The unit tests ended with exit code $exitCode and without a report."
}

$run = [xml]::new()
$run.Load($report)
$summary = $run.DocumentElement['ResultSummary']

# The adapter of xunit says what it runs on: (64-bit .NET 8.0.11).
$runtime = [regex]::Match($summary.InnerText, '\(\d+-bit \.NET (\d[\w.-]*)\)').Groups[1].Value
if ($runtime -notlike '8.0.*') {
    throw "The unit tests ran on .NET '$runtime', not on .NET 8.0."
}

$count = $summary['Counters']
[pscustomobject]@{
    Runtime = $runtime
    Passed  = [int]$count.GetAttribute('passed')
    Failed  = [int]$count.GetAttribute('failed')
    Skipped = [int]$count.GetAttribute('total') - [int]$count.GetAttribute('executed')
}
if ($exitCode -ne 0) {
    exit 1
}
