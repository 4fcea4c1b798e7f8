#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:server = Open-TestServer
    Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'
}

AfterAll {
    Restore-TestState
    $server.Dispose()
}

Describe 'Get-CohereFineTuningMetric' {
    BeforeEach { $server.Reset() }

    It 'lists all pages of each model' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"step_metrics":[{"step_number":1,"created_at":"2026-01-02T03:04:05Z","metrics":{"accuracy":0.5}}],"next_page_token":"next"}' })
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"step_metrics":[{"step_number":1,"created_at":"2026-01-02T03:04:05Z","metrics":{"accuracy":0.5}},{"step_number":1,"created_at":"2026-01-02T03:04:05Z","metrics":{"accuracy":0.5}}]}' })
        $server.Default = [CohereShellTests.Answer] @{ Body = '{}' }

        $found = 'm', 'n' | Get-CohereFineTuningMetric -WarningAction SilentlyContinue

        $found | Should -HaveCount 3
        $found | Should -BeOfType CohereShell.FineTuningMetric
        $found[0].ModelId | Should -Be 'm'
        $server.Requests[1].Target | Should -BeLike '/v1/finetuning/finetuned-models/m/training-step-metrics?*page_token=next'
        $server.Requests | Should -HaveCount 3
    }

    It 'has each metric as a property, for a table' {
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"step_metrics":[{"step_number":1,"created_at":"2026-01-02T03:04:05Z","metrics":{"accuracy":0.5}}]}' }

        (Get-CohereFineTuningMetric m).accuracy | Should -Be 0.5
    }

    It 'writes an error for a model that doesn''t exist, and continues' {
        $server.Enqueue([CohereShellTests.Answer] @{ Status = 404; Body = '{"message":"no such model"}' })
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"step_metrics":[{"step_number":1,"created_at":"2026-01-02T03:04:05Z","metrics":{"accuracy":0.5}}]}' }

        $found = 'x', 'm' | Get-CohereFineTuningMetric -ErrorVariable problems -ErrorAction SilentlyContinue

        @($found) | Should -HaveCount 1
        $problems[0].TargetObject | Should -Be 'x'
    }

    It 'ends with Ctrl+C' {
        Assert-EndedByCtrlC $server 'Get-CohereFineTuningMetric m'
    }
}
