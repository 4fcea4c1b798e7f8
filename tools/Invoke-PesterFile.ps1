<#
.SYNOPSIS
    Runs Pester test files one after the other in this process. Invoke-PesterTest.ps1 starts it.
.PARAMETER ListPath
    A file with the paths of the test files, one per line.
.PARAMETER ResultFolder
    The folder for the results. Each test file gets a file <test file>.json when it has ended.
.PARAMETER PesterPath
    The Pester module.
.PARAMETER ExcludeTag
    The tags of tests to exclude, separated by commas.
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string] $ListPath,

    [Parameter(Mandatory)]
    [string] $ResultFolder,

    [Parameter(Mandatory)]
    [string] $PesterPath,

    [string] $ExcludeTag
)

# The tests rely on PowerShell's default: non-terminating errors don't stop a command. The preference of the caller must
# not affect them.
$ErrorActionPreference = 'Continue'
Import-Module ([WildcardPattern]::Escape($PesterPath)) -ErrorAction Stop

# Describes a failure: the test, the message, and the place where it was thrown.
function Get-FailureText($Test) {
    foreach ($problem in $Test.ErrorRecord) {
        $place = "$($problem.ScriptStackTrace)".Split("`n")[0]
        "$($Test.ExpandedPath)`n$(if ($problem.DisplayErrorMessage) { $problem.DisplayErrorMessage } else { $problem })`n$place"
    }
}

foreach ($file in Get-Content -LiteralPath $ListPath -Encoding UTF8) {
    $configuration = New-PesterConfiguration
    $configuration.Run.Path = [WildcardPattern]::Escape($file)
    $configuration.Run.PassThru = $true
    $configuration.Filter.ExcludeTag = @($ExcludeTag.Split(',') -ne '')
    $configuration.Output.Verbosity = 'None'
    # If Pester itself fails, the result of the previous file must not be used.
    $run = $null
    $run = Invoke-Pester -Configuration $configuration
    if (-not $run) {
        throw "Pester couldn't run '$file'."
    }

    $failures = @($run.Failed | ForEach-Object { Get-FailureText $_ }) +
        @($run.FailedBlocks | ForEach-Object { Get-FailureText $_ }) +
        @($run.FailedContainers | ForEach-Object { "$($_.ErrorRecord)" })
    $result = [ordered] @{
        Name = [IO.Path]::GetFileName($file)
        Seconds = $run.Duration.TotalSeconds
        Passed = $run.PassedCount
        # A file or a block that can't run counts as failed, even if none of its tests does.
        Failed = $run.FailedCount + $(if ($run.FailedCount -eq 0) { $run.FailedContainersCount + $run.FailedBlocksCount } else { 0 })
        Skipped = $run.SkippedCount
        Failures = $failures
        SkipReasons = @($run.Skipped | ForEach-Object { if ("$($_.ErrorRecord)" -match 'because (.+)$') { $Matches[1] } else { "-Skip of '$($_.ExpandedPath)'" } })
    }
    if ($run.TotalCount -eq 0 -and $run.FailedContainersCount -eq 0) {
        $result.Failed = 1
        $result.Failures = @("$($result.Name) has no tests.")
    }

    # Moving the file ensures that the reader never sees an incomplete one.
    $path = Join-Path $ResultFolder "$($result.Name).json"
    ConvertTo-Json -InputObject $result -Depth 4 | Set-Content -LiteralPath "$path.new" -Encoding UTF8
    [IO.File]::Move("$path.new", $path)
}
