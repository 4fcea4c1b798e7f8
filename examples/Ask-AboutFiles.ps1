<#
.SYNOPSIS
    Answers a question from the text files of a folder, and says which file each part of the answer comes from.
.DESCRIPTION
    Each file becomes a document whose id is its name, so that citations name files. Files are cut into parts of some
    thousand characters, because a citation of a part is easier to find than one of a book.
.PARAMETER Question
    The question.
.PARAMETER Path
    The folder. Default: the pages of this repository's guides.
.PARAMETER Filter
    Which files: *.md, *.txt, *.log.
.PARAMETER PartLength
    The length of a part, in characters.
.PARAMETER Emulator
    Asks the emulator. It is asked too when there is no key in the environment.
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
    # Of a clone that has been built, or of $env:PSModulePath.
    $built = Join-Path (Split-Path $PSScriptRoot) 'out/CohereShell'
    Import-Module $(if (Test-Path $built) { $built } else { 'CohereShell' })
}

# Paragraphs are kept whole as far as they fit.
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
    Write-Warning 'The emulator answers. It finds sentences by their words and understands nothing.'
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
    throw "There is no text in files $Filter of '$Path'."
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
