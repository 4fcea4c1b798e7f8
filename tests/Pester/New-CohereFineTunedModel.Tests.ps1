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

Describe 'New-CohereFineTunedModel' {
    BeforeEach {
        $server.Reset()
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"finetuned_model":{"id":"m","name":"old","status":"STATUS_READY","settings":{"base_model":{"base_type":"BASE_TYPE_CHAT"},"dataset_id":"d","hyperparameters":{"train_epochs":2}}}}' }
    }

    It 'sends the request, and returns the model' {
        $model = [pscustomobject] @{ DatasetId = 'd' } | New-CohereFineTunedModel mine Chat -TrainEpochs 3 -LearningRate 0.01 -WarningAction SilentlyContinue

        $model | Should -BeOfType CohereShell.FineTunedModel
        $model.ModelId | Should -Be 'm'
        $body = Get-SentBody $server
        $body.name | Should -Be 'mine'
        $body.settings.dataset_id | Should -Be 'd'
        $body.settings.base_model.base_type | Should -Be 'BASE_TYPE_CHAT'
        $body.settings.hyperparameters.train_epochs | Should -Be 3
    }

    It 'says once in a session that fine-tuning is retired' {
        $session = Connect-CohereElsewhere $server.BaseUri
        $null = New-CohereFineTunedModel a Chat d -Session $session -WarningVariable first -WarningAction SilentlyContinue
        $null = New-CohereFineTunedModel b Chat d -Session $session -WarningVariable second -WarningAction SilentlyContinue
        $null = Get-CohereFineTunedModel m -Session $session -WarningVariable third -WarningAction SilentlyContinue

        $first | Should -HaveCount 1
        "$first" | Should -BeLike '*retired*'
        $second | Should -BeNullOrEmpty
        $third | Should -BeNullOrEmpty
    }

    It 'trains nothing with -WhatIf' {
        New-CohereFineTunedModel mine Chat d -WhatIf
        # The size of the dataset is read for the cost.
        $server.Requests | ForEach-Object { "$($_.Method) $($_.Target)" } | Should -BeExactly 'GET /v1/datasets/d'
    }

    It 'is not sent twice' {
        $server.Default = [CohereShellTests.Answer] @{ Status = 500; Body = '{"message":"broken"}' }

        (Get-ErrorOf { New-CohereFineTunedModel mine Chat d }).TargetObject | Should -Be 'd'
        $server.Requests | Should -HaveCount 1
    }

    It 'completes models that can be fine-tuned for the purpose' {
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"models":[{"name":"command-x","endpoints":["chat"]},{"name":"mine","endpoints":["chat"],"finetuned":true},{"name":"embed-english-v3.0","endpoints":["embed","classify"]},{"name":"embed-v4.0","endpoints":["embed"]},{"name":"embed-v9","endpoints":["embed"]},{"name":"rerank-x","endpoints":["rerank"]},{"name":"parse-v5.0"}]}' }
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -MaxRetryCount 0

        (Get-TabCompletion 'New-CohereFineTunedModel mine Rerank d -BaseModel ').CompletionText | Should -Be 'rerank-x'
        (Get-TabCompletion 'New-CohereFineTunedModel mine -BaseModel ').CompletionText | Should -Be 'command-x'
    }

    It 'ends with Ctrl+C' {
        Assert-EndedByCtrlC $server 'New-CohereFineTunedModel mine Chat d'
    }
}
