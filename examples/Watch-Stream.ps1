<#
.SYNOPSIS
    Shows an answer and its speed while it is generated, and outputs the number of tokens.
.DESCRIPTION
    Each piece of a stream is an object. This script shows and counts the pieces as they arrive, and ends the request when the
    answer is long enough. When you stop reading a stream, the server stops generating it.
.PARAMETER Message
    The question.
.PARAMETER MaxCharacters
    Ends the answer after this number of characters. The default, 0, doesn't limit it.
.PARAMETER Emulator
    Uses the emulator. It's also used if the environment has no API key.
.EXAMPLE
    ./examples/Watch-Stream.ps1 'Explain event 4625' -Emulator
.EXAMPLE
    ./examples/Watch-Stream.ps1 'Write 500 words about DNS' -MaxCharacters 400 -Emulator
#>
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidUsingWriteHost', '', Justification = 'The text is for the screen, and the object is the output.')]
[CmdletBinding()]
param(
    [Parameter(Position = 0)]
    [string] $Message = 'Explain event 4625 to a junior admin. Write 120 words.',

    [ValidateRange(0, 1000000)]
    [int] $MaxCharacters = 0,

    [switch] $Emulator
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Module CohereShell)) {
    # Imports the built module of this clone, or else the installed one.
    $built = Join-Path (Split-Path $PSScriptRoot) 'out/CohereShell'
    Import-Module $(if (Test-Path $built) { $built } else { 'CohereShell' })
}

if ($Emulator -or -not (Get-CohereSession)) {
    Connect-Cohere -Emulator
}

$watch = [Diagnostics.Stopwatch]::StartNew()
$state = @{ Characters = 0; Pieces = 0; First = $null; Response = $null }

# Select-Object -First 1 ends the pipeline and the request when it receives an object.
Invoke-CohereChat $Message -Stream | ForEach-Object {
    if ($_.Text) {
        if ($null -eq $state.First) {
            $state.First = $watch.Elapsed
        }

        # Text of a model can contain escape sequences, which must not reach the terminal.
        Write-Host ($_.Text -replace '[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]', '?') -NoNewline
        $state.Characters += $_.Text.Length
        $state.Pieces++
        Write-Progress -Activity $Message -Status "$($state.Characters) characters, $([int]($state.Characters / $watch.Elapsed.TotalSeconds)) a second"
    }

    if ($_.Response) {
        $state.Response = $_.Response
    }

    if ($MaxCharacters -gt 0 -and $state.Characters -ge $MaxCharacters) {
        'enough'
    }
} | Select-Object -First 1 | Out-Null
Write-Progress -Activity $Message -Completed
Write-Host

[pscustomobject]@{
    Message      = $Message
    FinishReason = if ($state.Response) { $state.Response.FinishReason } else { 'Ended by the script' }
    Characters   = $state.Characters
    Pieces       = $state.Pieces
    FirstPieceMs = if ($state.First) { [int]$state.First.TotalMilliseconds }
    TotalMs      = [int]$watch.Elapsed.TotalMilliseconds
    OutputTokens = if ($state.Response) { [int]$state.Response.Usage.OutputTokens }
}
