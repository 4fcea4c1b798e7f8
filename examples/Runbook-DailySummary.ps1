<#
.SYNOPSIS
    Summarizes the warnings and errors of a day. For Azure Automation, a scheduled task or a CI job.
.DESCRIPTION
    The script never prompts. The key comes from the Automation variable of -KeyVariable if it exists, or else from
    CO_API_KEY or COHERE_API_KEY. Without a key, the emulator answers, and the output says so. The module handles retries
    and waits. If there is no summary, the script ends with an error, and pwsh -File returns exit code 1.

    Each line of -LogPath is an event: "2026-08-01T06:12:00 SRV-DC01 Warning Time-Service lost its source". Without a
    file, the script uses four sample lines.
.PARAMETER LogPath
    The file with the events.
.PARAMETER Language
    The language of the summary.
.PARAMETER MaxEvent
    The maximum number of events to send, which limits the cost. If there are more, the last ones are sent.
.PARAMETER KeyVariable
    The name of the encrypted Automation variable with the key.
.PARAMETER TimeoutSec
    The timeout of the call in seconds, including retries.
.PARAMETER Emulator
    Uses the emulator, even if there is a key.
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

# In a job, no one sees errors that don't end it.
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
if (-not (Get-Module CohereShell)) {
    # Imports the built module of this clone, or else the installed one, as in Azure Automation.
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
        Write-Output 'There are no events to summarize.'
        return
    }

    $question = "Summarise the warnings and errors in $Language, the most urgent first, in at most five sentences."
    $answer = $events | Invoke-CohereChat $question -Temperature 0 -Session $session

    # Outputs an object, so that the next step of the job can use its properties.
    [pscustomobject]@{
        Summary    = $answer.Text
        EventCount = $count
        AnsweredBy = if ($session.IsEmulator) { 'emulator' } else { $answer.Model }
        IsComplete = "$($answer.FinishReason)" -eq 'Complete'
        Tokens     = $answer.Usage.InputTokens + $answer.Usage.OutputTokens
    }
}
catch {
    # The error id identifies the problem. Automation shows it in the exception of the job.
    $id = ($_.FullyQualifiedErrorId -split ',')[0]
    throw "No summary ($id): $($_.Exception.Message) $($_.ErrorDetails.RecommendedAction)"
}
finally {
    Disconnect-Cohere -Session $session
}
