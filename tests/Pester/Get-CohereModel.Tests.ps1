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

Describe 'Get-CohereModel' {
    BeforeEach { $server.Reset() }

    It 'lists the models' {
        $models = Get-CohereModel

        $models | ForEach-Object { $_ | Should -BeOfType CohereShell.CohereModel }
        $models.Name | Should -Be 'echo-large', 'echo-small', 'echo-embed'
        $models.Model | Should -Be $models.Name
        $models[1].Endpoints | Should -Be 'chat', 'generate'
        $models[0].ContextLength | Should -Be 128000
        "$($models[0])" | Should -Be 'echo-large'
    }

    It 'makes calls with a deprecated model warn, once and without another call' {
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'
        $chat = '{"id":"1","finish_reason":"COMPLETE","message":{"role":"assistant","content":[{"type":"text","text":"x"}]}}'
        $server.Enqueue([CohereShellTests.Answer] @{ Body = $chat })
        $null = Invoke-CohereChat 'x' -Model 'old' -WarningVariable before
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"models":[{"name":"old","is_deprecated":true,"endpoints":["chat"]}]}' })
        $null = Get-CohereModel
        1..2 | ForEach-Object { $server.Enqueue([CohereShellTests.Answer] @{ Body = $chat }) }
        $null = Invoke-CohereChat 'x' -Model 'old' -WarningVariable first -WarningAction SilentlyContinue
        $null = Invoke-CohereChat 'x' -Model 'old' -WarningVariable second -WarningAction SilentlyContinue

        $before | Should -BeNullOrEmpty
        "$first" | Should -BeLike 'The model old is deprecated.*'
        $second | Should -BeNullOrEmpty
        $server.Requests | Should -HaveCount 4
    }

    It 'gives empty lists for what the service leaves out' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"models":[{"name":"bare","features":null}]}' })

        $model = Get-CohereModel

        foreach ($name in 'Endpoints', 'Features', 'DefaultEndpoints') {
            $null -eq $model.$name | Should -BeFalse -Because $name
            $model.$name.Count | Should -Be 0
        }

        $model | Out-String | Should -BeLike '*bare*'
    }

    It 'reads page after page' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"models":[{"name":"a"}],"next_page_token":"p 2"}' })
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"models":[{"name":"b"}],"next_page_token":""}' })

        (Get-CohereModel).Name | Should -Be 'a', 'b'

        $server.Requests | Should -HaveCount 2
        $server.LastRequest.Target | Should -BeLike '*page_token=p%202*'
    }

    It 'does not ask for the next page when Select-Object -First has enough' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"models":[{"name":"a"}],"next_page_token":"2"}' })

        (Get-CohereModel | Select-Object -First 1).Name | Should -Be 'a'

        $server.Requests | Should -HaveCount 1
    }

    It 'asks the server to filter by -Endpoint and -Default' {
        $null = Get-CohereModel -Endpoint Rerank -Default

        $server.LastRequest.Target | Should -BeLike '*endpoint=rerank*'
        $server.LastRequest.Target | Should -BeLike '*default_only=true*'
    }

    It 'refuses -Default without -Endpoint, before a call is spent' {
        $problem = Get-ErrorOf { Get-CohereModel -Default }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
        $problem.ErrorDetails.RecommendedAction | Should -BeLike '*-Endpoint*'
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'gets one model by its name' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"name":"my/model","endpoints":["chat"],"finetuned":true,"sampling_defaults":{"temperature":0.3,"k":0,"p":0.75}}' })

        $model = Get-CohereModel 'my/model'

        $model.Name | Should -Be 'my/model'
        $model.IsFineTuned | Should -BeTrue
        $model.SamplingDefaults.P | Should -Be 0.75
        $server.LastRequest.Target | Should -Be '/v1/models/my%2Fmodel'
    }

    It 'finds models by wildcard' {
        (Get-CohereModel '*-small', 'ECHO-E*').Name | Should -Be 'echo-small', 'echo-embed'
    }

    It 'takes names from the pipeline, as strings and as a property' {
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"name":"found"}' }

        $null = 'a', 'b' | Get-CohereModel
        $null = [pscustomobject] @{ Model = 'c' } | Get-CohereModel

        $server.Requests.Target | Should -Be '/v1/models/a', '/v1/models/b', '/v1/models/c'
    }

    It 'writes an error for a model that doesn''t exist, and continues with the others' {
        $server.Enqueue([CohereShellTests.Answer] @{ Status = 404; Body = '{"message":"model not found"}' })
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"name":"b"}' })

        $models = Get-CohereModel 'a', 'b' -ErrorVariable problems -ErrorAction SilentlyContinue

        $models.Name | Should -Be 'b'
        $problems | Should -HaveCount 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotFound,*'
        $problems[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $problems[0].TargetObject | Should -Be 'a'
    }

    It 'gives the models of the emulator, which are more than one page of the default size' {
        $emulator = Start-CohereEmulator
        $session = Connect-CohereElsewhere $emulator.BaseUri

        (Get-CohereModel -Session $session).Count | Should -BeGreaterThan 20
        (Get-CohereModel -Session $session -Endpoint Chat -Default).Name | Should -Be 'command-a-03-2025'
        (Get-CohereModel 'embed-v4.0' -Session $session).Endpoints | Should -Contain 'embed'
        (Get-ErrorOf { Get-CohereModel 'no-such-model' -Session $session }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotFound,*'
        Stop-CohereEmulator $emulator
    }

    It 'ends with Ctrl+C' {
        Assert-EndedByCtrlC -Server $server -Script 'Get-CohereModel'
    }

    It 'completes -Endpoint' {
        (Get-TabCompletion 'Get-CohereModel -Endpoint Re').CompletionText | Should -Be 'Rerank'
    }
}
