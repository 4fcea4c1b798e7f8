#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeDiscovery {
    . $PSScriptRoot/Common.ps1
    # The cmdlets that accept ids, and the types whose objects fit.
    $parameters = @{ DatasetId = 'Dataset'; BatchId = 'Batch'; JobId = 'EmbedJob'; ModelId = 'FineTunedModel' }
    $types = 'Dataset', 'Batch', 'EmbedJob', 'FineTunedModel', 'CohereModel', 'ChatResponse', 'Embedding', 'RerankResult', 'TokenizedText'
    $script:pairs = foreach ($command in Get-Command -Module CohereShell -CommandType Cmdlet) {
        foreach ($parameter in $parameters.Keys.Where({ $command.Parameters.ContainsKey($_) })) {
            if ($command.Parameters[$parameter].Attributes.Where({ $_.ValueFromPipeline })) {
                foreach ($type in $types) {
                    @{ Cmdlet = $command.Name; Parameter = $parameter; Type = $type; Fits = $parameters[$parameter] -eq $type }
                }
            }
        }
    }
}

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:server = Open-TestServer
    Connect-Cohere -ApiKey 'test' -BaseUri $server.BaseUri -MaxRetryCount 0

    # One object of each type, whose id and other texts can't be confused.
    $script:objects = @{}
    $session = Connect-Cohere -Emulator -PassThru
    $objects.ChatResponse = Invoke-CohereChat 'a question' -Session $session
    $objects.Embedding = New-CohereEmbedding 'text' -Session $session
    $objects.RerankResult = 'text' | Invoke-CohereRerank 'text' -Session $session
    $objects.TokenizedText = 'text' | ConvertTo-CohereToken -Session $session
    $objects.CohereModel = Get-CohereModel command-a-03-2025 -Session $session
    $objects.Dataset = @{ text = 'a' } | New-CohereDataset -Name 'tickets' -Type embed-input -Session $session | Wait-CohereDataset -Session $session
    $objects.EmbedJob = $objects.Dataset | Start-CohereEmbedJob -Session $session
    $objects.Batch = 'What?' | Start-CohereBatch -Model command-a-03-2025 -Session $session
    Connect-Cohere -ApiKey 'test' -BaseUri $server.BaseUri -MaxRetryCount 0
    $server.Default = [CohereShellTests.Answer]@{ Body = '{"finetuned_model":{"id":"tuned-1","name":"tickets","status":"STATUS_READY","settings":{"base_model":{"base_type":"BASE_TYPE_CHAT"},"dataset_id":"d"}}}' }
    $objects.FineTunedModel = Get-CohereFineTunedModel tuned-1 -WarningAction SilentlyContinue
    $server.Default = [CohereShellTests.Answer]@{ Status = 404; Body = '{"message":"not found"}' }
}

AfterAll {
    $server.Dispose()
    Restore-TestState
}

Describe 'Ids from the pipeline' {
    It '<Cmdlet> -<Parameter> takes <Type>: <Fits>' -ForEach $pairs {
        $server.Reset()
        $server.Default = [CohereShellTests.Answer]@{ Status = 404; Body = '{"message":"not found"}' }
        $more = @{}
        if ($Cmdlet -eq 'New-CohereFineTunedModel') {
            $more = @{ Name = 'n'; BaseType = 'Chat' }
        }

        if ($Cmdlet -eq 'Set-CohereFineTunedModel') {
            $more = @{ Name = 'n' }
        }

        if ($Cmdlet -eq 'Export-CohereDataset') {
            $more = @{ Path = Join-Path $TestDrive 'rows.jsonl' }
        }

        if ($Cmdlet -match '^(New|Remove|Set|Stop)') {
            $more.Confirm = $false
        }

        $objects[$Type] | & $Cmdlet @more -ErrorVariable problems -ErrorAction SilentlyContinue -WarningAction SilentlyContinue | Out-Null
        if ($Fits) {
            $problems.Where({ $_.FullyQualifiedErrorId -like 'InputObjectNotBound*' -or $_.FullyQualifiedErrorId -like 'ParameterArgumentTransformationError*' }) | Should -BeNullOrEmpty
        }
        else {
            $problems | Should -Not -BeNullOrEmpty
            $server.Requests | Should -BeNullOrEmpty -Because 'nothing may be sent with an id of something else'
        }
    }

    It 'takes strings and objects with the property' {
        $server.Reset()
        $server.Default = [CohereShellTests.Answer]@{ Status = 404; Body = '{"message":"not found"}' }
        'one', [pscustomobject]@{ DatasetId = 'two' } | Get-CohereDataset -ErrorAction SilentlyContinue
        Get-CohereDataset 'three', 'four' -ErrorAction SilentlyContinue
        $server.Requests.Target | Should -Be '/v1/datasets/one', '/v1/datasets/two', '/v1/datasets/three', '/v1/datasets/four'
    }

    It 'refuses the wrong object as an argument, and says what fits' {
        { Remove-CohereDataset -DatasetId $objects.Batch -Confirm:$false } | Should -Throw '*A Batch*DatasetId*Dataset*'
    }

    It 'does not take the name of a job for the name of a model' {
        $server.Reset()
        $server.Default = [CohereShellTests.Answer]@{ Body = '{"name":"command-a-03-2025","endpoints":["chat"]}' }
        $null = $objects.Batch, $objects.EmbedJob, $objects.ChatResponse, $objects.CohereModel | Get-CohereModel
        $server.Requests.Target | Should -Be '/v1/models/command-a-03-2025', '/v1/models/embed-multilingual-v3.0', '/v1/models/command-a-03-2025', '/v1/models/command-a-03-2025'
        Get-ErrorOf { $objects.Dataset | Get-CohereModel } | Should -Not -BeNullOrEmpty
    }
}

Describe 'The column Model of a user''s rows' {
    It 'is data, and not the model, for <_>' -ForEach 'Invoke-CohereRerank', 'New-CohereEmbedding', 'Invoke-CohereChat' {
        # A list of computers has such a column too.
        (Get-Command $_).Parameters['Model'].Attributes.Where({ $_ -is [Parameter] }).ValueFromPipelineByPropertyName | Should -Not -Contain $true
    }
}
