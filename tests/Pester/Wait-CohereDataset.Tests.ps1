#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:server = Open-TestServer
    Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'

    function Add-DatasetAnswer {
        param([string] $Id, [string] $Status = 'validated', [hashtable] $With = @{})
        $dataset = @{ id = $Id; name = "rows of $Id"; dataset_type = 'embed-input'; validation_status = $Status; created_at = '2026-08-01T10:00:00Z'; updated_at = '2026-08-01T10:00:00Z' } + $With
        $server.Enqueue([CohereShellTests.Answer] @{ Body = ConvertTo-Json -Depth 9 -InputObject @{ dataset = $dataset } })
    }
}

AfterAll {
    Restore-TestState
    $server.Dispose()
}

Describe 'Wait-CohereDataset' {
    BeforeEach { $server.Reset() }

    It 'puts out a dataset when it is validated' {
        Add-DatasetAnswer ds-1 queued
        Add-DatasetAnswer ds-1 processing
        Add-DatasetAnswer ds-1 validated

        $dataset = Wait-CohereDataset ds-1 -PollingIntervalSec 0.1

        $dataset | Should -BeOfType CohereShell.Dataset
        $dataset.DatasetId | Should -Be 'ds-1'
        $dataset.ValidationStatus | Should -Be 'Validated'
        $server.Requests.Target | Should -Be (@('/v1/datasets/ds-1') * 3)
    }

    It 'puts out at once, and without a call, what is validated already' {
        Add-DatasetAnswer ds-1
        Add-DatasetAnswer ds-2 processing
        $done = Get-CohereDataset ds-1
        $running = Get-CohereDataset ds-2
        $server.Reset()
        Add-DatasetAnswer ds-2

        (& { $done; $running } | Wait-CohereDataset -PollingIntervalSec 0.1).DatasetId | Should -Be 'ds-1', 'ds-2'
        ($done | Wait-CohereDataset) | Should -Be $done

        $server.Requests | Should -HaveCount 1
    }

    It 'waits for all datasets of the pipeline together, and puts out each when it is done' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"dataset":{"id":"a","validation_status":"processing"}}'; DelayMs = 100 })
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"dataset":{"id":"done","validation_status":"validated"}}'; DelayMs = 100 }

        $datasets = 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'b' | Wait-CohereDataset -PollingIntervalSec 0.1

        $datasets | Should -HaveCount 10
        $server.Requests | Should -HaveCount 11
        $server.MostInFlight | Should -BeGreaterThan 1
    }

    It 'takes ids by property name' {
        Add-DatasetAnswer ds-1

        ([pscustomobject] @{ DatasetId = 'ds-1' } | Wait-CohereDataset).DatasetId | Should -Be 'ds-1'
    }

    It 'makes an error of a dataset that failed, with what the server says, and waits for the others' {
        Add-DatasetAnswer ds-1 failed @{ validation_error = 'line 7: field text is missing'; validation_warnings = @('line 9: empty') }
        Add-DatasetAnswer ds-2

        $datasets = 'ds-1', 'ds-2' | Wait-CohereDataset -PollingIntervalSec 0.1 -ErrorVariable problems -ErrorAction SilentlyContinue

        $datasets.DatasetId | Should -Be 'ds-2'
        $problems | Should -HaveCount 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.DatasetNotValid,*'
        "$($problems[0])" | Should -BeLike '*line 7*line 9*'
        $problems[0].TargetObject.ValidationStatus | Should -Be 'Failed'
    }

    It 'warns of what was noticed, and not of all of it' {
        Add-DatasetAnswer ds-1 validated @{ validation_warnings = @(1..8 | ForEach-Object { "row $_ was dropped" }) }

        $null = Wait-CohereDataset ds-1 -WarningVariable warnings -WarningAction SilentlyContinue

        $warnings | Should -HaveCount 6
        "$($warnings[0])" | Should -Be 'ds-1: row 1 was dropped'
        "$($warnings[5])" | Should -BeLike '*3 more*'
    }

    It 'endures failures that pass, and warns when they stay' {
        foreach ($status in 503, 500, 429) {
            $server.Enqueue([CohereShellTests.Answer] @{ Status = $status; Body = '{"message":"not now"}' })
        }

        Add-DatasetAnswer ds-1

        (Wait-CohereDataset ds-1 -PollingIntervalSec 0.1 -WarningVariable warnings -WarningAction SilentlyContinue).DatasetId | Should -Be 'ds-1'

        $warnings | Should -HaveCount 1
        $server.Requests | Should -HaveCount 4
    }

    It 'makes an error of a dataset that there is not, and waits for the others' {
        $server.Enqueue([CohereShellTests.Answer] @{ Status = 404; Body = '{"message":"no such dataset"}' })
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"dataset":{"id":"b","validation_status":"validated"}}' }

        $datasets = 'a', 'b' | Wait-CohereDataset -PollingIntervalSec 0.1 -ErrorVariable problems -ErrorAction SilentlyContinue

        $datasets | Should -HaveCount 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotFound,*'
        $server.Requests | Should -HaveCount 2
    }

    It 'refuses an id that leads elsewhere' {
        (Get-ErrorOf { Wait-CohereDataset usage }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'says for each dataset that is not done after -TimeoutSec how to go on' {
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"dataset":{"id":"x","validation_status":"processing"}}' }
        $waited = [System.Diagnostics.Stopwatch]::StartNew()

        $datasets = 'a', 'b' | Wait-CohereDataset -PollingIntervalSec 0.2 -TimeoutSec 1 -ErrorVariable problems -ErrorAction SilentlyContinue

        $datasets | Should -BeNullOrEmpty
        $waited.Elapsed.TotalSeconds | Should -BeLessThan 10
        $problems | Should -HaveCount 2
        $problems.ForEach({ $_.FullyQualifiedErrorId.Split(',')[0] }) | Should -Be (@('CohereShell.StillRunning') * 2)
        $problems[0].CategoryInfo.Category | Should -Be 'OperationTimeout'
        $problems[0].ErrorDetails.RecommendedAction | Should -BeLike '*Wait-CohereDataset -DatasetId a'
        "$($problems[1])" | Should -BeLike "*'b'*processing*"
        $problems[0].TargetObject.ValidationStatus | Should -Be 'Processing'
    }

    It 'ends a look that gets no answer when -TimeoutSec is over' {
        $server.Default = [CohereShellTests.Answer] @{ Hang = $true }

        $problem = Get-ErrorOf { Wait-CohereDataset a -TimeoutSec 1 }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.StillRunning,*'
        $problem.TargetObject | Should -Be 'a'
    }

    It 'ends with Ctrl+C between two looks, and stops nothing' {
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"dataset":{"id":"x","validation_status":"processing"}}' }
        $shell = Get-OtherPowerShell
        try {
            $null = $shell.AddScript('param($address) Connect-Cohere -BaseUri $address -ApiKey a-key-for-tests; Wait-CohereDataset x -PollingIntervalSec 600').AddArgument($server.BaseUri).BeginInvoke()
            Wait-Condition { $server.Requests.Count -eq 1 }
            $waited = [System.Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            $waited.Elapsed.TotalSeconds | Should -BeLessThan 5
            $server.Requests.Method | Should -Be 'GET'
        }
        finally {
            $shell.Runspace.Dispose()
            $shell.Dispose()
        }
    }

    It 'shows how far it is' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"dataset":{"id":"x","validation_status":"processing","dataset_parts":[{"id":"p","name":"p","num_rows":1200}]}}' })
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"dataset":{"id":"x","validation_status":"validated"}}' }
        $shell = Get-OtherPowerShell
        try {
            $null = $shell.AddScript('param($address) Connect-Cohere -BaseUri $address -ApiKey a-key-for-tests; Wait-CohereDataset x -PollingIntervalSec 0.1').AddArgument($server.BaseUri).Invoke()
            $shell.Streams.Progress.StatusDescription | Should -Contain 'processing, 1,200 rows'
            $shell.Streams.Progress[-1].RecordType | Should -Be 'Completed'
        }
        finally {
            $shell.Runspace.Dispose()
            $shell.Dispose()
        }
    }
}
