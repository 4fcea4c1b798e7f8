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

Describe 'Start-CohereEmbedJob' {
    BeforeEach {
        $server.Reset()
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"job_id":"j"}' }
    }

    It 'sends the request, and returns the job' {
        $job = [pscustomobject] @{ DatasetId = 'd' } | Start-CohereEmbedJob -Model embed-english-v3.0 -InputType SearchQuery -EmbeddingType Float, Int8 -Truncate Start -Name nightly

        $job | Should -BeOfType CohereShell.EmbedJob
        "$($job.JobId) $($job.InputDatasetId) $($job.Name)" | Should -Be 'j d nightly'
        $body = Get-SentBody $server
        $body.dataset_id | Should -Be 'd'
        $body.embedding_types | Should -Be 'float', 'int8'
        "$($body.model) $($body.input_type) $($body.truncate)" | Should -Be 'embed-english-v3.0 search_query START'
    }

    It 'starts nothing with -WhatIf' {
        'd' | Start-CohereEmbedJob -WhatIf
        # The size of the dataset is read for the cost.
        $server.Requests | ForEach-Object { "$($_.Method) $($_.Target)" } | Should -BeExactly 'GET /v1/datasets/d'
    }

    It 'writes an error for a dataset that is refused, and continues' {
        $server.Enqueue([CohereShellTests.Answer] @{ Status = 404; Body = '{"message":"no such dataset"}' })

        $jobs = 'x', 'd' | Start-CohereEmbedJob -ErrorVariable problems -ErrorAction SilentlyContinue

        $jobs | Should -HaveCount 1
        $problems[0].TargetObject | Should -Be 'x'
    }

    It 'is not sent twice' {
        $server.Default = [CohereShellTests.Answer] @{ Status = 500; Body = '{"message":"broken"}' }

        (Get-ErrorOf { Start-CohereEmbedJob d }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.ServerError,*'
        $server.Requests | Should -HaveCount 1
    }

    It 'refuses what -AdditionalProperty would hide' {
        (Get-ErrorOf { Start-CohereEmbedJob d -AdditionalProperty @{ dataset_id = 'e' } }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
    }

    It 'completes only models that a job can use' {
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"models":[{"name":"command-x","endpoints":["chat"]},{"name":"mine","endpoints":["chat"],"finetuned":true},{"name":"embed-english-v3.0","endpoints":["embed","classify"]},{"name":"embed-v4.0","endpoints":["embed"]},{"name":"embed-v9","endpoints":["embed"]},{"name":"rerank-x","endpoints":["rerank"]},{"name":"parse-v5.0"}]}' }
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -MaxRetryCount 0

        (Get-TabCompletion 'Start-CohereEmbedJob d -Model ').CompletionText | Should -Be 'embed-english-v3.0', 'embed-v4.0'
    }

    It 'ends with Ctrl+C' {
        Assert-EndedByCtrlC $server 'Start-CohereEmbedJob d'
    }
}
