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

Describe 'Set-CohereFineTunedModel' {
    BeforeEach {
        $server.Reset()
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"finetuned_model":{"id":"m","name":"old","status":"STATUS_READY","settings":{"base_model":{"base_type":"BASE_TYPE_CHAT"},"dataset_id":"d","hyperparameters":{"train_epochs":2}}}}' }
    }

    It 'changes what was given, and sends the rest along' {
        Set-CohereFineTunedModel m new -LearningRate 0.5 -WarningAction SilentlyContinue | Should -BeNullOrEmpty

        $server.Requests.Method | Should -Be 'GET', 'PATCH'
        $body = ConvertFrom-Json -AsHashtable -InputObject $server.LastRequest.Body
        $body.name | Should -Be 'new'
        $body.settings.dataset_id | Should -Be 'd'
        $body.settings.hyperparameters.train_epochs | Should -Be 2
        $body.settings.hyperparameters.learning_rate | Should -Be 0.5
    }

    It 'returns the model with -PassThru' {
        ([pscustomobject] @{ ModelId = 'm' } | Set-CohereFineTunedModel -Name new -PassThru).ModelId | Should -Be 'm'
    }

    It 'refuses to change nothing' {
        (Get-ErrorOf { Set-CohereFineTunedModel m }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'changes nothing with -WhatIf' {
        Set-CohereFineTunedModel m new -WhatIf
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'writes an error for a model that doesn''t exist' {
        $server.Default = [CohereShellTests.Answer] @{ Status = 404; Body = '{"message":"no such model"}' }
        (Get-ErrorOf { Set-CohereFineTunedModel m new }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotFound,*'
    }

    It 'ends with Ctrl+C' {
        Assert-EndedByCtrlC $server 'Set-CohereFineTunedModel m new'
    }
}
