# Shared code of the runbook tests. $state is the state folder of the emulator.

# Connects to an emulator with the state of the previous one. A job takes ten minutes with -Endless, and no time without it.
function Use-Emulator([switch] $Endless) {
    Disconnect-Cohere
    Connect-Cohere -Emulator -StatePath $state -JobDurationMs $(if ($Endless) { 600000 } else { 0 })
}

# Runs the runbook until it reports the id of a job, which doesn't end. On a slow computer, this takes more than one run.
function Invoke-EndlessRun([scriptblock] $Run, [string] $Id) {
    Use-Emulator -Endless
    Wait-Condition { ($script:running = & $Run).$Id } -TimeoutSec 60
    $running.Status | Should -Be 'Running'
    $running
}

# Returns the number of calls of an operation in this session.
function Get-CallCount([string] $Operation) {
    [int] (Get-CohereUsage | Where-Object Operation -EQ $Operation | Measure-Object Calls -Sum).Sum
}
