<#
.SYNOPSIS
    Answers a question from a folder of texts that is too large to be sent along, and says where the answer comes from.
.DESCRIPTION
    The .md and .txt files of the folder are cut into parts, and each part is embedded once. The embeddings are kept in a
    file, with the hash of the file that each part is from: the next call embeds only what is new or has changed since, and
    drops what is gone. The parts nearest to the question are put into order by a rerank model, and the best of them are
    the documents that the answer is made from.
.PARAMETER Question
    The question.
.PARAMETER Path
    The folder, with those below it. Default: the pages of this repository's guides.
.PARAMETER StorePath
    The file that keeps the embeddings, .cemb or .jsonl. Default: one in the folder for temporary files. Take a file of its
    own for each folder.
.PARAMETER PartLength
    The length of a part, in characters.
.PARAMETER Top
    How many parts the answer may use.
.PARAMETER Model
    The embedding model. Default: that of the session. A store of Runbook-NightlyEmbedding.ps1 needs the model it was made with.
.PARAMETER Emulator
    Asks the emulator. It is asked too when there is no key in the environment.
.EXAMPLE
    ./examples/Search-Knowledge.ps1 'Which proxy is used?' -Emulator
.EXAMPLE
    ./examples/Search-Knowledge.ps1 'How long are logs kept?' -Path C:\policies -StorePath C:\policies.cemb
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
    Write-Warning 'The emulator answers. It goes by words and understands nothing.'
}

$session = Get-CohereSession
if (-not $Model) {
    $Model = $session.EmbedModel
}

if (-not $StorePath) {
    # The emulator's embeddings and those of the model have nothing in common.
    $StorePath = Join-Path ([IO.Path]::GetTempPath()) $(if ($session.IsEmulator) { 'knowledge-emulator.cemb' } else { 'knowledge.cemb' })
}

# What each file is now: its hash, and how it is cut.
$root = (Get-Item -LiteralPath $Path).FullName
$versions = [Collections.Generic.Dictionary[string, string]]::new()
foreach ($file in Get-ChildItem -LiteralPath $root -Recurse -File | Where-Object { $_.Extension -in '.md', '.txt' }) {
    $name = $file.FullName.Substring($root.Length).TrimStart([char[]] '\/').Replace('\', '/')
    $versions[$name] = "$((Get-FileHash -LiteralPath $file.FullName).Hash) $PartLength"
}

# Kept is what was made by the same model of a file that is as it was.
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

# A part that is refused is no reason to lose the others. Its file is not kept, so that the next call tries it again.
$new = @($parts | New-CohereEmbedding -Property Text -Model $Model -ErrorAction SilentlyContinue -ErrorVariable failed)
foreach ($failure in $failed) {
    Write-Warning "$($failure.TargetObject.File): $($failure.Exception.Message)"
}

$embeddings = $kept + $new
if (-not $embeddings) {
    throw $(if ($failed) { "No text of '$root' could be embedded." } else { "There is no text in .md and .txt files of '$root'." })
}

$incomplete = @($failed | ForEach-Object { $_.TargetObject.File })
$complete = @($embeddings | Where-Object { $_.InputObject.File -cnotin $incomplete })
if ($complete -and ($new -or $kept.Count -lt $stored.Count)) {
    $complete | Export-CohereEmbedding -Path $StorePath
}

Write-Verbose "$($new.Count) parts embedded, $($kept.Count) of $StorePath."

# Many by their numbers, and the best of these by reading them.
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
