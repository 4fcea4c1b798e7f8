<#
.SYNOPSIS
    Answers a question from a folder of texts that is too large to send, and names the sources of the answer.
.DESCRIPTION
    The script splits the .md and .txt files of the folder into parts, and embeds each part once. A file keeps the
    embeddings and the hashes of the files. So the next run embeds only new and changed files, and removes deleted ones. A
    rerank model sorts the parts that are most similar to the question. The best parts become the documents for the answer.
.PARAMETER Question
    The question.
.PARAMETER Path
    The folder. Its subfolders are included. The default is docs/guides in this repository.
.PARAMETER StorePath
    The .arrow or .jsonl file for the embeddings. The default is a file in the temporary folder. Use a separate file for each
    folder.
.PARAMETER PartLength
    The length of a part in characters.
.PARAMETER Top
    The maximum number of parts for the answer.
.PARAMETER Model
    The embedding model. The default is the model of the session. For a store of Runbook-NightlyEmbedding.ps1, specify its model.
.PARAMETER Emulator
    Uses the emulator. It's also used if the environment has no API key.
.EXAMPLE
    ./examples/Search-Knowledge.ps1 'Which proxy is used?' -Emulator
.EXAMPLE
    ./examples/Search-Knowledge.ps1 'How long are logs kept?' -Path C:\policies -StorePath C:\policies.arrow
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory, Position = 0)]
    [string] $Question,

    [ValidateScript({ Test-Path -LiteralPath $_ -PathType Container })]
    [string] $Path = (Join-Path (Split-Path $PSScriptRoot) 'docs/guides'),

    [string] $StorePath,

    [ValidateRange(200, 100000)]
    [int] $PartLength = 1500,

    [ValidateRange(1, 100)]
    [int] $Top = 5,

    [string] $Model,

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
    Write-Warning 'The emulator answers. It compares words, without understanding them.'
}

$session = Get-CohereSession
if (-not $Model) {
    $Model = $session.EmbedModel
}

if (-not $StorePath) {
    # Embeddings of the emulator can't be compared with those of a model.
    $StorePath = Join-Path ([IO.Path]::GetTempPath()) $(if ($session.IsEmulator) { 'knowledge-emulator.arrow' } else { 'knowledge.arrow' })
}

# The version of each file: its hash and the length of its parts.
$root = (Get-Item -LiteralPath $Path).FullName
$versions = [Collections.Generic.Dictionary[string, string]]::new()
foreach ($file in Get-ChildItem -LiteralPath $root -Recurse -File | Where-Object { $_.Extension -in '.md', '.txt' }) {
    $name = $file.FullName.Substring($root.Length).TrimStart([char[]] '\/').Replace('\', '/')
    $versions[$name] = "$((Get-FileHash -LiteralPath $file.FullName).Hash) $PartLength"
}

# Keeps embeddings of the same model and of unchanged files.
$stored = @(if (Test-Path -LiteralPath $StorePath) { Import-CohereEmbedding -Path $StorePath })
$kept = @($stored | Where-Object {
        $_.Model -eq $Model -and $_.InputObject.File -and $versions[$_.InputObject.File] -eq $_.InputObject.Version
    })
$known = @($kept | ForEach-Object { $_.InputObject.File } | Select-Object -Unique)

$parts = foreach ($name in $versions.Keys | Where-Object { $_ -cnotin $known } | Sort-Object) {
    $number = 0
    foreach ($text in Split-Text (Get-Content -LiteralPath (Join-Path $root $name) -Raw -Encoding utf8) $PartLength) {
        if ($text.Trim()) {
            $number++
            [pscustomobject]@{ File = $name; Part = $number; Version = $versions[$name]; Text = $text.Trim() }
        }
    }
}

# A refused part doesn't affect the others. Its file isn't saved, so that the next run tries it again.
$new = @($parts | New-CohereEmbedding -Property Text -Model $Model -ErrorAction SilentlyContinue -ErrorVariable failed)
foreach ($failure in $failed) {
    Write-Warning "$($failure.TargetObject.File): $($failure.Exception.Message)"
}

$embeddings = $kept + $new
if (-not $embeddings) {
    throw $(if ($failed) { "No text in '$root' could be embedded." } else { "The folder '$root' has no .md or .txt files with text." })
}

$incomplete = @($failed | ForEach-Object { $_.TargetObject.File })
$complete = @($embeddings | Where-Object { $_.InputObject.File -cnotin $incomplete })
if ($complete -and ($new -or $kept.Count -lt $stored.Count)) {
    $complete | Export-CohereEmbedding -Path $StorePath
}

Write-Verbose "Embedded $($new.Count) parts, and used $($kept.Count) parts from $StorePath."

# Finds many parts by their embeddings, and then the best ones by their text.
$best = $embeddings |
    Search-CohereEmbedding -Query $Question -Top (10 * $Top) |
    Invoke-CohereRerank -Query $Question -Property Text -Top $Top
$documents = foreach ($result in $best) {
    $part = $result.Document.InputObject
    @{ id = "$($part.File)#$($part.Part)"; title = $part.File; text = $result.Document.Text }
}
$answer = $documents | Invoke-CohereChat $Question -CitationMode Accurate

[pscustomobject]@{
    Question = $Question
    Answer   = $answer.Text
    Files    = @($answer.Citations | ForEach-Object { $_.Sources.Id -replace '#\d+$' } | Select-Object -Unique)
    Quotes   = @($answer.Citations | ForEach-Object { "$($_.Text) [$($_.Sources -join ', ')]" })
    Found    = @($best | ForEach-Object { '{0:0.00} {1}#{2}' -f $_.RelevanceScore, $_.Document.InputObject.File, $_.Document.InputObject.Part })
    Embedded = $new.Count
    Kept     = $kept.Count
}
