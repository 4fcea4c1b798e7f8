<#
.SYNOPSIS
    Builds, tests and shows CohereShell.
.DESCRIPTION
    Each task prints what it does and what it skips, with the reason.

    build    builds the module into out/CohereShell
    demo     imports it and runs the main job against the emulator: no key, no network
    test     unit tests, format check; Pester tests, script analysis and help check where their modules are installed
    analyze  PSScriptAnalyzer over every script
    help     compiles docs/en-US into en-US
    bench    prints the benchmarks' ratios
    package  makes out/CohereShell.zip: one name for archive, folder and manifest, as Azure Automation wants it
.EXAMPLE
    ./build.ps1 test
#>
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidUsingWriteHost', '', Justification = 'It talks to the person who runs it.')]
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('build', 'demo', 'test', 'analyze', 'help', 'bench', 'package')]
    [string] $Task = 'build'
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3.0
$root = $PSScriptRoot
# Combine takes any number of parts in Windows PowerShell too, where Join-Path takes two.
$solution = [IO.Path]::Combine($root, 'CohereShell.sln')
$module = [IO.Path]::Combine($root, 'out', 'CohereShell')
$pwsh = (Get-Process -Id $PID).Path

function Say([string] $Text) { Write-Host "==> $Text" }

function Test-Module([string] $Name, [version] $Minimum) {
    $found = Get-Module -ListAvailable -Name $Name | Where-Object Version -ge $Minimum | Select-Object -First 1
    if (-not $found) {
        Say "Skipped: $Name $Minimum or later is not installed (Install-PSResource $Name)."
    }

    return [bool]$found
}

# Runs a program and fails with it.
function Invoke-Program {
    $program, $arguments = $args
    & $program @arguments
    if ($LASTEXITCODE -ne 0) {
        throw "'$program $arguments' ended with exit code $LASTEXITCODE."
    }
}

function Build-Module {
    Say 'Building the module into out/CohereShell'
    Invoke-Program dotnet build $solution --configuration Release --verbosity quiet
}

function Show-Module {
    Say 'Running examples/Demo.ps1 in a new PowerShell, against the emulator'
    Invoke-Program $pwsh -NoLogo -NoProfile -NonInteractive -File ([IO.Path]::Combine($root, 'examples', 'Demo.ps1'))
}

function Test-Format {
    Say 'Checking the format of the sources'
    Invoke-Program dotnet format $solution --verify-no-changes --no-restore
}

function Test-Script {
    if (-not (Test-Module PSScriptAnalyzer 1.21)) {
        return
    }

    Say 'Analyzing the scripts with PSScriptAnalyzer'
    # The manifest is checked where the files that it names are.
    $findings = @('build.ps1', 'out/CohereShell/CohereShell.psd1', 'src', 'tools', 'tests', 'bench', 'examples' | ForEach-Object {
            Invoke-ScriptAnalyzer -Path (Join-Path $root $_) -Recurse -Settings (Join-Path $root 'PSScriptAnalyzerSettings.psd1')
        })
    if ($findings) {
        $findings | Format-Table ScriptName, Line, Severity, RuleName, Message -Wrap | Out-String | Write-Host
        throw "PSScriptAnalyzer has $($findings.Count) finding(s)."
    }
}

function Test-Help {
    if (Test-Module Microsoft.PowerShell.PlatyPS 1.0) {
        Say 'Checking that the compiled help fits docs/en-US'
        & ([IO.Path]::Combine($root, 'tools', 'Build-Help.ps1')) -Check
    }
}

# Gives the numbers of tests passed, failed and skipped.
function Test-Unit {
    Say 'Running the unit tests'
    $lines = @(dotnet test ([IO.Path]::Combine($root, 'tests', 'Unit')) --configuration Release --no-build --verbosity quiet --logger 'console;verbosity=minimal')
    $exitCode = $LASTEXITCODE
    $lines | Out-Host
    $summary = $lines | Select-String 'Failed:\s*(\d+), Passed:\s*(\d+), Skipped:\s*(\d+)' | Select-Object -Last 1
    if (-not $summary) {
        throw "The unit tests ended with exit code $exitCode and without a summary."
    }

    $failed, $passed, $skipped = $summary.Matches[0].Groups[1..3].Value
    [pscustomobject]@{ Passed = [int]$passed; Failed = [int]$failed; Skipped = [int]$skipped }
}

function Test-Cmdlet {
    if (-not (Test-Module Pester 5.5)) {
        return
    }

    Say "Running the Pester tests in PowerShell $($PSVersionTable.PSVersion)"
    # In a new process: Pester and the module are loaded afresh, and the module's files are free afterwards.
    $result = [IO.Path]::Combine($root, 'out', 'pester.json')
    Invoke-Program $pwsh -NoLogo -NoProfile -NonInteractive -File ([IO.Path]::Combine($root, 'tools', 'Invoke-PesterTest.ps1')) -ResultPath $result | Out-Host
    Get-Content -Raw $result | ConvertFrom-Json
}

switch ($Task) {
    'build' {
        Build-Module
    }
    'demo' {
        Build-Module
        Show-Module
    }
    'test' {
        Build-Module
        Test-Format
        Test-Script
        Test-Help
        $results = @(Test-Unit; Test-Cmdlet)
        # Measure-Object gives doubles; counts are whole.
        $passed, $failed, $skipped = 'Passed', 'Failed', 'Skipped' | ForEach-Object { [int]($results | Measure-Object -Sum $_).Sum }
        Write-Host "$passed passed, $failed failed, $skipped skipped"
        if ($failed -gt 0) {
            exit 1
        }
    }
    'analyze' {
        Build-Module
        Test-Script
    }
    'help' {
        if (Test-Module Microsoft.PowerShell.PlatyPS 1.0) {
            Say 'Compiling docs/en-US into en-US'
            & ([IO.Path]::Combine($root, 'tools', 'Build-Help.ps1'))
        }
    }
    'bench' {
        Build-Module
        & ([IO.Path]::Combine($root, 'bench', 'Measure-Module.ps1'))
    }
    'package' {
        Build-Module
        $archive = [IO.Path]::Combine($root, 'out', 'CohereShell.zip')
        Compress-Archive -Path $module -DestinationPath $archive -Force
        Say "Made $archive"
    }
}
