<#
.SYNOPSIS
    Embeds each night what has changed in a folder, as a job at Cohere. Made for Azure Automation, a scheduled task or CI.
.DESCRIPTION
    The .md and .txt files of the folder are cut into parts. The parts of files that are new or have changed since are
    uploaded as a dataset and embedded by an embed job; the embeddings go into a file for Search-CohereEmbedding, in place
    of those that the files had before.

    A job may take longer than a runbook is allowed to. What is under way is remembered in a small file, by its id: the
    next run goes on with it, on any machine that has the file, or that is given the id with -JobId. Stopping this script
    stops no job, and whatever was uploaded is not uploaded again.
.PARAMETER Path
    The folder, with those below it. Default: the pages of this repository's guides.
.PARAMETER StorePath
    The file that keeps the embeddings, .cemb or .jsonl.
.PARAMETER StatePath
    The file that remembers what is under way. Default: beside the other, with .job.json at the end of its name.
.PARAMETER JobId
    An embed job of an earlier run to go on with, where its file is lost.
.PARAMETER Model
    The model: one of the embed v3 models.
.PARAMETER PartLength
    The length of a part, in characters.
.PARAMETER TimeoutSec
    How long this run waits. Default: two and a half hours, which leaves half an hour of the three of Azure Automation.
.PARAMETER Emulator
    Asks the emulator. It is asked too when there is no key in the environment.
.EXAMPLE
    ./examples/Runbook-NightlyEmbedding.ps1 -StorePath ./guides.cemb -Emulator
.EXAMPLE
    pwsh -NonInteractive -File ./examples/Runbook-NightlyEmbedding.ps1 -Path C:\policies -StorePath C:\policies.cemb
#>
[CmdletBinding()]
param(
    [ValidateScript({ Test-Path -LiteralPath $_ -PathType Container })]
    [string] $Path = (Join-Path (Split-Path $PSScriptRoot) 'docs/guides'),

    [Parameter(Mandatory)]
    [string] $StorePath,

    [string] $StatePath = "$StorePath.job.json",

    [string] $JobId,

    [string] $Model = 'embed-english-v3.0',

    [ValidateRange(200, 100000)]
    [int] $PartLength = 1500,

    [ValidateRange(1, 86400)]
    [int] $TimeoutSec = 9000,

    [switch] $Emulator
)

# In a job nobody sees an error that does not end it.
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

# Written at once: what is not remembered is paid for twice.
function Save-State($State) {
    ConvertTo-Json $State | Set-Content -LiteralPath $StatePath
}

function New-Report([string] $Status, $Job, [int] $Embedded, [int] $Kept) {
    [pscustomobject]@{ Status = $Status; JobId = "$Job"; Embedded = $Embedded; Kept = $Kept; StorePath = $StorePath }
}

if ($Emulator -or -not (Get-CohereSession)) {
    Connect-Cohere -Emulator
    Write-Warning 'The emulator answers. It forgets what is under way when this PowerShell ends.'
}

# What each file is now: its hash, and how it is cut.
$root = (Get-Item -LiteralPath $Path).FullName
$versions = [Collections.Generic.Dictionary[string, string]]::new()
foreach ($file in Get-ChildItem -LiteralPath $root -Recurse -File | Where-Object { $_.Extension -in '.md', '.txt' }) {
    $name = $file.FullName.Substring($root.Length).TrimStart([char[]] '\/').Replace('\', '/')
    $versions[$name] = "$((Get-FileHash -LiteralPath $file.FullName).Hash) $PartLength"
}

$stored = @(if (Test-Path -LiteralPath $StorePath) { Import-CohereEmbedding -Path $StorePath })
$state = if ($JobId) {
    [pscustomobject]@{ DatasetId = ''; JobId = $JobId }
}
elseif (Test-Path -LiteralPath $StatePath) {
    Get-Content -LiteralPath $StatePath -Raw | ConvertFrom-Json
}

if (-not $state) {
    $known = @($stored | Where-Object { $_.Model -eq $Model -and $versions[$_.InputObject.File] -eq $_.InputObject.Version } | ForEach-Object { $_.InputObject.File } | Select-Object -Unique)
    $parts = @(foreach ($name in $versions.Keys | Where-Object { $_ -cnotin $known } | Sort-Object) {
            $number = 0
            foreach ($text in Split-Text (Get-Content -LiteralPath (Join-Path $root $name) -Raw -Encoding utf8) $PartLength) {
                if ($text.Trim()) {
                    $number++
                    [pscustomobject]@{ text = $text.Trim(); File = $name; Part = $number; Version = $versions[$name] }
                }
            }
        })
    if (-not $parts) {
        # Nothing is new; what is gone goes from the file as well.
        $kept = @($stored | Where-Object { $_.InputObject.File -cin $known })
        if ($kept -and $kept.Count -lt $stored.Count) {
            $kept | Export-CohereEmbedding -Path $StorePath
        }

        return New-Report 'NothingToDo' '' 0 $kept.Count
    }

    $dataset = $parts | New-CohereDataset -Name "nightly-$(Get-Date -Format yyyyMMdd-HHmmss)" -Type embed-input -KeepField File, Part, Version
    $state = [pscustomobject]@{ DatasetId = $dataset.DatasetId; JobId = '' }
    Save-State $state
}

$waited = [Diagnostics.Stopwatch]::StartNew()
# An error belongs to a job that has failed, or to one that is not done yet: only the second is gone on with.
$unfinished = $null
if (-not $state.JobId) {
    $dataset = Wait-CohereDataset $state.DatasetId -TimeoutSec $TimeoutSec -ErrorAction SilentlyContinue -ErrorVariable unfinished
    if ($dataset) {
        $state.JobId = ($dataset | Start-CohereEmbedJob -Model $Model).JobId
        Save-State $state
    }
}

$job = if ($state.JobId) {
    Wait-CohereEmbedJob $state.JobId -TimeoutSec ([Math]::Max(1, $TimeoutSec - $waited.Elapsed.TotalSeconds)) -ErrorAction SilentlyContinue -ErrorVariable unfinished
}

if (-not $job) {
    if ($unfinished[0].FullyQualifiedErrorId -like 'CohereShell.StillRunning,*') {
        return New-Report 'Running' $state.JobId 0 $stored.Count
    }

    # The next run begins anew.
    Remove-Item -LiteralPath $StatePath -ErrorAction Ignore
    throw "No embeddings: $($unfinished[0].Exception.Message)"
}

$new = @($job | Receive-CohereEmbedJob)
$replaced = @($new | ForEach-Object { $_.InputObject.File } | Select-Object -Unique)
$kept = @($stored | Where-Object { $_.Model -eq $job.Model -and $_.InputObject.File -cnotin $replaced -and $versions.ContainsKey($_.InputObject.File) })
$kept + @($new | Where-Object { $versions.ContainsKey($_.InputObject.File) }) | Export-CohereEmbedding -Path $StorePath

# The embeddings are here: what lies at Cohere has done its work.
Remove-Item -LiteralPath $StatePath -ErrorAction Ignore
$job.InputDatasetId, $job.OutputDatasetId | Remove-CohereDataset -Confirm:$false -ErrorAction Continue
New-Report 'Done' $job $new.Count $kept.Count
