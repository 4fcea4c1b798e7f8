<#
.SYNOPSIS
    Answers a question about this computer. The model finds the answer with commands that only read.
.DESCRIPTION
    The model can call only the commands below. Their verbs only read, so they run without confirmation and also in
    runbooks. Their output is sent to Cohere, so don't add commands whose output must not be sent.
.PARAMETER Question
    The question.
.PARAMETER Emulator
    Uses the emulator. It's also used if the environment has no API key.
.EXAMPLE
    ./examples/Ask-Machine.ps1 'How much free space has each drive?' -Emulator
.EXAMPLE
    ./examples/Ask-Machine.ps1 'Which processes take the most memory, and what are they for?' | Format-List
#>
[CmdletBinding()]
param([Parameter(Mandatory, Position = 0)] [string] $Question, [switch] $Emulator)

$ErrorActionPreference = 'Stop'
if (-not (Get-Module CohereShell)) {
    # Imports the built module of this clone, or else the installed one.
    $built = Join-Path (Split-Path $PSScriptRoot) 'out/CohereShell'
    Import-Module $(if (Test-Path $built) { $built } else { 'CohereShell' })
}

function Get-FreeSpace {
    <# .SYNOPSIS
        Free and used space of each drive of this machine, in gigabytes. #>
    Get-PSDrive -PSProvider FileSystem | Where-Object { $_.Used + $_.Free -gt 0 } |
        Select-Object Name, Root, @{ n = 'FreeGB'; e = { [Math]::Round($_.Free / 1GB, 1) } }, @{ n = 'UsedGB'; e = { [Math]::Round($_.Used / 1GB, 1) } }
}

function Get-BusyProcess {
    <# .SYNOPSIS
        The processes of this machine that take the most memory or processor time. #>
    param([ValidateSet('Memory', 'Processor')] [string] $By = 'Memory', [ValidateRange(1, 50)] [int] $Top = 5)
    Get-Process | Sort-Object @{ Memory = 'WorkingSet64'; Processor = 'CPU' }[$By] -Descending |
        Select-Object -First $Top Name, Id, @{ n = 'MemoryMB'; e = { [Math]::Round($_.WorkingSet64 / 1MB) } }, @{ n = 'ProcessorSec'; e = { [Math]::Round([double] $_.CPU, 1) } }
}

if ($Emulator -or -not (Get-CohereSession)) {
    Connect-Cohere -Emulator
    Write-Warning 'The emulator answers. It chooses commands by their words, without understanding the question.'
}

$tools = @('Get-FreeSpace', 'Get-BusyProcess', 'Get-TimeZone')
$tools += New-CohereTool Get-ChildItem -Parameter LiteralPath, Filter, Recurse
if ($env:OS -eq 'Windows_NT') {
    $tools += New-CohereTool Get-Service -Parameter Name
    $tools += New-CohereTool Get-WinEvent -Parameter LogName, MaxEvents
}

$answer = Invoke-CohereChat $Question -Tool $tools -InvokeTool -SystemMessage 'Look with the tools before you answer. Give numbers with their units, and say what you could not find out.'
# Five properties are shown as a list, in which a long answer isn't cut off.
[pscustomobject]@{
    Question = $Question
    Answer   = $answer.Text
    Looked   = @($answer.ToolSteps.CommandLine)
    Tokens   = $answer.Usage.InputTokens + $answer.Usage.OutputTokens
    Model    = $answer.Model
}
