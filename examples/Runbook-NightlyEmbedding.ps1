<#
.SYNOPSIS
    Embeds new and changed files of a folder with an embed job. For Azure Automation, a scheduled task or a CI job.
.DESCRIPTION
    The script splits the .md and .txt files of the folder into parts. It uploads the parts of new and changed files as a
    dataset, and runs an embed job. In the store, the new embeddings replace the earlier ones of these files.
    Search-Knowledge.ps1 answers questions from the store, with the same -Model and -PartLength.

    A run can end at any time, because it's killed or its time is over. The job then continues at Cohere. The next run, on
    any computer, finds the dataset by its name and continues with its job. Nothing is uploaded twice. When the embeddings
    are in the store, the script deletes the datasets. If a job fails, the run ends with an error, and the next run starts
    again.

    The key comes from the encrypted variable CohereApiKey in Azure Automation, or from the environment variable CO_API_KEY.
.PARAMETER Path
    The folder. Its subfolders are included.
.PARAMETER StorePath
    The .arrow or .jsonl file for the embeddings.
.PARAMETER Name
    The name of the dataset and its job, under 50 characters. Use a different name for each -StorePath. The default contains
    the file name.
.PARAMETER JobId
    The embed job of an earlier run to continue with. Without it, the script finds unfinished work by its name.
.PARAMETER Model
    The model, which must be an embed v3 model.
.PARAMETER PartLength
    The length of a part in characters.
.PARAMETER TimeoutSec
    The maximum time to wait in seconds. The default is 2.5 hours, because Azure Automation stops a runbook after 3 hours.
.PARAMETER Emulator
    Uses the emulator, which keeps its data in a folder beside the store.
.EXAMPLE
    ./examples/Runbook-NightlyEmbedding.ps1 -Path ./docs/guides -StorePath ./guides.arrow -Emulator
.EXAMPLE
    pwsh -NonInteractive -File ./examples/Runbook-NightlyEmbedding.ps1 -Path C:\policies -StorePath C:\policies.arrow
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [ValidateScript({ Test-Path -LiteralPath $_ -PathType Container })]
    [string] $Path,

    [Parameter(Mandatory)]
    [ValidatePattern('\.(arrow|jsonl)$')]
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

# In a job, no one sees errors that don't end it.
$ErrorActionPreference = 'Stop'
if (-not (Get-Module CohereShell)) {
    # Imports the built module of this clone, or else the installed one, as in Azure Automation.
    $built = if ($PSScriptRoot) { Join-Path (Split-Path $PSScriptRoot) 'out/CohereShell' }
    Import-Module $(if ($built -and (Test-Path $built)) { $built } else { 'CohereShell' })
}

# Splits at paragraphs. A paragraph is never divided.
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

# Embeddings of the emulator look real, so they are made only with -Emulator and never share a store with real ones.
if ((Test-Path -LiteralPath $StorePath) -and (Test-Path -LiteralPath "$StorePath.emulator") -ne $Emulator) {
    throw "'$StorePath' was made with$(if ($Emulator) { 'out' }) -Emulator. Specify another -StorePath."
}

if ($Emulator) {
    # The next process finds unfinished work in this folder.
    Connect-Cohere -Emulator -StatePath "$StorePath.emulator"
    Write-Warning 'The emulator answers. It compares words, without understanding them.'
}
elseif (Get-Command Get-AutomationVariable -ErrorAction Ignore) {
    Connect-Cohere -ApiKey (Get-AutomationVariable -Name CohereApiKey)
}
elseif (-not (Get-CohereSession)) {
    throw 'There is no API key. Set CO_API_KEY, run Connect-Cohere first, or specify -Emulator.'
}

$report = [pscustomobject]@{ Status = 'NothingToDo'; JobId = ''; Embedded = 0; Kept = 0; StorePath = $StorePath }
$end = (Get-Date).AddSeconds($TimeoutSec)
$root = (Get-Item -LiteralPath $Path).FullName
try {
    # The first pass continues an earlier run if its dataset exists. Another pass then embeds what has changed since.
    do {
        # The version of each file: its hash and the length of its parts.
        $versions = [Collections.Generic.Dictionary[string, string]]::new()
        foreach ($file in Get-ChildItem -LiteralPath $root -Recurse -File | Where-Object { $_.Extension -in '.md', '.txt' }) {
            $key = $file.FullName.Substring($root.Length).TrimStart([char[]] '\/').Replace('\', '/')
            $versions[$key] = "$((Get-FileHash -LiteralPath $file.FullName).Hash) $PartLength"
        }

        if ($versions.Count -eq 0) {
            throw "The folder '$root' has no .md or .txt files. The store hasn't changed."
        }

        $stored = @(if (Test-Path -LiteralPath $StorePath) { Import-CohereEmbedding -LiteralPath $StorePath })
        $kept = @($stored | Where-Object { $_.Model -eq $Model -and $versions["$($_.InputObject.File)"] })
        if ($kept -and $kept.Count -lt $stored.Count) {
            # Removes embeddings of deleted files from the store.
            $kept | Export-CohereEmbedding -LiteralPath $StorePath
        }

        $report.Kept = $kept.Count
        $wanted = if ($JobId) { (Get-CohereEmbedJob $JobId).InputDatasetId } else { '*' }
        $dataset = Get-CohereDataset -Type embed-input | Where-Object { $_.Name -ceq $Name -and $_.DatasetId -like $wanted } | Select-Object -First 1
        if ($JobId -and -not $dataset) {
            throw "The embed job '$JobId' doesn't belong to '$Name', or it's finished. Run the script without -JobId."
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
            # Leaves out files that have changed again since.
            $new = @($job | Receive-CohereEmbedJob | Where-Object { $_.Model -eq $Model -and $_.InputObject.Version -eq $versions["$($_.InputObject.File)"] })
        }
        catch {
            if ($_.FullyQualifiedErrorId -like 'CohereShell.StillRunning,*') {
                $report.Status = 'Running'
                return $report
            }

            # The job failed, was canceled or doesn't exist any more, so waiting doesn't help.
            if ($_.FullyQualifiedErrorId -match '^CohereShell\.(JobFailed|DatasetNotValid|NotFound),') {
                $dataset | Remove-CohereDataset -Confirm:$false -ErrorAction SilentlyContinue
                throw "$($_.Exception.Message.TrimEnd('.')). The store hasn't changed, and the next run starts again."
            }

            throw
        }

        $replaced = [Collections.Generic.HashSet[string]]::new([string[]] @($new | ForEach-Object { $_.InputObject.File }))
        $kept = @($kept | Where-Object { -not $replaced.Contains($_.InputObject.File) })
        $kept + $new | Export-CohereEmbedding -LiteralPath $StorePath
        $report.Status, $report.Embedded, $report.Kept = 'Done', ($report.Embedded + $new.Count), $kept.Count

        # Deletes the input dataset last, because the next run finds unfinished work by it.
        $job.OutputDatasetId, $dataset.DatasetId | Remove-CohereDataset -Confirm:$false -ErrorAction Continue
    } until ($isNew)

    $report
}
finally {
    if ($Emulator) {
        Disconnect-Cohere
    }
}
