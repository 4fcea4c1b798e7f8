<#
.SYNOPSIS
    Builds, tests and packages CohereShell, and runs a demo.
.DESCRIPTION
    All you need is the .NET SDK 8.0 or later. Each task prints what it does and what it skips, with the reason.

    If the PowerShell that runs this script is 7.4 or later, the tasks run in it. In Windows PowerShell 5.1, 'build' and 'demo'
    run there. The other tasks run in the PowerShell that tools/Toolchain pins and installs into .tools/.
.PARAMETER Task
    build     builds the module into out/CohereShell (the default)
    demo      runs a demo with the emulator, without a key or a network
    test      runs the unit tests and the Pester tests, and checks format, scripts and help
    test-net8 runs the unit tests on .NET 8, the runtime of PowerShell 7.4
    coverage  measures which code the unit tests run
    analyze   runs PSScriptAnalyzer on every script
    help      compiles docs/en-US into en-US
    bench     prints the benchmarks' ratios
    package   creates out/CohereShell.zip for Azure Automation and out/CohereShell.<version>.nupkg for the PowerShell Gallery
.PARAMETER Quick
    Builds only for the PowerShell that runs this script, and doesn't check the format. Tests that need the module for both
    editions are skipped. You can't use it with 'package'.
.EXAMPLE
    ./build.ps1 test
.EXAMPLE
    ./build.ps1 build -Quick
#>
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidUsingWriteHost', '', Justification = 'The script prints progress for the user.')]
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [ValidateSet('build', 'demo', 'test', 'test-net8', 'coverage', 'analyze', 'help', 'bench', 'package')]
    [string] $Task = 'build',

    [switch] $Quick
)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 3.0
$root = $PSScriptRoot
# Join-Path in Windows PowerShell accepts only two parts.
$solution = [IO.Path]::Combine($root, 'CohereShell.sln')
$module = [IO.Path]::Combine($root, 'out', 'CohereShell')
$tools = [IO.Path]::Combine($root, 'tools')
. ([IO.Path]::Combine($tools, 'PowerShell.ps1'))
$env:DOTNET_CLI_TELEMETRY_OPTOUT = $env:DOTNET_NOLOGO = '1'

function Say([string] $Text) { Write-Host "==> $Text" }

function Test-Module([string] $Name, [version] $Minimum) {
    $found = Get-Module -ListAvailable -Name $Name | Where-Object Version -ge $Minimum | Select-Object -First 1
    if (-not $found) {
        Say "Skipped: $Name $Minimum or later isn't installed (Install-PSResource $Name)."
    }

    return [bool]$found
}

# Runs a program, and throws if it fails.
function Invoke-Program {
    $program, $arguments = $args
    & $program @arguments
    if ($LASTEXITCODE -ne 0) {
        throw "'$program $arguments' ended with exit code $LASTEXITCODE."
    }
}

function Build-Module {
    Say 'Building the module into out/CohereShell'
    $target = @(if ($Quick) { '--framework', $(if ($PSVersionTable.PSVersion.Major -lt 6) { 'net472' } else { 'net8.0' }) })
    # Removes files of earlier builds, so that they aren't imported or packed.
    if (Test-Path -LiteralPath $module) {
        Remove-Item -LiteralPath $module -Recurse -Force
    }

    Invoke-Program dotnet build $solution --configuration Release --verbosity quiet @target
}

function Install-Tool([string] $Name) {
    $output = dotnet build ([IO.Path]::Combine($tools, 'Toolchain')) "--target:Install$Name" "--property:WithPowerShell=$($Name -eq 'PowerShell')" --verbosity quiet
    if ($LASTEXITCODE -ne 0) {
        $output | Out-Host
        throw "$Name couldn't be installed from NuGet."
    }
}

function Show-Module {
    Say 'Running examples/Demo.ps1 with the emulator in a new PowerShell process'
    Invoke-PowerShell -NonInteractive -File ([IO.Path]::Combine($root, 'examples', 'Demo.ps1'))
    if ($LASTEXITCODE -ne 0) {
        throw "The demo ended with exit code $LASTEXITCODE."
    }
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
    # Checks the built manifest, because the files that it names are next to it.
    $findings = @('build.ps1', 'out/CohereShell/CohereShell.psd1', 'src', 'tools', 'tests', 'bench', 'examples' | ForEach-Object {
            Invoke-ScriptAnalyzer -Path (Join-Path $root $_) -Recurse -Settings (Join-Path $root 'PSScriptAnalyzerSettings.psd1')
        })
    if ($findings) {
        $findings | Format-Table ScriptName, Line, Severity, RuleName, Message -Wrap | Out-String | Write-Host
        throw "PSScriptAnalyzer reported $($findings.Count) finding(s)."
    }
}

function Test-Help {
    if (Test-Module Microsoft.PowerShell.PlatyPS 1.0) {
        Say 'Comparing the compiled help with docs/en-US'
        & ([IO.Path]::Combine($tools, 'Build-Help.ps1')) -Check
    }
}

function Test-Unit([switch] $Net8) {
    Say "Running the unit tests$(if ($Net8) { ' on .NET 8' })"
    & ([IO.Path]::Combine($tools, 'Invoke-UnitTest.ps1')) -Net8:$Net8 | Select-Object @{ Name = 'Suite'; Expression = { 'Unit' } }, Passed, Failed, Skipped, Failures
}

function Test-Cmdlet {
    Install-Tool Pester
    Say "Running the Pester tests in PowerShell $($PSVersionTable.PSVersion)"
    $path = [IO.Path]::Combine($root, 'out', 'pester.json')
    $excluded = @(if ($Quick) { 'BothEditions' })
    if ($Quick) {
        Say 'Skipped: the tests that need the module for both editions (-Quick).'
    }

    & ([IO.Path]::Combine($tools, 'Invoke-PesterTest.ps1')) -ResultPath $path -ExcludeTag $excluded
    $result = Get-Content -LiteralPath $path -Raw -Encoding UTF8 | ConvertFrom-Json
    foreach ($item in $result.SkipReasons) {
        Say "Skipped: $($item.Count) Pester test(s): $($item.Reason)"
    }

    [pscustomobject]@{ Suite = 'Pester'; Passed = $result.Passed; Failed = $result.Failed; Skipped = $result.Skipped; Failures = $result.Failures }
}

# Prints the counts of each suite, the failed tests and the totals. Exits with code 1 if a test failed. The failed tests are at the
# end, because logs of CI services are often cut at their start.
function Show-Result([object[]] $Result) {
    Say (@($Result | ForEach-Object { "$($_.Suite) tests: $($_.Passed) passed, $($_.Failed) failed, $($_.Skipped) skipped" }) -join '; ')
    foreach ($suite in $Result) {
        foreach ($failure in $suite.Failures) {
            Write-Host "[-] $($suite.Suite): $failure"
        }
    }

    # Measure-Object returns doubles.
    $passed, $failed, $skipped = 'Passed', 'Failed', 'Skipped' | ForEach-Object { [int]($Result | Measure-Object -Sum $_).Sum }
    Write-Host "$passed passed, $failed failed, $skipped skipped"
    if ($failed -gt 0) {
        exit 1
    }
}

# Runs the task in the pinned PowerShell if the current one can't run it.
function Invoke-InPinnedPowerShell {
    Say "PowerShell $($PSVersionTable.PSVersion) can't run the task '$Task': using the PowerShell in .tools/"
    Install-Tool PowerShell
    # pwsh searches only the default location of .NET, so this specifies the actual one. It also allows a later .NET.
    $env:DOTNET_ROOT = @(dotnet --list-runtimes | Select-String '^Microsoft\.NETCore\.App .* \[(.+)[\\/]shared[\\/]Microsoft\.NETCore\.App\]$')[-1].Matches[0].Groups[1].Value
    $env:DOTNET_ROLL_FORWARD = 'Major'
    & ([IO.Path]::Combine($root, '.tools', 'PowerShell', 'pwsh')) -NoLogo -NoProfile -NonInteractive -File $PSCommandPath $Task "-Quick:`$$Quick"
    exit $LASTEXITCODE
}

if ($Task -eq 'package' -and $Quick) {
    throw "A package needs the module for both editions. Run the task without -Quick."
}

$isTooOld = $PSVersionTable.PSVersion -lt [version] '7.4' -and ($PSVersionTable.PSVersion.Major -ge 6 -or $Task -notin 'build', 'demo')
# Creating packages requires PowerShell 7.5 or later.
$isWithoutPackages = $Task -eq 'package' -and -not (Get-Command Compress-PSResource -ErrorAction Ignore)
if (($isTooOld -or $isWithoutPackages) -and -not $PSHOME.StartsWith([IO.Path]::Combine($root, '.tools'))) {
    Invoke-InPinnedPowerShell
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
        if ($Quick) {
            Say 'Skipped: the format of the sources (-Quick).'
        }
        else {
            Test-Format
        }

        Test-Script
        Test-Help
        Show-Result @(Test-Unit; Test-Cmdlet)
    }
    'test-net8' {
        Build-Module
        Show-Result @(Test-Unit -Net8)
    }
    'coverage' {
        Build-Module
        Say 'Measuring which code the unit tests run'
        & ([IO.Path]::Combine($tools, 'Measure-Coverage.ps1')) | Format-Table | Out-Host
    }
    'analyze' {
        Build-Module
        Test-Script
    }
    'help' {
        if (Test-Module Microsoft.PowerShell.PlatyPS 1.0) {
            Say 'Compiling docs/en-US into en-US'
            & ([IO.Path]::Combine($tools, 'Build-Help.ps1'))
        }
    }
    'bench' {
        Build-Module
        & ([IO.Path]::Combine($root, 'bench', 'Measure-Module.ps1'))
    }
    'package' {
        Build-Module
        & ([IO.Path]::Combine($tools, 'New-ModulePackage.ps1')) | ForEach-Object { Say "Created $($_.FullName)" }
    }
}
