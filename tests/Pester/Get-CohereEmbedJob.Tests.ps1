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

Describe 'Get-CohereEmbedJob' {
    BeforeEach { $server.Reset() }

    It 'gets one by its id, from the pipeline and by property name' {
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"job_id":"a","status":"complete"}' }

        $found = Get-CohereEmbedJob a

        $found | Should -BeOfType CohereShell.EmbedJob
        $found.JobId | Should -Be 'a'
        @('a', 'b' | Get-CohereEmbedJob) | Should -HaveCount 2
        @([pscustomobject] @{ JobId = 'c' } | Get-CohereEmbedJob) | Should -HaveCount 1
        $server.Requests.Target | Should -Be '/v1/embed-jobs/a', '/v1/embed-jobs/a', '/v1/embed-jobs/b', '/v1/embed-jobs/c'
    }

    It 'lists those of a status' {
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"embed_jobs":[{"job_id":"a","name":"nightly","status":"complete"}]}' }

        @(Get-CohereEmbedJob -Status Complete) | Should -HaveCount 1
        Get-CohereEmbedJob -Status Failed | Should -BeNullOrEmpty
    }

    It 'makes an error of an id that there is not, and goes on' {
        $server.Enqueue([CohereShellTests.Answer] @{ Status = 404; Body = '{"message":"no such thing"}' })
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"job_id":"a","status":"complete"}' }

        $found = 'x', 'a' | Get-CohereEmbedJob -ErrorVariable problems -ErrorAction SilentlyContinue

        $found | Should -HaveCount 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotFound,*'
        $problems[0].TargetObject | Should -Be 'x'
    }

    It 'completes ids, with names as tool tips' {
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"embed_jobs":[{"job_id":"a","name":"nightly","status":"complete"}]}' }

        $match = Get-TabCompletion 'Get-CohereEmbedJob -JobId '

        $match.CompletionText | Should -Contain 'a'
        $match.ToolTip | Should -BeLike 'nightly;*'
    }

    It 'ends with Ctrl+C' {
        Assert-EndedByCtrlC $server 'Get-CohereEmbedJob'
    }
}
