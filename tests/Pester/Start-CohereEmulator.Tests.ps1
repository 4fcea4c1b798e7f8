#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
}

AfterAll {
    Restore-TestState
}

Describe 'Start-CohereEmulator' {
    AfterEach { Stop-CohereEmulator }

    It 'listens on this machine, on a port that is free' {
        $emulator = Start-CohereEmulator

        $emulator | Should -BeOfType CohereShell.CohereEmulator
        $emulator.BaseUri.Host | Should -Be '127.0.0.1'
        $emulator.Port | Should -BeGreaterThan 0
        $emulator.IsRunning | Should -BeTrue
    }

    It 'answers any program that speaks HTTP' {
        $emulator = Start-CohereEmulator

        $answer = Invoke-RestMethod -Uri "$($emulator.BaseUri)v2/chat" -Method Post -ContentType 'application/json' -Headers @{ Authorization = "Bearer $($emulator.ApiKey)" } -Body '{"model":"command-a-03-2025","messages":[{"role":"user","content":"hello there"}]}'

        $answer.message.content[0].text | Should -BeLike '*hello there*'
        $answer.finish_reason | Should -Be 'COMPLETE'
        $emulator.RequestCount | Should -Be 1
    }

    It 'gives the same answer to the same request' {
        Start-CohereEmulator | Connect-Cohere

        (Invoke-CohereChat 'again').Text | Should -BeExactly (Invoke-CohereChat 'again').Text
    }

    It 'listens on -Port, and says so where it is taken' {
        $first = Start-CohereEmulator

        $problem = Get-ErrorOf { Start-CohereEmulator -Port $first.Port }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.PortNotAvailable,*'
        $problem.CategoryInfo.Category | Should -Be 'ResourceUnavailable'
        $problem.TargetObject | Should -Be $first.Port
        $problem.ErrorDetails.RecommendedAction | Should -BeLike '*-Port*'

        Stop-CohereEmulator $first
        (Start-CohereEmulator -Port $first.Port).Port | Should -Be $first.Port
    }

    It 'waits -LatencyMs before each answer' {
        Start-CohereEmulator -LatencyMs 200 | Connect-Cohere

        (Invoke-CohereChat 'q').Elapsed.TotalMilliseconds | Should -BeGreaterThan 190
    }

    It 'keeps the limits of a trial key with -EnforceRateLimit' {
        $emulator = Start-CohereEmulator -EnforceRateLimit
        $session = Connect-CohereElsewhere $emulator.BaseUri -With @{ MaxRetryCount = 0 }

        $null = 1..21 | ForEach-Object { "q$_" } | Invoke-CohereChat -Session $session -ThrottleLimit 1 -TimeoutSec 10 -ErrorVariable problems -ErrorAction SilentlyContinue

        $problems | Should -HaveCount 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.RateLimited,*'
    }

    It 'gives the same faults with the same -Seed' {
        $outcomes = foreach ($run in 1..2) {
            $emulator = Start-CohereEmulator -FaultRate 0.5 -Seed 7
            $session = Connect-CohereElsewhere $emulator.BaseUri -With @{ MaxRetryCount = 0 }
            $reasons = 1..6 | ForEach-Object {
                try {
                    # A wait that one fault asks for must not change the next outcome: each call has a session of its own.
                    $session = Connect-CohereElsewhere $emulator.BaseUri -With @{ MaxRetryCount = 0 }
                    (Test-CohereApiKey -Session $session -ErrorAction Stop).Valid
                }
                catch {
                    $_.FullyQualifiedErrorId
                }
            }

            $reasons -join '; '
        }

        $outcomes[0] | Should -Be $outcomes[1]
        $outcomes[0] | Should -BeLike '*CohereShell.*'
    }

    It 'refuses a key that is called invalid, and a request without one' {
        $emulator = Start-CohereEmulator
        Connect-Cohere -BaseUri $emulator.BaseUri -ApiKey 'invalid'
        { Invoke-CohereChat 'q' } | Should -Throw -ErrorId 'CohereShell.Unauthorized,*'
        Test-CohereApiKey -Quiet | Should -BeFalse

        Connect-Cohere -BaseUri $emulator.BaseUri
        { Invoke-CohereChat 'q' } | Should -Throw -ErrorId 'CohereShell.Unauthorized,*'
    }

    It 'says what it will do with -WhatIf, and does nothing' {
        Start-CohereEmulator -WhatIf | Should -BeNullOrEmpty
    }

    It 'refuses -<Name> <Value>' -ForEach @(
        @{ Name = 'Port'; Value = 70000 }, @{ Name = 'FaultRate'; Value = 1.1 }, @{ Name = 'LatencyMs'; Value = -1 }, @{ Name = 'KeyType'; Value = 'Free' }
    ) {
        $arguments = @{ $Name = $Value }

        { Start-CohereEmulator @arguments } | Should -Throw -ErrorId '*Argument*,CohereShell.*'
    }
}
