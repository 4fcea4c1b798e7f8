<#
.SYNOPSIS
    Shows an answer while it is written, with its speed, and puts out what it cost.
.DESCRIPTION
    Each piece of a stream is an object. This script counts them, shows the beginning of the answer at once, and ends the
    request when the answer has become long enough: a stream that is not read any more is ended at the server, too.
.PARAMETER Message
    The question.
.PARAMETER MaxCharacters
    Ends the answer after so many characters. 0: never.
.PARAMETER Emulator
    Asks the emulator. It is asked too when there is no key in the environment.
.EXAMPLE
    ./examples/Watch-Stream.ps1 'Explain event 4625' -Emulator
.EXAMPLE
    ./examples/Watch-Stream.ps1 'Write 500 words about DNS' -MaxCharacters 400 -Emulator
#>
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidUsingWriteHost', '', Justification = 'The text is for the person who watches; the object is the output.')]
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
    # Of a clone that has been built, or of $env:PSModulePath.
    $built = Join-Path (Split-Path $PSScriptRoot) 'out/CohereShell'
    Import-Module $(if (Test-Path $built) { $built } else { 'CohereShell' })
}

if ($Emulator -or -not (Get-CohereSession)) {
    Connect-Cohere -Emulator
}

$watch = [Diagnostics.Stopwatch]::StartNew()
$state = @{ Characters = 0; Pieces = 0; First = $null; Response = $null }

# Select-Object -First ends the pipeline, and with it the request, as soon as one object has come through.
Invoke-CohereChat $Message -Stream | ForEach-Object {
    if ($_.Text) {
        if ($null -eq $state.First) {
            $state.First = $watch.Elapsed
        }

        # Text of a model may hold escape sequences: only what a screen should show.
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
    FinishReason = if ($state.Response) { $state.Response.FinishReason } else { 'Ended by this script' }
    Characters   = $state.Characters
    Pieces       = $state.Pieces
    FirstPieceMs = if ($state.First) { [int]$state.First.TotalMilliseconds }
    TotalMs      = [int]$watch.Elapsed.TotalMilliseconds
    OutputTokens = if ($state.Response) { [int]$state.Response.Usage.OutputTokens }
}
