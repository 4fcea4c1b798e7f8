<#
.SYNOPSIS
    Classifies tickets and drafts an answer to each, with a batch. For Azure Automation, a scheduled task or a CI job.
.DESCRIPTION
    A chat model writes the drafts in a batch, which costs less than single calls and is completed within a day. The
    categories are based on examples. The result is a CSV file with Id, Category, Confidence, Subject, Draft and Error.
    Tickets in this file aren't sent again. The row of a failed ticket contains the error. To retry it, delete the row.

    A run can end at any time, because it's killed or its time is over. The batch then continues at Cohere. The next run, on
    any computer, finds the batch by its name and continues with it. No ticket is sent twice. When the drafts are in the
    file, the script deletes the datasets with the tickets. If a batch fails, the run ends with an error, and the next run
    starts again.

    The key comes from the encrypted variable CohereApiKey in Azure Automation, or from the environment variable CO_API_KEY.
.PARAMETER TicketPath
    A CSV file with the columns Id, Subject and Body.
.PARAMETER OutPath
    The CSV file for the result.
.PARAMETER Name
    The name of the batch and its dataset, under 50 characters. Use a different name for each -OutPath. The default contains
    the file name.
.PARAMETER BatchId
    The batch of an earlier run to continue with. Without it, the script finds unfinished work by its name.
.PARAMETER Example
    The categories, each with two or more examples, or a CSV file with the columns text and label.
.PARAMETER Model
    The chat model.
.PARAMETER Prompt
    The prompt for each ticket.
.PARAMETER TimeoutSec
    The maximum time to wait in seconds. The default is 2.5 hours, because Azure Automation stops a runbook after 3 hours.
.PARAMETER Emulator
    Uses the emulator, which keeps its data in a folder beside the result.
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

# In a job, no one sees errors that don't end it.
$ErrorActionPreference = 'Stop'
if (-not (Get-Module CohereShell)) {
    # Imports the built module of this clone, or else the installed one, as in Azure Automation.
    $built = if ($PSScriptRoot) { Join-Path (Split-Path $PSScriptRoot) 'out/CohereShell' }
    Import-Module $(if ($built -and (Test-Path $built)) { $built } else { 'CohereShell' })
}

# The current folder of .NET can differ from that of PowerShell.
$OutPath = $PSCmdlet.GetUnresolvedProviderPathFromPSPath($OutPath)

# Drafts of the emulator look real, so they are made only with -Emulator and never share a file with real ones.
if ((Test-Path -LiteralPath $OutPath) -and (Test-Path -LiteralPath "$OutPath.emulator") -ne $Emulator) {
    throw "'$OutPath' was made with$(if ($Emulator) { 'out' }) -Emulator. Specify another -OutPath."
}

# The tickets by the ids of their requests. An id is a hash of the whole ticket, so a draft never belongs to another ticket or
# to an earlier version of the ticket.
$tickets = [ordered]@{}
$ids = [Collections.Generic.HashSet[string]]::new([StringComparer]::OrdinalIgnoreCase)
foreach ($ticket in Import-Csv -LiteralPath $TicketPath -Encoding utf8) {
    if (-not $ticket.Id -or -not $ids.Add($ticket.Id)) {
        throw "Each ticket needs a unique Id. '$($ticket.Id)' ('$($ticket.Subject)') is missing or a duplicate. Nothing was sent."
    }

    $bytes = [Text.Encoding]::UTF8.GetBytes("$($ticket.Id)`n$($ticket.Subject)`n$($ticket.Body)")
    $key = (Get-FileHash -InputStream ([IO.MemoryStream]::new($bytes))).Hash.Substring(0, 32)
    $tickets[$key] = [pscustomobject]@{ Key = $key; Id = $ticket.Id; Subject = $ticket.Subject; Body = $ticket.Body }
}

if ($Emulator) {
    # The next process finds unfinished work in this folder.
    Connect-Cohere -Emulator -StatePath "$OutPath.emulator"
    Write-Warning 'The emulator answers. It compares words, without understanding them.'
}
elseif (Get-Command Get-AutomationVariable -ErrorAction Ignore) {
    Connect-Cohere -ApiKey (Get-AutomationVariable -Name CohereApiKey)
}
elseif (-not (Get-CohereSession)) {
    throw 'There is no API key. Set CO_API_KEY, run Connect-Cohere first, or specify -Emulator.'
}

$report = [pscustomobject]@{ Status = 'NothingToDo'; BatchId = ''; Drafts = 0; Failed = 0; OutPath = $OutPath }
$end = (Get-Date).AddSeconds($TimeoutSec)
try {
    # The first pass continues an earlier run if its dataset exists. Another pass then processes the new tickets.
    do {
        $rows = [ordered]@{}
        if (Test-Path -LiteralPath $OutPath) {
            Import-Csv -LiteralPath $OutPath -Encoding utf8 | ForEach-Object { $rows[$_.Id] = $_ }
        }

        $wanted = if ($BatchId) { (Get-CohereBatch $BatchId).InputDatasetId } else { '*' }
        $dataset = Get-CohereDataset -Type batch-chat-v2-input | Where-Object { $_.Name -ceq $Name -and $_.DatasetId -like $wanted } | Select-Object -First 1
        if ($BatchId -and -not $dataset) {
            throw "The batch '$BatchId' doesn't belong to '$Name', or it's finished. Run the script without -BatchId."
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
                # The earlier run ended between the upload and the start of the batch.
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

            # The batch failed, was canceled or doesn't exist any more, so waiting doesn't help.
            if ($_.FullyQualifiedErrorId -match '^CohereShell\.(JobFailed|DatasetNotValid|NotFound),') {
                $(if ($batch) { $batch.InputDatasetId } else { $dataset.DatasetId }) | Remove-CohereDataset -Confirm:$false -ErrorAction SilentlyContinue
                throw "$($_.Exception.Message.TrimEnd('.')). '$OutPath' hasn't changed, and the next run starts again."
            }

            throw
        }

        # A failed ticket doesn't affect the others. Its row shows the error.
        $answers = @{}
        $results + @($failed | ForEach-Object { $_.TargetObject }) | ForEach-Object { $answers[$_.CustomId] = $_ }
        $asked = @($todo | Where-Object { $answers[$_.Key] })
        $sorted = @{}
        $asked | Invoke-CohereClassification -Example $Example -Property Subject, Body -ErrorAction SilentlyContinue -ErrorVariable unsorted -WarningAction SilentlyContinue |
            ForEach-Object { $sorted[$_.InputObject.Key] = $_ }
        foreach ($failure in $unsorted) {
            if ($failure.FullyQualifiedErrorId -notmatch '^CohereShell\.(InvalidRequest|UnacceptableValue|TooLarge|EmptyInput),') {
                # The ticket isn't the cause. The next run classifies the tickets that the batch has answered.
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

        # Writes a temporary file and moves it, so that the file is complete even if the process is killed.
        $rows.Values | Export-Csv -LiteralPath "$OutPath.new" -NoTypeInformation -Encoding utf8
        if (Test-Path -LiteralPath $OutPath) {
            [IO.File]::Replace("$OutPath.new", $OutPath, [NullString]::Value)
        }
        else {
            [IO.File]::Move("$OutPath.new", $OutPath)
        }

        $report.Status = 'Done'
        # Deletes the input dataset last, because the next run finds unfinished work by it.
        $batch.OutputDatasetId, $batch.InputDatasetId | Remove-CohereDataset -Confirm:$false -ErrorAction Continue
    } until ($isNew)

    $report
}
finally {
    if ($Emulator) {
        Disconnect-Cohere
    }
}
