#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

Describe 'Wait-CohereDataset' -ForEach @{
    Waiter = 'Wait-CohereDataset'
    Id = 'DatasetId'
    Type = 'CohereShell.Dataset'
    Path = '/v1/datasets'
    Answer = '{{"dataset":{{"id":"{0}","validation_status":"{1}","dataset_parts":[{{"id":"p","name":"p","num_rows":1200}}]}}}}'
    Running = 'processing'
    Done = 'validated'
    Failed = 'failed'
    ErrorId = 'CohereShell.DatasetNotValid'
    Said = 'processing, 1,200 rows'
    Plural = 'datasets'
    Percent = -1
} {
    . $PSScriptRoot/Waiting.ps1
}

Describe 'Wait-CohereDataset and what the service says of datasets' {
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

    BeforeEach { $server.Reset() }

    It 'returns a validated dataset at once, without a call' {
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

    It 'waits for all datasets of the pipeline together, and outputs each when it is done' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"dataset":{"id":"a","validation_status":"processing"}}'; DelayMs = 100 })
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"dataset":{"id":"done","validation_status":"validated"}}'; DelayMs = 100 }

        $server.Gather = 2
        $datasets = 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'b' | Wait-CohereDataset -PollingIntervalSec 0.1

        $datasets | Should -HaveCount 10
        $server.Requests | Should -HaveCount 11
        $server.MostInFlight | Should -BeGreaterThan 1
    }

    It 'writes an error for a dataset that failed, with what the server says, and waits for the others' {
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

    It 'refuses an id that leads elsewhere' {
        (Get-ErrorOf { Wait-CohereDataset usage }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'ends a look that gets no answer when -TimeoutSec is over' {
        $server.Default = [CohereShellTests.Answer] @{ Hang = $true }

        $problem = Get-ErrorOf { Wait-CohereDataset a -TimeoutSec 1 }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.StillRunning,*'
        $problem.TargetObject | Should -Be 'a'
    }
}
