<#
.SYNOPSIS
    Runs the unit tests, and outputs the coverage of each assembly in percent.
.DESCRIPTION
    Needs a Release build. The report for other tools is in out/coverage, in the Cobertura format.
.EXAMPLE
    ./tools/Measure-Coverage.ps1
#>
[CmdletBinding()]
param()

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3.0
$root = Split-Path $PSScriptRoot
$tests = [IO.Path]::Combine($root, 'tests', 'Unit')
$results = [IO.Path]::Combine($root, 'out', 'coverage')

# Each run creates a new folder, so the reports of earlier runs must be deleted.
Remove-Item $results -Recurse -Force -ErrorAction Ignore
dotnet test $tests --configuration Release --no-build --verbosity quiet --collect 'XPlat Code Coverage' --results-directory $results | Out-Host
if ($LASTEXITCODE -ne 0) {
    # The measurement slows the code down, so a test with a short timeout may fail.
    Write-Warning "The unit tests ended with exit code $LASTEXITCODE. The figures are those of the tests that ran."
}

function ConvertTo-Percent([string] $Rate) { [Math]::Round(100 * [double]$Rate, 1) }

$report = [xml](Get-ChildItem $results -Recurse -Filter coverage.cobertura.xml | Get-Content -Raw)
$packages = $report.SelectNodes('/coverage/packages/package')
if ($packages.Count -eq 0) {
    throw 'The report has no assemblies.'
}

$packages | Sort-Object { $_.GetAttribute('name') } | ForEach-Object {
    [pscustomobject]@{
        Assembly = $_.GetAttribute('name')
        Lines    = ConvertTo-Percent $_.GetAttribute('line-rate')
        Branches = ConvertTo-Percent $_.GetAttribute('branch-rate')
    }
}
[pscustomobject]@{
    Assembly = 'All'
    Lines    = ConvertTo-Percent $report.DocumentElement.GetAttribute('line-rate')
    Branches = ConvertTo-Percent $report.DocumentElement.GetAttribute('branch-rate')
}
