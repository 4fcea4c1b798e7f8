<#
.SYNOPSIS
    Runs the Pester tests, each file within a time limit, and writes the results to a file. Prints the failed tests again at the end.
.DESCRIPTION
    The files run one after the other in another PowerShell process. A file that exceeds the limit or ends the process counts
    as one failed test, and the remaining files run in a new process. So a test that hangs is stopped automatically.
.PARAMETER ResultPath
    The JSON file for the results: the number of tests that passed, failed and were skipped, the reasons for skipping, and a line
    for each failed test.
.PARAMETER Path
    Specifies the test files. The default is every file in tests/Pester.
.PARAMETER PesterPath
    Specifies the Pester module. The default is the Pester that tools/Toolchain installs.
.PARAMETER ExcludeTag
    Specifies the tags of tests to exclude. The tests with the tag BothEditions need the assemblies of both editions.
.PARAMETER FileTimeoutSec
    Specifies the time limit of a test file, in seconds. The default is 300: the slowest file takes about 40 seconds.
.EXAMPLE
    ./tools/Invoke-PesterTest.ps1 -Path tests/Pester/Get-CohereModel.Tests.ps1
#>
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidUsingWriteHost', '', Justification = 'The script prints progress for the user.')]
[CmdletBinding()]
param(
    [string] $ResultPath = [IO.Path]::Combine($PSScriptRoot, '..', 'out', 'pester.json'),
    [string[]] $Path = [IO.Path]::Combine($PSScriptRoot, '..', 'tests', 'Pester', '*.Tests.ps1'),
    [string] $PesterPath = [IO.Path]::Combine($PSScriptRoot, '..', '.tools', 'Modules', 'Pester'),
    [string[]] $ExcludeTag = @(),
    [ValidateRange(1, 86400)]
    [int] $FileTimeoutSec = 300
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3.0
. ([IO.Path]::Combine($PSScriptRoot, 'PowerShell.ps1'))

# Prints the name of a file and the results of its tests. The time is that of the whole file.
function Write-Result($Result) {
    $mark = if ($Result.Failed -gt 0) { '[-]' } else { '[+]' }
    Write-Host ('{0} {1} {2:0.0} s: {3} passed, {4} failed, {5} skipped' -f $mark, $Result.Name, $Result.Seconds, $Result.Passed, $Result.Failed, $Result.Skipped)
    foreach ($failure in $Result.Failures) {
        Write-Host "    $failure".Replace("`n", "`n    ")
    }
}

# Returns a line for each failed test: its file, its name, and the first line of the message.
function Get-FailureLine($Result) {
    foreach ($failure in $Result.Failures) {
        $line = @($failure.Split("`n") | ForEach-Object Trim | Where-Object { $_ } | Select-Object -First 2) -join ': '
        if (-not $line.StartsWith($Result.Name)) {
            $line = "$($Result.Name): $line"
        }

        if ($line.Length -gt 400) { $line.Substring(0, 400) + '...' } else { $line }
    }
}

function Get-BrokenFile([string] $File, [double] $Seconds, [string] $Reason) {
    $name = [IO.Path]::GetFileName($File)
    [pscustomobject] @{ Name = $name; Seconds = $Seconds; Passed = 0; Failed = 1; Skipped = 0; Failures = @("$name $Reason"); SkipReasons = @() }
}

# Ends a process and its child processes.
function Close-ProcessTree([Diagnostics.Process] $Process) {
    if ($PSVersionTable.PSVersion.Major -ge 7) {
        $Process.Kill($true)
    }
    else {
        taskkill.exe /T /F /PID $Process.Id | Out-Null
    }

    $Process.WaitForExit()
}

$folder = [IO.Path]::Combine([IO.Path]::GetTempPath(), [IO.Path]::GetRandomFileName())
$null = New-Item -ItemType Directory -Path $folder
$waiting = [Collections.Generic.Queue[string]]::new([string[]] @(Get-Item -Path $Path | Sort-Object -Property Name | ForEach-Object FullName))
$results = [Collections.Generic.List[object]]::new()
try {
    if ($waiting.Count -eq 0) {
        throw "There are no test files at $($Path -join ', ')."
    }

    $process = $null
    while ($waiting.Count -gt 0) {
        if ($null -eq $process) {
            $list = Join-Path $folder 'files.txt'
            Set-Content -LiteralPath $list -Value $waiting.ToArray() -Encoding UTF8
            $runner = [IO.Path]::Combine($PSScriptRoot, 'Invoke-PesterFile.ps1')
            $arguments = '-NonInteractive', '-File', $runner, '-ListPath', $list, '-ResultFolder', $folder, '-PesterPath', (Convert-Path -LiteralPath $PesterPath)
            if ($ExcludeTag) {
                $arguments += '-ExcludeTag', ($ExcludeTag -join ',')
            }

            $start = Get-PowerShellStartInfo $arguments
            $process = [Diagnostics.Process]::Start($start)
        }

        $file = $waiting.Dequeue()
        $resultFile = Join-Path $folder "$([IO.Path]::GetFileName($file)).json"
        $elapsed = [Diagnostics.Stopwatch]::StartNew()
        $hasEnded = $false
        # Checks the process before the result, because it can write the result and end between the two checks.
        while (-not (Test-Path -LiteralPath $resultFile) -and -not $hasEnded -and $elapsed.Elapsed.TotalSeconds -lt $FileTimeoutSec) {
            $hasEnded = $process.WaitForExit(100)
        }

        if (Test-Path -LiteralPath $resultFile) {
            $result = Get-Content -LiteralPath $resultFile -Raw -Encoding UTF8 | ConvertFrom-Json
        }
        elseif ($hasEnded) {
            $result = Get-BrokenFile $file $elapsed.Elapsed.TotalSeconds "ended the process with exit code $($process.ExitCode)."
            $process = $null
        }
        else {
            Close-ProcessTree $process
            $result = Get-BrokenFile $file $elapsed.Elapsed.TotalSeconds "didn't end within $FileTimeoutSec s and was stopped."
            $process = $null
        }

        Write-Result $result
        $results.Add($result)
    }

    if ($process -and -not $process.WaitForExit($FileTimeoutSec * 1000)) {
        Close-ProcessTree $process
    }
}
finally {
    # Also after Ctrl+C. Otherwise, the process would continue to run.
    if ($process -and -not $process.HasExited) {
        Close-ProcessTree $process
    }

    Remove-Item -LiteralPath $folder -Recurse -Force -ErrorAction Ignore
}

# Measure-Object returns doubles.
$total = [ordered] @{}
foreach ($count in 'Passed', 'Failed', 'Skipped') {
    $total[$count] = [int] ($results | Measure-Object -Sum -Property $count).Sum
}

$total['SkipReasons'] = @($results | ForEach-Object { $_.SkipReasons } | Group-Object | ForEach-Object { [ordered] @{ Reason = $_.Name; Count = $_.Count } })
$total['Failures'] = @($results | ForEach-Object { Get-FailureLine $_ })
foreach ($line in $total['Failures']) {
    Write-Host "[-] $line"
}

$null = New-Item -ItemType Directory -Path (Split-Path -Parent $ResultPath) -Force
ConvertTo-Json -InputObject $total -Depth 4 | Set-Content -LiteralPath $ResultPath -Encoding UTF8
