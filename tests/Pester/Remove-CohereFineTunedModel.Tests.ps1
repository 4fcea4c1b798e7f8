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

Describe 'Remove-CohereFineTunedModel' {
    BeforeEach {
        $server.Reset()
        $server.Default = [CohereShellTests.Answer] @{ Body = '{}' }
    }

    It 'deletes each of the pipeline' {
        'a', 'b' | Remove-CohereFineTunedModel -Confirm:$false

        $server.Requests.Method | Should -Be 'DELETE', 'DELETE'
        $server.Requests.Target | Should -Be '/v1/finetuning/finetuned-models/a', '/v1/finetuning/finetuned-models/b'
    }

    It 'deletes nothing with -WhatIf' {
        Remove-CohereFineTunedModel a -WhatIf
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'writes an error for a model that doesn''t exist, and continues' {
        $server.Enqueue([CohereShellTests.Answer] @{ Status = 404; Body = '{"message":"no such model"}' })

        'a', 'b' | Remove-CohereFineTunedModel -Confirm:$false -ErrorVariable problems -ErrorAction SilentlyContinue

        $problems[0].TargetObject | Should -Be 'a'
        $server.Requests | Should -HaveCount 2
    }

    It 'ends with Ctrl+C' {
        Assert-EndedByCtrlC $server 'Remove-CohereFineTunedModel a -Confirm:$false'
    }
}
