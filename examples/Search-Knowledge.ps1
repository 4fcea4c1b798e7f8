<#
.SYNOPSIS
    Answers a question from the documents in a folder. The model sees only the best passages, and the answer names its sources.
.DESCRIPTION
    The first run embeds the documents: text, Markdown, HTML, PDF, Word, PowerPoint, CSV and mail files. Later runs embed
    only what has changed.
.PARAMETER Question
    The question.
.PARAMETER Path
    The folder. Its subfolders are included. The default is the folder with the guides of the module.
.PARAMETER IndexPath
    The .arrow file for the index. The default is a file in the temporary folder.
.PARAMETER Top
    The maximum number of passages for the answer.
.PARAMETER Emulator
    Uses the emulator. It's also used if the environment has no API key.
.EXAMPLE
    ./examples/Search-Knowledge.ps1 'Which proxy is used?' -Emulator
.EXAMPLE
    ./examples/Search-Knowledge.ps1 'How long are logs kept?' -Path C:\policies -IndexPath C:\policies.arrow
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0)]
    [string] $Question,

    [ValidateScript({ Test-Path -LiteralPath $_ -PathType Container })]
    [string] $Path = (Join-Path (Split-Path $PSScriptRoot) 'docs/guides'),

    [string] $IndexPath,

    [ValidateRange(1, 100)]
    [int] $Top = 5,

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
    Write-Warning 'The emulator answers. It compares words, without understanding them.'
}

if (-not $IndexPath) {
    # Embeddings of the emulator can't be compared with those of a model.
    $IndexPath = Join-Path ([IO.Path]::GetTempPath()) $(if ((Get-CohereSession).IsEmulator) { 'knowledge-emulator.arrow' } else { 'knowledge.arrow' })
}

# A file that can't be read or embedded causes an error, and doesn't affect the others.
Update-CohereIndex $IndexPath -Source $Path -Recurse -ErrorAction Continue | Out-String | Write-Verbose
Search-CohereIndex $IndexPath $Question -Top $Top -Rerank | Invoke-CohereChat $Question -CitationMode Accurate
