<#
.SYNOPSIS
    Shows the main features in a minute with the emulator, without a key or a network: chat, streaming, citations, JSON, search, rerank, classification, tools, jobs, tokens, models and usage.
#>
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidUsingWriteHost', '', Justification = 'It shows each command as at the prompt.')]
[CmdletBinding()]
param()

$ErrorActionPreference = 'Stop'
# Brackets in the path must not act as wildcards.
Import-Module ([WildcardPattern]::Escape([IO.Path]::Combine($PSScriptRoot, '..', 'out', 'CohereShell')))

$steps = @(
    { Connect-Cohere -Emulator }
    { Invoke-CohereChat 'What is Active Directory?' }
    { $r = Invoke-CohereChat 'What is AD?'; $r | Invoke-CohereChat 'And its FSMO roles?' }
    { Invoke-CohereChat 'Explain event 4625 to a junior admin' -Live | Out-Null }
    { 'Logs are kept for 90 days.', 'Backups run every night.' | Invoke-CohereChat 'How long are logs kept?' }
    { 'What is a GPO?', 'What is DNS?', 'What is DHCP?' | Invoke-CohereChat -ThrottleLimit 3 | Format-Table Message, FinishReason, Usage }
    { Invoke-CohereChat 'Alice reports 3 failed logons' -AsObject -JsonSchema @{ type = 'object'; properties = @{ user = @{ type = 'string' }; count = @{ type = 'integer' } }; required = 'user', 'count' } }
    { $kb = 'Reset your password at the portal.', 'The VPN drops when the laptop sleeps.', 'Backups run every night.' | New-CohereEmbedding; $kb }
    { $kb | Search-CohereEmbedding 'VPN drops' -Top 2 }
    { Get-ChildItem "$PSScriptRoot/*.ps1" | Invoke-CohereRerank 'daily summary of the event log' -Property Name -Top 2 }
    { 'the vpn is slow', 'toner is empty' | Invoke-CohereClassification -Example @{ network = 'VPN is down', 'no internet'; printer = 'out of toner', 'paper jam' } -WarningAction Ignore }
    { Invoke-CohereChat 'Which time zone is this machine in?' -Tool Get-TimeZone -InvokeTool }
    { 'The VPN drops.', 'Toner is empty.' | New-CohereDataset -Name tickets -Type embed-input | Wait-CohereDataset | Start-CohereEmbedJob -Model embed-english-v3.0 | Wait-CohereEmbedJob | Receive-CohereEmbedJob }
    { 'How many tokens is this?' | ConvertTo-CohereToken }
    { Get-CohereModel -Endpoint Chat | Select-Object -First 3 }
    { Get-CohereUsage }
)
foreach ($step in $steps) {
    Write-Host "`nPS> $("$step".Trim())" -ForegroundColor Cyan
    . $step | Out-Host
}

Disconnect-Cohere
