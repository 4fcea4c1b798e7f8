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

Describe 'Get-CohereFineTuningEvent' {
    BeforeEach { $server.Reset() }

    It 'lists all pages of each model' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"events":[{"status":"STATUS_READY","created_at":"2026-01-02T03:04:05Z","user_id":"u"}],"next_page_token":"next"}' })
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"events":[{"status":"STATUS_READY","created_at":"2026-01-02T03:04:05Z","user_id":"u"},{"status":"STATUS_READY","created_at":"2026-01-02T03:04:05Z","user_id":"u"}]}' })
        $server.Default = [CohereShellTests.Answer] @{ Body = '{}' }

        $found = 'm', 'n' | Get-CohereFineTuningEvent -WarningAction SilentlyContinue

        $found | Should -HaveCount 3
        $found | Should -BeOfType CohereShell.FineTuningEvent
        $found[0].ModelId | Should -Be 'm'
        $server.Requests[1].Target | Should -BeLike '/v1/finetuning/finetuned-models/m/events?*page_token=next'
        $server.Requests | Should -HaveCount 3
    }

    It 'writes an error for a model that doesn''t exist, and continues' {
        $server.Enqueue([CohereShellTests.Answer] @{ Status = 404; Body = '{"message":"no such model"}' })
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"events":[{"status":"STATUS_READY","created_at":"2026-01-02T03:04:05Z","user_id":"u"}]}' }

        $found = 'x', 'm' | Get-CohereFineTuningEvent -ErrorVariable problems -ErrorAction SilentlyContinue

        @($found) | Should -HaveCount 1
        $problems[0].TargetObject | Should -Be 'x'
    }

    It 'ends with Ctrl+C' {
        Assert-EndedByCtrlC $server 'Get-CohereFineTuningEvent m'
    }
}
