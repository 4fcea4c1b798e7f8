<#
.SYNOPSIS
    Runs the Pester tests and writes down how many passed, failed and were skipped.
.PARAMETER ResultPath
    The file for the numbers, as JSON.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string] $ResultPath
)

# The preference of the caller would reach into the tests, which rely on PowerShell's own: errors that do not end a
# command are written and counted there.
$ErrorActionPreference = 'Continue'
Import-Module Pester -MinimumVersion 5.5 -ErrorAction Stop
$configuration = New-PesterConfiguration
$configuration.Run.Path = [IO.Path]::Combine($PSScriptRoot, '..', 'tests', 'Pester')
$configuration.Run.PassThru = $true
$configuration.Output.Verbosity = 'Normal'
$configuration.Output.RenderMode = 'Plaintext'
$result = Invoke-Pester -Configuration $configuration
if ($result.FailedContainersCount -gt 0 -or $result.TotalCount -eq 0) {
    throw "$($result.FailedContainersCount) of the test files could not be run; $($result.TotalCount) tests were found."
}

@{ Passed = $result.PassedCount; Failed = $result.FailedCount; Skipped = $result.SkippedCount } |
    ConvertTo-Json |
    Set-Content -Path $ResultPath
