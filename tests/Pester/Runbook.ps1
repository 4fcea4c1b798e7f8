# What the tests of runbooks share. $state is the folder of the emulator.

# An emulator with what the one before has kept. A job takes ten minutes where -Endless is said, and no time where not.
function Use-Emulator([switch] $Endless) {
    Disconnect-Cohere
    Connect-Cohere -Emulator -StatePath $state -JobDurationMs $(if ($Endless) { 600000 } else { 0 })
}

# Runs until there is a job, whose id is in a property of the report, and which does not end; a slow machine needs more than
# one run.
function Invoke-EndlessRun([scriptblock] $Run, [string] $Id) {
    Use-Emulator -Endless
    Wait-Condition { ($script:running = & $Run).$Id } -TimeoutSec 60
    $running.Status | Should -Be 'Running'
    $running
}

# How often this session has called an operation.
function Get-CallCount([string] $Operation) {
    [int] (Get-CohereUsage | Where-Object Operation -EQ $Operation | Measure-Object Calls -Sum).Sum
}
