<#
.SYNOPSIS
    Summarises the warnings and errors of a day. Made for Azure Automation, a scheduled task or a CI job.
.DESCRIPTION
    Asks nobody for anything. The key comes from the Automation variable named by -KeyVariable if there is one, else from
    CO_API_KEY or COHERE_API_KEY; without any, the emulator answers, and the output says so. Retries and waits are left to
    the module. The script ends with an error, and pwsh -File with exit code 1, when there is no summary.

    Each line of -LogPath is an event: "2026-08-01T06:12:00 SRV-DC01 Warning Time-Service lost its source". Without a
    file, four made-up lines are taken.
.PARAMETER LogPath
    The file with the events.
.PARAMETER Language
    The language of the summary.
.PARAMETER MaxEvent
    The most events to send, the last ones: a bound for the cost.
.PARAMETER KeyVariable
    The name of the encrypted Automation variable that holds the key.
.PARAMETER TimeoutSec
    The time for the call with all its retries.
.PARAMETER Emulator
    Asks the emulator, whatever keys there are.
.EXAMPLE
    ./examples/Runbook-DailySummary.ps1 -Emulator
.EXAMPLE
    pwsh -NonInteractive -File ./examples/Runbook-DailySummary.ps1 -LogPath /var/log/events.txt -Language German
#>
[CmdletBinding()]
param(
    [string] $LogPath,

    [string] $Language = 'English',

    [ValidateRange(1, 5000)]
    [int] $MaxEvent = 500,

    [string] $KeyVariable = 'CohereApiKey',

    [ValidateRange(1, 3600)]
    [int] $TimeoutSec = 600,

    [switch] $Emulator
)

# In a job nobody sees an error that does not end it.
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
if (-not (Get-Module CohereShell)) {
    # Of a clone that has been built, or of $env:PSModulePath, as in Azure Automation.
    $built = if ($PSScriptRoot) { Join-Path (Split-Path $PSScriptRoot) 'out/CohereShell' }
    Import-Module $(if ($built -and (Test-Path $built)) { $built } else { 'CohereShell' })
}

$events = if ($LogPath) {
    Get-Content -LiteralPath $LogPath -Tail $MaxEvent -Encoding utf8 | Where-Object { $_.Trim() }
}
else {
    '2026-08-01T02:03:11 SRV-FILE01 Error Backup failed with 0x80070070: there is not enough space on the disk.'
    '2026-08-01T06:12:00 SRV-DC01 Warning Time-Service lost its source.'
    '2026-08-01T06:40:27 SRV-DC01 Warning Account jane.doe is locked after 10 failed sign-ins.'
    '2026-08-01T23:00:02 SRV-FILE01 Information Backup is complete.'
}

$options = @{ ClientName = 'daily-summary'; TimeoutSec = $TimeoutSec; AllowOperation = 'Chat' }
$inAutomation = [bool](Get-Command Get-AutomationVariable -ErrorAction Ignore)
if ($Emulator -or -not ($inAutomation -or $env:CO_API_KEY -or $env:COHERE_API_KEY)) {
    $options.Emulator = $true
}
elseif ($inAutomation) {
    $options.ApiKey = Get-AutomationVariable -Name $KeyVariable
}

$session = Connect-Cohere @options -PassThru
try {
    $count = @($events).Count
    if ($count -eq 0) {
        Write-Output 'No events: nothing to summarise.'
        return
    }

    $question = "Summarise the warnings and errors in $Language, the most urgent first, in at most five sentences."
    $answer = $events | Invoke-CohereChat $question -Temperature 0 -Session $session

    # Typed, so that the next step of the job can go on with it.
    [pscustomobject]@{
        Summary    = $answer.Text
        EventCount = $count
        AnsweredBy = if ($session.IsEmulator) { 'emulator' } else { $answer.Model }
        IsComplete = "$($answer.FinishReason)" -eq 'Complete'
        Tokens     = $answer.Usage.InputTokens + $answer.Usage.OutputTokens
    }
}
catch {
    # The id says what to do; Automation shows it in the exception of the job.
    $id = ($_.FullyQualifiedErrorId -split ',')[0]
    throw "No summary ($id): $($_.Exception.Message) $($_.ErrorDetails.RecommendedAction)"
}
finally {
    Disconnect-Cohere -Session $session
}
