<#
.SYNOPSIS
    Sorts tickets into categories and drafts an answer to each, as a batch at Cohere. Made for Azure Automation, a scheduled task or CI.
.DESCRIPTION
    The drafts are written by a chat model as a batch, which costs less than single calls and is answered within a day; the
    categories come of examples. The result is a CSV file with Id, Category, Confidence, Subject, Draft and Error. A ticket
    that stands in it is not asked for again. One that has failed stands there with its error: delete its row to try it again.

    A run may end at any moment, killed or out of time: the batch goes on at Cohere. The next one, on any machine, finds it
    by its name and goes on with it; no ticket is asked for twice. When the drafts are in the file, the datasets with the
    tickets are deleted. A batch that has failed ends the run with an error, and the next run begins anew.

    The key is the encrypted variable CohereApiKey of Azure Automation, or CO_API_KEY of the environment.
.PARAMETER TicketPath
    A CSV file with the columns Id, Subject and Body.
.PARAMETER OutPath
    The CSV file for the result.
.PARAMETER Name
    The name of the batch and its dataset, under 50 characters; of its own for each -OutPath. Default: made of the file's.
.PARAMETER BatchId
    A batch of an earlier run to go on with. Without it, what was begun is found by its name.
.PARAMETER Example
    Categories with examples of each, two or more; or a CSV file with the columns text and label.
.PARAMETER Model
    The chat model.
.PARAMETER Prompt
    What is asked of the model for each ticket.
.PARAMETER TimeoutSec
    How long this run waits. Default: two and a half hours, which leaves half an hour of the three of Azure Automation.
.PARAMETER Emulator
    Asks the emulator, which keeps what it is given in a folder beside the result.
.EXAMPLE
    ./examples/Runbook-TicketTriage.ps1 -TicketPath ./examples/tickets.csv -OutPath ./triage.csv -Emulator
.EXAMPLE
    pwsh -NonInteractive -File ./examples/Runbook-TicketTriage.ps1 -TicketPath C:\tickets.csv -OutPath C:\triage.csv
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)]
    [string] $TicketPath,

    [Parameter(Mandatory)]
    [string] $OutPath,

    [string] $Name = "triage-$(Split-Path $OutPath -Leaf)",

    [string] $BatchId,

    [object] $Example = @{
        network = @('The VPN drops every hour', 'No internet on floor 2', 'The Wi-Fi is slow')
        printer = @('The printer is out of toner', 'There is a paper jam', 'Nothing is printed')
        account = @('My password has expired', 'The account is locked', 'I cannot sign in')
    },

    [string] $Model = 'command-a-03-2025',

    [string] $Prompt = 'You answer for the help desk. Draft an answer of at most three sentences to this ticket.',

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

# .NET has another idea of the current folder.
$OutPath = $PSCmdlet.GetUnresolvedProviderPathFromPSPath($OutPath)

# What the emulator makes would be taken for the real thing: it is asked only where that is said, and for a file of its own.
if ((Test-Path -LiteralPath $OutPath) -and (Test-Path -LiteralPath "$OutPath.emulator") -ne $Emulator) {
    throw "'$OutPath' was made with$(if ($Emulator) { 'out' }) -Emulator. Give another -OutPath."
}

# The tickets by the ids of their requests. These are made of all that a ticket says: no draft is taken for the answer to
# another ticket, or to what a ticket said before.
$tickets = [ordered]@{}
$ids = [Collections.Generic.HashSet[string]]::new([StringComparer]::OrdinalIgnoreCase)
foreach ($ticket in Import-Csv -LiteralPath $TicketPath -Encoding utf8) {
    if (-not $ticket.Id -or -not $ids.Add($ticket.Id)) {
        throw "Each ticket needs an Id of its own, and '$($ticket.Id)' ('$($ticket.Subject)') is none. Nothing was sent."
    }

    $bytes = [Text.Encoding]::UTF8.GetBytes("$($ticket.Id)`n$($ticket.Subject)`n$($ticket.Body)")
    $key = (Get-FileHash -InputStream ([IO.MemoryStream]::new($bytes))).Hash.Substring(0, 32)
    $tickets[$key] = [pscustomobject]@{ Key = $key; Id = $ticket.Id; Subject = $ticket.Subject; Body = $ticket.Body }
}

if ($Emulator) {
    # In its folder the next process finds what this one has begun.
    Connect-Cohere -Emulator -StatePath "$OutPath.emulator"
    Write-Warning 'The emulator answers. It goes by words and understands nothing.'
}
elseif (Get-Command Get-AutomationVariable -ErrorAction Ignore) {
    Connect-Cohere -ApiKey (Get-AutomationVariable -Name CohereApiKey)
}
elseif (-not (Get-CohereSession)) {
    throw 'There is no key. Set CO_API_KEY, connect with Connect-Cohere before, or try it with -Emulator.'
}

$report = [pscustomobject]@{ Status = 'NothingToDo'; BatchId = ''; Drafts = 0; Failed = 0; OutPath = $OutPath }
$end = (Get-Date).AddSeconds($TimeoutSec)
try {
    # Once for what an earlier run has begun: then its dataset is there. And once for the tickets that are new.
    do {
        $rows = [ordered]@{}
        if (Test-Path -LiteralPath $OutPath) {
            Import-Csv -LiteralPath $OutPath -Encoding utf8 | ForEach-Object { $rows[$_.Id] = $_ }
        }

        $wanted = if ($BatchId) { (Get-CohereBatch $BatchId).InputDatasetId } else { '*' }
        $dataset = Get-CohereDataset -Type batch-chat-v2-input | Where-Object { $_.Name -ceq $Name -and $_.DatasetId -like $wanted } | Select-Object -First 1
        if ($BatchId -and -not $dataset) {
            throw "The batch '$BatchId' is none of '$Name', or its work is done. Run without -BatchId."
        }

        $BatchId = ''
        $isNew = -not $dataset
        $todo = @($tickets.Values | Where-Object { -not $rows.Contains($_.Id) })
        if ($isNew -and -not $todo) {
            break
        }

        $batch = $null
        try {
            $wait = @{ TimeoutSec = [Math]::Max(1, ($end - (Get-Date)).TotalSeconds) }
            $batch = if ($isNew) {
                $todo | Start-CohereBatch -Model $Model -Name $Name -IdProperty Key -Property Id, Subject, Body -Prompt $Prompt @wait
            }
            else {
                Get-CohereBatch | Where-Object { $_.InputDatasetId -eq $dataset.DatasetId } | Select-Object -First 1
            }

            if (-not $batch) {
                # That run ended between the upload and the start.
                $batch = $dataset | Wait-CohereDataset @wait | Start-CohereBatch -Model $Model -Name $Name
            }

            $report.BatchId = $batch.BatchId
            $batch = $batch | Wait-CohereBatch @wait
            $results = @($batch | Receive-CohereBatch -ErrorAction SilentlyContinue -ErrorVariable failed)
            $failed | Where-Object { $_.FullyQualifiedErrorId -notlike 'CohereShell.BatchRequestFailed,*' } | ForEach-Object { throw $_ }
        }
        catch {
            if ($_.FullyQualifiedErrorId -like 'CohereShell.StillRunning,*') {
                $report.Status = 'Running'
                return $report
            }

            # Failed, cancelled, or not there any more: waiting changes none of these.
            if ($_.FullyQualifiedErrorId -match '^CohereShell\.(JobFailed|DatasetNotValid|NotFound),') {
                $(if ($batch) { $batch.InputDatasetId } else { $dataset.DatasetId }) | Remove-CohereDataset -Confirm:$false -ErrorAction SilentlyContinue
                throw "$($_.Exception.Message.TrimEnd('.')). '$OutPath' is as it was, and the next run begins anew."
            }

            throw
        }

        # One ticket that has failed is no reason to lose the others: a person answers that one.
        $answers = @{}
        $results + @($failed | ForEach-Object { $_.TargetObject }) | ForEach-Object { $answers[$_.CustomId] = $_ }
        $asked = @($todo | Where-Object { $answers[$_.Key] })
        $sorted = @{}
        $asked | Invoke-CohereClassification -Example $Example -Property Subject, Body -ErrorAction SilentlyContinue -ErrorVariable unsorted -WarningAction SilentlyContinue |
            ForEach-Object { $sorted[$_.InputObject.Key] = $_ }
        foreach ($failure in $unsorted) {
            if ($failure.FullyQualifiedErrorId -notmatch '^CohereShell\.(InvalidRequest|UnacceptableValue|TooLarge|EmptyInput),') {
                # Not the ticket is to blame: the next run sorts what the batch has answered.
                throw $failure
            }

            $sorted[$failure.TargetObject.Key] = $failure
        }

        foreach ($ticket in $asked) {
            $class, $answer = $sorted[$ticket.Key], $answers[$ticket.Key]
            $rows[$ticket.Id] = [pscustomobject]@{
                Id         = $ticket.Id
                Category   = $class.Prediction
                Confidence = if ($class.Prediction) { $class.Confidence.ToString('0.00', [cultureinfo]::InvariantCulture) }
                Subject    = $ticket.Subject
                Draft      = $answer.Text
                Error      = "$($answer.Error) $($class.Exception.Message)".Trim()
            }
            $report.Drafts += [int][bool]$answer.Text
            $report.Failed += [int][bool]$rows[$ticket.Id].Error
        }

        # Written beside and moved: after any end of this process there is the old file or the new one.
        $rows.Values | Export-Csv -LiteralPath "$OutPath.new" -NoTypeInformation -Encoding utf8
        if (Test-Path -LiteralPath $OutPath) {
            [IO.File]::Replace("$OutPath.new", $OutPath, [NullString]::Value)
        }
        else {
            [IO.File]::Move("$OutPath.new", $OutPath)
        }

        $report.Status = 'Done'
        # The one that a run is found by is the last: where this one ends before, the next does it once more.
        $batch.OutputDatasetId, $batch.InputDatasetId | Remove-CohereDataset -Confirm:$false -ErrorAction Continue
    } until ($isNew)

    $report
}
finally {
    if ($Emulator) {
        Disconnect-Cohere
    }
}
