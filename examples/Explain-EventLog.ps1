#Requires -Modules CohereShell
<#
.SYNOPSIS
    Explains the events of an event log, the most frequent ones first.
.DESCRIPTION
    Connect first, or set CO_API_KEY. Create the CSV file on Windows: Get-WinEvent System -MaxEvents 2000 |
    Select-Object TimeCreated, ProviderName, Id, Message | Export-Csv events.csv. The model is asked once for each kind of
    event, with the message of its first event.
.PARAMETER Path
    The CSV file with the columns ProviderName, Id and Message.
.PARAMETER OutFile
    The CSV file for the summary.
.EXAMPLE
    ./examples/Explain-EventLog.ps1 -Path events.csv -OutFile summary.csv
#>
param([string] $Path = 'events.csv', [string] $OutFile = 'summary.csv')
$kinds = Import-Csv -LiteralPath $Path | Group-Object -Property ProviderName, Id | Sort-Object -Property Count -Descending
$kinds | Select-Object -Property Count, @{ Name = 'Event'; Expression = { $_.Name } }, @{ Name = 'Message'; Expression = { $_.Group[0].Message } } |
    Invoke-CohereChat -Prompt 'Explain this event to an admin in one sentence: {Event}. {Message}' -Merge -OutputProperty Meaning |
    Export-Csv -LiteralPath $OutFile -NoTypeInformation -Encoding utf8
