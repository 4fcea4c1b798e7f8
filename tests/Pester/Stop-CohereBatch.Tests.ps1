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

Describe 'Stop-CohereBatch' {
    BeforeEach {
        $server.Reset()
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"batch":{"id":"a","status":"BATCH_STATUS_CANCELING"}}' }
    }

    It 'cancels each of the pipeline, and puts out nothing' {
        'a', 'b' | Stop-CohereBatch | Should -BeNullOrEmpty

        $server.Requests.Target | Should -Be '/v2/batches/a:cancel', '/v2/batches/b:cancel'
        $server.Requests.Method | Should -Be 'POST', 'POST'
    }

    It 'puts out each as it stands then with -PassThru' {
        ([pscustomobject] @{ BatchId = 'a' } | Stop-CohereBatch -PassThru).BatchId | Should -Be 'a'

        $server.Requests.Target | Should -Be '/v2/batches/a:cancel', '/v2/batches/a'
    }

    It 'cancels nothing with -WhatIf' {
        Stop-CohereBatch a -WhatIf

        $server.Requests | Should -BeNullOrEmpty
    }

    It 'makes an error of one that cannot be cancelled, and goes on' {
        $server.Enqueue([CohereShellTests.Answer] @{ Status = 400; Body = '{"message":"it is done"}' })

        'a', 'b' | Stop-CohereBatch -ErrorVariable problems -ErrorAction SilentlyContinue

        $problems | Should -HaveCount 1
        $problems[0].TargetObject | Should -Be 'a'
        $server.Requests | Should -HaveCount 2
    }

    It 'refuses an id that leads elsewhere' {
        (Get-ErrorOf { Stop-CohereBatch '..' }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'ends with Ctrl+C' {
        Assert-EndedByCtrlC $server 'Stop-CohereBatch a'
    }
}
