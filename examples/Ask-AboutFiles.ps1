<#
.SYNOPSIS
    Answers a question from the text files in a folder, and names the file that each part of the answer comes from.
.DESCRIPTION
    The script splits files into parts of about 3,000 characters. Each part becomes a document whose id contains the file
    name, so citations name the file and the part.
.PARAMETER Question
    The question.
.PARAMETER Path
    The folder. The default is docs/guides in this repository.
.PARAMETER Filter
    The filter for file names, such as *.txt. The default is *.md.
.PARAMETER PartLength
    The length of a part in characters.
.PARAMETER Emulator
    Uses the emulator. It's also used if the environment has no API key.
.EXAMPLE
    ./examples/Ask-AboutFiles.ps1 'Which proxy is used?' -Emulator
.EXAMPLE
    ./examples/Ask-AboutFiles.ps1 'How long are logs kept?' -Path C:\policies -Filter *.txt
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0)]
    [string] $Question,

    [ValidateScript({ Test-Path $_ -PathType Container })]
    [string] $Path = (Join-Path (Split-Path $PSScriptRoot) 'docs/guides'),

    [string] $Filter = '*.md',

    [ValidateRange(200, 100000)]
    [int] $PartLength = 3000,

    [switch] $Emulator
)

$ErrorActionPreference = 'Stop'
if (-not (Get-Module CohereShell)) {
    # Imports the built module of this clone, or else the installed one.
    $built = Join-Path (Split-Path $PSScriptRoot) 'out/CohereShell'
    Import-Module $(if (Test-Path $built) { $built } else { 'CohereShell' })
}

# Splits at paragraphs. A paragraph is never divided.
function Split-Text([string] $Text, [int] $Length) {
    $part = ''
    foreach ($paragraph in ($Text -split '\r?\n\s*\r?\n')) {
        if ($part -and $part.Length + $paragraph.Length -gt $Length) {
            $part
            $part = ''
        }

        $part += "$paragraph`n`n"
    }

    $part
}

if ($Emulator -or -not (Get-CohereSession)) {
    Connect-Cohere -Emulator
    Write-Warning 'The emulator answers. It finds sentences by their words, without understanding them.'
}

$documents = foreach ($file in Get-ChildItem -LiteralPath $Path -Filter $Filter -File | Sort-Object Name) {
    $number = 0
    foreach ($part in Split-Text (Get-Content -LiteralPath $file.FullName -Raw -Encoding utf8) $PartLength) {
        if ($part.Trim()) {
            $number++
            @{ id = "$($file.Name)#$number"; title = $file.Name; text = $part }
        }
    }
}
if (-not $documents) {
    throw "The folder '$Path' has no $Filter files with text."
}

Write-Verbose "$(@($documents).Count) parts of $(@($documents.title | Select-Object -Unique).Count) files."
$answer = $documents | Invoke-CohereChat $Question -CitationMode Accurate

[pscustomobject]@{
    Question = $Question
    Answer   = $answer.Text
    Files    = @($answer.Citations.Sources.Id | ForEach-Object { ($_ -split '#')[0] } | Select-Object -Unique)
    Quotes   = @($answer.Citations | ForEach-Object { "$($_.Text) [$($_.Sources -join ', ')]" })
    Tokens   = $answer.Usage.InputTokens + $answer.Usage.OutputTokens
}
