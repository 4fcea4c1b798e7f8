<#
.SYNOPSIS
    Runs the unit tests, and outputs the number of tests that passed, failed and were skipped, and a line for each failed test.
.DESCRIPTION
    Needs a Release build. If a test runs for more than 3 minutes, the run is stopped and the test counts as failed. The slowest
    test takes only seconds.
.PARAMETER Net8
    Runs the tests on .NET 8, the runtime of PowerShell 7.4. If it isn't installed, it's restored from NuGet into .tools/dotnet8,
    and nothing else on the computer changes. The script fails if the tests ran on another runtime.
.EXAMPLE
    ./tools/Invoke-UnitTest.ps1 -Net8
#>
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidUsingWriteHost', '', Justification = 'The script prints progress for the user.')]
[CmdletBinding()]
param(
    [switch] $Net8
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3.0
$root = Split-Path $PSScriptRoot
$report = [IO.Path]::Combine($root, 'out', $(if ($Net8) { 'unit-net8.trx' } else { 'unit.trx' }))
$results = [IO.Path]::Combine($root, 'out', 'unit')

function Get-Net8Host {
    dotnet build ([IO.Path]::Combine($PSScriptRoot, 'Net8Runtime')) -target:LayOut --verbosity quiet | Out-Host
    if ($LASTEXITCODE -ne 0) {
        throw "The .NET 8 runtime can't be restored from NuGet."
    }

    # dotnet.exe on Windows.
    Get-ChildItem ([IO.Path]::Combine($root, '.tools', 'dotnet8')) -File -Filter 'dotnet*' | Select-Object -ExpandProperty FullName
}

# Returns the name of a test and the first line of its message. A message can have any length.
function Get-FailureLine([string] $Name, [string] $Message) {
    $line = $Message.Split("`n") | ForEach-Object Trim | Where-Object { $_ } | Select-Object -First 1
    "${Name}: $(if ("$line".Length -gt 300) { $line.Substring(0, 300) + '...' } else { $line })"
}

# Returns the names of the tests that were running when the run was stopped.
function Get-StoppedTest {
    foreach ($file in Get-ChildItem $results -Recurse -File -Filter 'Sequence_*.xml' -ErrorAction Ignore) {
        $sequence = [xml]::new()
        $sequence.Load($file.FullName)
        $sequence.SelectNodes('//Test[@Completed="False"]') | ForEach-Object { $_.GetAttribute('Name') }
    }
}

$arguments = @(
    'test', [IO.Path]::Combine($root, 'tests', 'Unit'), '--configuration', 'Release', '--no-build', '--verbosity', 'quiet'
    '--logger', 'console;verbosity=minimal', '--logger', "trx;LogFileName=$report"
    '--blame-hang-timeout', '3min', '--blame-hang-dump-type', 'none', '--results-directory', $results
)
if ($Net8 -and -not (dotnet --list-runtimes | Select-String '^Microsoft\.NETCore\.App 8\.0\.')) {
    $arguments += '--', "RunConfiguration.DotNetHostPath=$(Get-Net8Host)"
}

Remove-Item $report -ErrorAction Ignore
Remove-Item $results -Recurse -ErrorAction Ignore
dotnet @arguments | Out-Host
$exitCode = $LASTEXITCODE
if (-not (Test-Path $report)) {
    throw "The unit tests ended with exit code $exitCode and without a report."
}

$run = [xml]::new()
$run.Load($report)
$summary = $run.DocumentElement['ResultSummary']

# The adapter of xunit prints its runtime: (64-bit .NET 8.0.11).
$runtime = [regex]::Match($summary.InnerText, '\(\d+-bit \.NET (\d[\w.-]*)\)').Groups[1].Value
if ($Net8 -and $runtime -notlike '8.0.*') {
    throw "The unit tests ran on .NET '$runtime', not on .NET 8.0."
}

$count = $summary['Counters']
$failed = [int]$count.GetAttribute('failed')
$failures = @($run.SelectNodes('//*[local-name()="UnitTestResult"][@outcome="Failed"]') | ForEach-Object {
        $message = $_.SelectSingleNode('.//*[local-name()="Message"]')
        Get-FailureLine $_.GetAttribute('testName') $(if ($message) { $message.InnerText })
    })
if ($exitCode -ne 0 -and $failed -eq 0) {
    Write-Host 'The unit tests were stopped before their end. The running test is named above and counts as failed.'
    $failed = 1
    $stopped = @(Get-StoppedTest)
    $failures = @(Get-FailureLine $(if ($stopped) { $stopped -join ', ' } else { 'The unit tests' }) 'was stopped before its end.')
}

[pscustomobject]@{
    Runtime  = $runtime
    Passed   = [int]$count.GetAttribute('passed')
    Failed   = $failed
    Skipped  = [int]$count.GetAttribute('total') - [int]$count.GetAttribute('executed')
    Failures = $failures
}
