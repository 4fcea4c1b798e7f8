<#
.SYNOPSIS
    Sorts tickets into categories and drafts an answer to each, as a batch at Cohere. Made for Azure Automation, a scheduled task or CI.
.DESCRIPTION
    The drafts are written by a chat model as a batch, which costs less than single calls and is answered within a day; the
    categories come of examples. The result is a CSV file with Id, Category, Confidence, Subject and Draft.

    A batch may take longer than a runbook is allowed to. Its id is remembered in a small file: the next run goes on with
    it, on any machine that has the file, or that is given the id with -BatchId. Nothing is asked twice.
.PARAMETER TicketPath
    A CSV file with the columns Id, Subject and Body. Without it, four made-up tickets are taken.
.PARAMETER OutPath
    The CSV file for the result.
.PARAMETER StatePath
    The file that remembers the batch. Default: beside the result, with .batch.txt at the end of its name.
.PARAMETER BatchId
    A batch of an earlier run to go on with, where its file is lost.
.PARAMETER Example
    Categories with examples of each, two or more.
.PARAMETER Model
    The chat model.
.PARAMETER TimeoutSec
    How long this run waits. Default: two and a half hours, which leaves half an hour of the three of Azure Automation.
.PARAMETER Emulator
    Asks the emulator. It is asked too when there is no key in the environment.
.EXAMPLE
    ./examples/Runbook-TicketTriage.ps1 -OutPath ./triage.csv -Emulator
.EXAMPLE
    pwsh -NonInteractive -File ./examples/Runbook-TicketTriage.ps1 -TicketPath C:\tickets.csv -OutPath C:\triage.csv
#>
[CmdletBinding()]
param(
    [string] $TicketPath,

    [Parameter(Mandatory)]
    [string] $OutPath,

    [string] $StatePath = "$OutPath.batch.txt",

    [string] $BatchId,

    [hashtable] $Example = @{
        network = @('The VPN drops every hour', 'No internet on floor 2', 'The Wi-Fi is slow')
        printer = @('The printer is out of toner', 'There is a paper jam', 'Nothing is printed')
        account = @('My password has expired', 'The account is locked', 'I cannot sign in')
    },

    [string] $Model = 'command-a-03-2025',

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

if ($Emulator -or -not (Get-CohereSession)) {
    Connect-Cohere -Emulator
    Write-Warning 'The emulator answers. It understands nothing, and forgets the batch when this PowerShell ends.'
}

$tickets = if ($TicketPath) {
    Import-Csv -LiteralPath $TicketPath
}
else {
    [pscustomobject]@{ Id = 'T-1'; Subject = 'VPN'; Body = 'The VPN drops when the laptop sleeps.' }
    [pscustomobject]@{ Id = 'T-2'; Subject = 'Printer on floor 3'; Body = 'A paper jam, again.' }
    [pscustomobject]@{ Id = 'T-3'; Subject = 'Sign-in'; Body = 'My account is locked since this morning.' }
    [pscustomobject]@{ Id = 'T-4'; Subject = 'Wi-Fi'; Body = 'No internet in the meeting room.' }
}

if (-not $BatchId -and (Test-Path -LiteralPath $StatePath)) {
    $BatchId = (Get-Content -LiteralPath $StatePath -Raw).Trim()
}

if (-not $BatchId) {
    $batch = $tickets | Start-CohereBatch -Model $Model -Name 'ticket-triage' -IdProperty Id -Property Subject, Body -SystemMessage 'You answer tickets at a help desk.' -Prompt 'Draft an answer of at most three sentences to this ticket.'
    # Written at once: what is not remembered is paid for twice.
    $BatchId = $batch.BatchId
    Set-Content -LiteralPath $StatePath -Value $BatchId
}

$batch = Wait-CohereBatch $BatchId -TimeoutSec $TimeoutSec -ErrorAction SilentlyContinue -ErrorVariable unfinished
if (-not $batch) {
    if ($unfinished[0].FullyQualifiedErrorId -like 'CohereShell.StillRunning,*') {
        return [pscustomobject]@{ Status = 'Running'; BatchId = $BatchId; Drafts = 0; Failed = 0; OutPath = $OutPath }
    }

    # The next run begins anew.
    Remove-Item -LiteralPath $StatePath -ErrorAction Ignore
    throw "No drafts: $($unfinished[0].Exception.Message)"
}

# One that has failed is no reason to lose the others: a person drafts that one.
$drafts = @{}
$batch | Receive-CohereBatch -ErrorAction SilentlyContinue -ErrorVariable failed | ForEach-Object { $drafts[$_.CustomId] = $_.Text }
foreach ($failure in $failed) {
    Write-Warning $failure.Exception.Message
}

$categories = @{}
$tickets | Invoke-CohereClassification -Example $Example -Property Subject, Body -ErrorAction SilentlyContinue -ErrorVariable unsorted -WarningAction SilentlyContinue |
    ForEach-Object { $categories[$_.InputObject.Id] = $_ }
foreach ($failure in $unsorted) {
    Write-Warning "$($failure.TargetObject.Id): $($failure.Exception.Message)"
}

$tickets | ForEach-Object {
    $category = $categories[$_.Id]
    [pscustomobject]@{
        Id         = $_.Id
        Category   = if ($category) { $category.Predictions[0] } else { '' }
        Confidence = if ($category) { [math]::Round($category.Confidence, 2) } else { '' }
        Subject    = $_.Subject
        Draft      = $drafts[$_.Id]
    }
} | Export-Csv -LiteralPath $OutPath -NoTypeInformation -Encoding utf8

# The answers are here: what lies at Cohere has done its work, and tickets should not lie around.
Remove-Item -LiteralPath $StatePath -ErrorAction Ignore
$batch.InputDatasetId, $batch.OutputDatasetId | Remove-CohereDataset -Confirm:$false -ErrorAction Continue
[pscustomobject]@{ Status = 'Done'; BatchId = $BatchId; Drafts = $drafts.Count; Failed = @($failed).Count; OutPath = $OutPath }
