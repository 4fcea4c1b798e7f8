#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1

    # Uploads a request and starts a batch with it; gives the id of the batch.
    function Invoke-TestBatch {
        param([Parameter(Mandatory)] $Emulator, [Parameter(Mandatory)] [string] $Name)
        $file = Join-Path $TestDrive 'requests.jsonl'
        Set-Content -LiteralPath $file -Value '{"custom_id":"1","body":{"messages":[{"role":"user","content":"Hi"}]}}'
        $headers = @{ Authorization = "Bearer $($Emulator.ApiKey)" }
        $dataset = Invoke-RestMethod "$($Emulator.BaseUri)v1/datasets?name=requests&type=batch-chat-v2-input" -Method Post -Headers $headers -Form @{ data = Get-Item -LiteralPath $file }
        Wait-Condition { (Invoke-RestMethod "$($Emulator.BaseUri)v1/datasets/$($dataset.id)" -Headers $headers).dataset.validation_status -eq 'validated' }
        $body = @{ name = $Name; input_dataset_id = $dataset.id; model = 'command-a-03-2025' } | ConvertTo-Json
        (Invoke-RestMethod "$($Emulator.BaseUri)v2/batches" -Method Post -Headers $headers -ContentType application/json -Body $body).batch.id
    }

    function Get-TestBatch {
        param([Parameter(Mandatory)] $Emulator, [Parameter(Mandatory)] [string] $Id)
        (Invoke-RestMethod "$($Emulator.BaseUri)v2/batches/$Id" -Headers @{ Authorization = "Bearer $($Emulator.ApiKey)" }).batch
    }
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
        $session = Connect-CohereElsewhere $emulator.BaseUri -With @{ MaxRetryCount = 0; KeyType = 'Production' }

        $null = 1..21 | ForEach-Object { "q$_" } | Invoke-CohereChat -Session $session -ThrottleLimit 1 -TimeoutSec 10 -ErrorVariable problems -ErrorAction SilentlyContinue

        $problems | Should -HaveCount 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.RateLimited,*'
        $problems[0].Exception.Message | Should -BeLike '*You are using a Trial key, which is limited to 20 API calls / minute.*'
    }

    It 'tells a session with -KeyType Trial what is left' {
        $emulator = Start-CohereEmulator -KeyType Trial
        $session = Connect-CohereElsewhere $emulator.BaseUri

        $null = Invoke-CohereChat 'q' -Session $session

        $session.KeyType | Should -Be 'Trial'
        $emulator.MonthlyLimit | Should -BeNullOrEmpty
    }

    It 'answers -MonthlyLimit calls in all' {
        $emulator = Start-CohereEmulator -EnforceRateLimit -MonthlyLimit 2
        $emulator | Connect-Cohere
        $null = Get-CohereModel 'embed-v4.0'
        $null = Invoke-CohereChat 'q'

        { Invoke-CohereChat 'q' } | Should -Throw -ErrorId 'CohereShell.MonthlyLimitReached,*'

        $emulator.MonthlyLimit | Should -Be 2
        (Start-CohereEmulator -EnforceRateLimit).MonthlyLimit | Should -Be 1000
    }

    It 'refuses -MonthlyLimit where it has no effect' -ForEach @(
        @{ With = @{} }, @{ With = @{ EnforceRateLimit = $true; KeyType = 'Production' } }
    ) {
        $problem = Get-ErrorOf { Start-CohereEmulator -MonthlyLimit 5 @With }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
        $problem.ErrorDetails.RecommendedAction | Should -BeLike '*-EnforceRateLimit*'
    }

    It 'accepts only the key of -ApiKey' {
        $emulator = Start-CohereEmulator -ApiKey (ConvertTo-SecureString 'the-right-one' -AsPlainText -Force)

        $emulator | Connect-Cohere
        Test-CohereApiKey -Quiet | Should -BeTrue
        Connect-Cohere -BaseUri $emulator.BaseUri -ApiKey 'the-wrong-one'
        Test-CohereApiKey -Quiet | Should -BeFalse
        { Invoke-CohereChat 'q' -Model 'nope' } | Should -Throw -ErrorId 'CohereShell.Unauthorized,*'
    }

    It 'refuses a key that no request could have, without showing it' {
        $problem = Get-ErrorOf { Start-CohereEmulator -ApiKey 'two words' }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
        $problem.Exception.Message | Should -Not -BeLike '*two words*'
        $problem.TargetObject | Should -BeNullOrEmpty
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

    It 'takes -JobDurationMs for a job, and shows its states' {
        # A busy computer can miss a state of a short job.
        foreach ($duration in 1000, 5000, 20000) {
            $emulator = Start-CohereEmulator -JobDurationMs $duration
            $job = Invoke-TestBatch $emulator 'slow'
            $states = [System.Collections.Generic.List[string]]::new()

            Wait-Condition {
                $states.Add((Get-TestBatch $emulator $job).status)
                $states[-1] -eq 'BATCH_STATUS_COMPLETED'
            }

            if (@($states | Select-Object -Unique).Count -eq 3) {
                break
            }
        }

        $emulator.JobDurationMs | Should -Be $duration
        $states | Select-Object -Unique | Should -Be 'BATCH_STATUS_QUEUED', 'BATCH_STATUS_IN_PROGRESS', 'BATCH_STATUS_COMPLETED'
    }

    It 'has a job fail whose name asks for it' {
        $emulator = Start-CohereEmulator -JobDurationMs 0
        $job = Invoke-TestBatch $emulator 'emulate:fail'

        Wait-Condition { (Get-TestBatch $emulator $job).status -eq 'BATCH_STATUS_FAILED' }
    }

    It 'keeps in -StatePath what the next one has again' {
        Push-Location $TestDrive
        $first = Start-CohereEmulator -StatePath state -JobDurationMs 0
        Pop-Location
        $job = Invoke-TestBatch $first 'kept'
        Stop-CohereEmulator

        $second = Start-CohereEmulator -StatePath (Join-Path $TestDrive 'state')

        $second.StatePath | Should -Be (Join-Path $TestDrive 'state')
        (Get-TestBatch $second $job).name | Should -Be 'kept'
    }

    It 'keeps nothing without -StatePath, and leaves no file' {
        $before = @(Get-ChildItem ([System.IO.Path]::GetTempPath()) -Filter 'CohereEmulator-*').FullName
        $emulator = Start-CohereEmulator -JobDurationMs 0
        $null = Invoke-TestBatch $emulator 'gone'
        @(Get-ChildItem ([System.IO.Path]::GetTempPath()) -Filter 'CohereEmulator-*').FullName | Where-Object { $_ -notin $before } | Should -HaveCount 1

        Stop-CohereEmulator

        @(Get-ChildItem ([System.IO.Path]::GetTempPath()) -Filter 'CohereEmulator-*').FullName | Where-Object { $_ -notin $before } | Should -BeNullOrEmpty
    }

    It 'says so where another emulator uses the folder of -StatePath' {
        $null = Start-CohereEmulator -StatePath (Join-Path $TestDrive 'taken')

        $problem = Get-ErrorOf { Start-CohereEmulator -StatePath (Join-Path $TestDrive 'taken') }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.StateNotAvailable,*'
        $problem.CategoryInfo.Category | Should -Be 'ResourceUnavailable'
        $problem.TargetObject | Should -Be (Join-Path $TestDrive 'taken')
        $problem.ErrorDetails.RecommendedAction | Should -BeLike '*-StatePath*'
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
        @{ Name = 'Port'; Value = 70000 }, @{ Name = 'FaultRate'; Value = 1.1 }, @{ Name = 'LatencyMs'; Value = -1 }, @{ Name = 'JobDurationMs'; Value = -1 }, @{ Name = 'StatePath'; Value = '' }, @{ Name = 'MonthlyLimit'; Value = 0 }, @{ Name = 'KeyType'; Value = 'Free' }
    ) {
        $arguments = @{ $Name = $Value }

        { Start-CohereEmulator @arguments } | Should -Throw -ErrorId '*Argument*,CohereShell.*'
    }
}
