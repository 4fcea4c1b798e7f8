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

Describe 'Get-CohereBatch' {
    BeforeEach { $server.Reset() }

    It 'gets one by its id, from the pipeline and by property name' {
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"batch":{"id":"a","status":"BATCH_STATUS_COMPLETED"}}' }

        $found = Get-CohereBatch a

        $found | Should -BeOfType CohereShell.Batch
        $found.BatchId | Should -Be 'a'
        @('a', 'b' | Get-CohereBatch) | Should -HaveCount 2
        @([pscustomobject] @{ BatchId = 'c' } | Get-CohereBatch) | Should -HaveCount 1
        $server.Requests.Target | Should -Be '/v2/batches/a', '/v2/batches/a', '/v2/batches/b', '/v2/batches/c'
    }

    It 'lists all pages' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"batches":[{"id":"a","name":"nightly","status":"BATCH_STATUS_COMPLETED"}],"next_page_token":"next"}' })
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"batches":[{"id":"b","status":"BATCH_STATUS_QUEUED"}]}' })

        $found = Get-CohereBatch

        $found.BatchId | Should -Be 'a', 'b'
        $server.Requests.Target[1] | Should -BeLike '*page_token=next'
    }

    It 'lists those of a status' {
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"batches":[{"id":"a","name":"nightly","status":"BATCH_STATUS_COMPLETED"}]}' }

        @(Get-CohereBatch -Status Completed) | Should -HaveCount 1
        Get-CohereBatch -Status Failed | Should -BeNullOrEmpty
    }

    It 'makes an error of an id that there is not, and goes on' {
        $server.Enqueue([CohereShellTests.Answer] @{ Status = 404; Body = '{"message":"no such thing"}' })
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"batch":{"id":"a","status":"BATCH_STATUS_COMPLETED"}}' }

        $found = 'x', 'a' | Get-CohereBatch -ErrorVariable problems -ErrorAction SilentlyContinue

        $found | Should -HaveCount 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotFound,*'
        $problems[0].TargetObject | Should -Be 'x'
    }

    It 'completes ids, with names as tool tips' {
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"batches":[{"id":"a","name":"nightly","status":"BATCH_STATUS_COMPLETED"}]}' }

        $match = Get-TabCompletion 'Get-CohereBatch -BatchId '

        $match.CompletionText | Should -Contain 'a'
        $match.ToolTip | Should -BeLike 'nightly;*'
    }

    It 'ends with Ctrl+C' {
        Assert-EndedByCtrlC $server 'Get-CohereBatch'
    }
}

Describe 'Get-CohereBatch where there are many pages' {
    It 'puts out each of 250 batches once' {
        $emulator = Start-CohereEmulator -JobDurationMs 0
        Connect-Cohere -BaseUri $emulator.BaseUri -ApiKey 'a-key-for-tests'
        $first = 'one' | Start-CohereBatch -Model command-a-03-2025
        $others = foreach ($number in 2..250) { Start-CohereBatch $first.InputDatasetId -Model command-a-03-2025 }

        $found = Get-CohereBatch

        $found | Should -HaveCount 250
        Compare-Object $found.BatchId (@($first) + $others).BatchId | Should -BeNullOrEmpty
    }
}
