<#
.SYNOPSIS
    Embeds each night what has changed in a folder, as a job at Cohere. Made for Azure Automation, a scheduled task or CI.
.DESCRIPTION
    The .md and .txt files of the folder are cut into parts. The parts of files that are new or have changed are uploaded as
    a dataset and embedded by an embed job; the embeddings go into a store, in place of those that the files had before.
    Search-Knowledge.ps1 answers questions from it, with the same -Model and -PartLength.

    A run may end at any moment, killed or out of time: the job goes on at Cohere. The next one, on any machine, finds the
    dataset by its name and goes on with it and its job; nothing is uploaded twice. When the embeddings are in the store, the
    datasets are deleted. A job that has failed ends the run with an error, and the next run begins anew.

    The key is the encrypted variable CohereApiKey of Azure Automation, or CO_API_KEY of the environment.
.PARAMETER Path
    The folder, with those below it.
.PARAMETER StorePath
    The file that keeps the embeddings, .cemb or .jsonl.
.PARAMETER Name
    The name of the dataset and its job, under 50 characters; of its own for each -StorePath. Default: made of the file's.
.PARAMETER JobId
    An embed job of an earlier run to go on with. Without it, what was begun is found by its name.
.PARAMETER Model
    The model: one of the embed v3 models.
.PARAMETER PartLength
    The length of a part, in characters.
.PARAMETER TimeoutSec
    How long this run waits. Default: two and a half hours, which leaves half an hour of the three of Azure Automation.
.PARAMETER Emulator
    Asks the emulator, which keeps what it is given in a folder beside the store.
.EXAMPLE
    ./examples/Runbook-NightlyEmbedding.ps1 -Path ./docs/guides -StorePath ./guides.cemb -Emulator
.EXAMPLE
    pwsh -NonInteractive -File ./examples/Runbook-NightlyEmbedding.ps1 -Path C:\policies -StorePath C:\policies.cemb
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [ValidateScript({ Test-Path -LiteralPath $_ -PathType Container })]
    [string] $Path,

    [Parameter(Mandatory)]
    [ValidatePattern('\.(cemb|jsonl)$')]
    [string] $StorePath,

    [string] $Name = "nightly-$(Split-Path $StorePath -Leaf)",

    [string] $JobId,

    [string] $Model = 'embed-multilingual-v3.0',

    [ValidateRange(200, 100000)]
    [int] $PartLength = 1500,

    [ValidateRange(1, 86400)]
    [int] $TimeoutSec = 9000,

    [switch] $Emulator
)

# In a job nobody sees an error that does not end it.
$ErrorActionPreference = 'Stop'
if (-not (Get-Module CohereShell)) {
    # Of a clone that has been built, or of $env:PSModulePath, as in Azure Automation.
    $built = if ($PSScriptRoot) { Join-Path (Split-Path $PSScriptRoot) 'out/CohereShell' }
    Import-Module $(if ($built -and (Test-Path $built)) { $built } else { 'CohereShell' })
}

# Paragraphs are kept whole as far as they fit.
function Split-Text([string] $Text) {
    $part = ''
    foreach ($paragraph in ($Text -split '\r?\n\s*\r?\n')) {
        if ($part -and $part.Length + $paragraph.Length -gt $PartLength) {
            $part.Trim()
            $part = ''
        }

        $part += "$paragraph`n`n"
    }

    $part.Trim()
}

# What the emulator makes would be taken for the real thing: it is asked only where that is said, and for a store of its own.
if ((Test-Path -LiteralPath $StorePath) -and (Test-Path -LiteralPath "$StorePath.emulator") -ne $Emulator) {
    throw "'$StorePath' was made with$(if ($Emulator) { 'out' }) -Emulator. Give another -StorePath."
}

if ($Emulator) {
    # In its folder the next process finds what this one has begun.
    Connect-Cohere -Emulator -StatePath "$StorePath.emulator"
    Write-Warning 'The emulator answers. It goes by words and understands nothing.'
}
elseif (Get-Command Get-AutomationVariable -ErrorAction Ignore) {
    Connect-Cohere -ApiKey (Get-AutomationVariable -Name CohereApiKey)
}
elseif (-not (Get-CohereSession)) {
    throw 'There is no key. Set CO_API_KEY, connect with Connect-Cohere before, or try it with -Emulator.'
}

$report = [pscustomobject]@{ Status = 'NothingToDo'; JobId = ''; Embedded = 0; Kept = 0; StorePath = $StorePath }
$end = (Get-Date).AddSeconds($TimeoutSec)
$root = (Get-Item -LiteralPath $Path).FullName
try {
    # Once for what an earlier run has begun: then its dataset is there. And once for what has changed since.
    do {
        # What each file is now: its hash, and how it is cut.
        $versions = [Collections.Generic.Dictionary[string, string]]::new()
        foreach ($file in Get-ChildItem -LiteralPath $root -Recurse -File | Where-Object { $_.Extension -in '.md', '.txt' }) {
            $key = $file.FullName.Substring($root.Length).TrimStart([char[]] '\/').Replace('\', '/')
            $versions[$key] = "$((Get-FileHash -LiteralPath $file.FullName).Hash) $PartLength"
        }

        if ($versions.Count -eq 0) {
            throw "There is no text in .md and .txt files of '$root'. The store is as it was."
        }

        $stored = @(if (Test-Path -LiteralPath $StorePath) { Import-CohereEmbedding -LiteralPath $StorePath })
        $kept = @($stored | Where-Object { $_.Model -eq $Model -and $versions["$($_.InputObject.File)"] })
        if ($kept -and $kept.Count -lt $stored.Count) {
            # What is gone from the folder goes from the store.
            $kept | Export-CohereEmbedding -LiteralPath $StorePath
        }

        $report.Kept = $kept.Count
        $wanted = if ($JobId) { (Get-CohereEmbedJob $JobId).InputDatasetId } else { '*' }
        $dataset = Get-CohereDataset -Type embed-input | Where-Object { $_.Name -ceq $Name -and $_.DatasetId -like $wanted } | Select-Object -First 1
        if ($JobId -and -not $dataset) {
            throw "The embed job '$JobId' is none of '$Name', or its work is done. Run without -JobId."
        }

        $JobId = ''
        $isNew = -not $dataset
        if ($isNew) {
            $done = [Collections.Generic.HashSet[string]]::new()
            $kept | Where-Object { $versions[$_.InputObject.File] -eq $_.InputObject.Version } | ForEach-Object { $null = $done.Add($_.InputObject.File) }
            $parts = foreach ($key in $versions.Keys | Where-Object { -not $done.Contains($_) } | Sort-Object) {
                $number = 0
                foreach ($text in Split-Text (Get-Content -LiteralPath (Join-Path $root $key) -Raw -Encoding utf8) | Where-Object { $_ }) {
                    $number++
                    [pscustomobject]@{ text = $text; File = $key; Part = $number; Version = $versions[$key] }
                }
            }

            if (-not $parts) {
                break
            }

            $dataset = $parts | New-CohereDataset -Name $Name -Type embed-input -KeepField File, Part, Version
        }

        try {
            $dataset = $dataset | Wait-CohereDataset -TimeoutSec ([Math]::Max(1, ($end - (Get-Date)).TotalSeconds))
            $job = Get-CohereEmbedJob | Where-Object { $_.InputDatasetId -eq $dataset.DatasetId } | Select-Object -First 1
            if (-not $job) {
                $job = $dataset | Start-CohereEmbedJob -Model $Model -Name $Name
            }

            $report.JobId = $job.JobId
            $job = $job | Wait-CohereEmbedJob -TimeoutSec ([Math]::Max(1, ($end - (Get-Date)).TotalSeconds))
            # Of files that have changed once more, it is too old.
            $new = @($job | Receive-CohereEmbedJob | Where-Object { $_.Model -eq $Model -and $_.InputObject.Version -eq $versions["$($_.InputObject.File)"] })
        }
        catch {
            if ($_.FullyQualifiedErrorId -like 'CohereShell.StillRunning,*') {
                $report.Status = 'Running'
                return $report
            }

            # Failed, cancelled, or not there any more: waiting changes none of these.
            if ($_.FullyQualifiedErrorId -match '^CohereShell\.(JobFailed|DatasetNotValid|NotFound),') {
                $dataset | Remove-CohereDataset -Confirm:$false -ErrorAction SilentlyContinue
                throw "$($_.Exception.Message.TrimEnd('.')). The store is as it was, and the next run begins anew."
            }

            throw
        }

        $replaced = [Collections.Generic.HashSet[string]]::new([string[]] @($new | ForEach-Object { $_.InputObject.File }))
        $kept = @($kept | Where-Object { -not $replaced.Contains($_.InputObject.File) })
        $kept + $new | Export-CohereEmbedding -LiteralPath $StorePath
        $report.Status, $report.Embedded, $report.Kept = 'Done', ($report.Embedded + $new.Count), $kept.Count

        # The one that a run is found by is the last: where this one ends before, the next does it once more.
        $job.OutputDatasetId, $dataset.DatasetId | Remove-CohereDataset -Confirm:$false -ErrorAction Continue
    } until ($isNew)

    $report
}
finally {
    if ($Emulator) {
        Disconnect-Cohere
    }
}
