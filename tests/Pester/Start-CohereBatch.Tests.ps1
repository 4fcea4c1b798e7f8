#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
    Connect-Cohere -Emulator -WarningAction SilentlyContinue
}

AfterAll {
    Restore-TestState
}

Describe 'Start-CohereBatch' {
    BeforeAll {
        function Get-Request($Batch) { @(Export-CohereDataset $Batch.InputDatasetId) }
    }

    It 'makes requests of chosen properties, with ids, a prompt and a system message' {
        $tickets = 1..2 | ForEach-Object { [pscustomobject] @{ Id = "T-$_"; Subject = "Printer $_"; Body = 'It does not print' } }

        $batch = $tickets | Start-CohereBatch -Model command-a-03-2025 -Property Subject, Body -IdProperty Id -Prompt 'Which team?' -SystemMessage 'Be brief.' -Body @{ max_tokens = 20 }

        $batch | Should -BeOfType CohereShell.Batch
        $batch.RecordCount | Should -Be 2
        $rows = Get-Request $batch
        $rows.custom_id | Should -Be 'T-1', 'T-2'
        $rows[0].body.messages.role | Should -Be 'system', 'user'
        $rows[0].body.messages[1].content | Should -Be "Which team?`n`nSubject: Printer 1`nBody: It does not print"
        $rows[0].body.max_tokens | Should -Be 20
    }

    It 'numbers texts, and knows by the model that they are to be embedded' {
        $rows = Get-Request ('one', 'two' | Start-CohereBatch -Model embed-v4.0 -InputType SearchQuery)

        $rows.custom_id | Should -Be '0', '1'
        $rows[1].body.texts | Should -Be 'two'
        $rows[0].body.input_type | Should -Be 'search_query'
    }

    It 'takes messages, bodies and whole requests' {
        $rows = Get-Request (& {
                New-CohereChatMessage 'one'
                @{ role = 'user'; content = 'two' }
                [pscustomobject] @{ messages = @(@{ role = 'user'; content = 'three' }) }
                @{ custom_id = 'mine'; body = @{ messages = @(@{ role = 'user'; content = 'four' }) } }
            } | Start-CohereBatch -Model command-a-03-2025 -SystemMessage 'Be brief.')

        $rows.custom_id | Should -Be '0', '1', '2', 'mine'
        $rows.ForEach({ $_.body.messages[-1].content }) | Should -Be 'one', 'two', 'three', 'four'
        $rows.ForEach({ $_.body.messages[0].role }) | Should -Be (@('system') * 4)
    }

    It 'takes files of requests and of plain rows, a batch for each' {
        Set-Content (Join-Path $TestDrive 'a.jsonl') '{"custom_id":"x","body":{"messages":[{"role":"user","content":"one"}]}}', '', '{"subject":"plain"}'
        Set-Content (Join-Path $TestDrive 'b.jsonl') '{"custom_id":"y","text":"two"}'

        $batches = Get-ChildItem (Join-Path $TestDrive '*.jsonl') | Start-CohereBatch -Model command-a-03-2025

        $batches.Name | Should -Be 'a', 'b'
        (Get-Request $batches[0]).custom_id | Should -Be 'x', '1'
        (Get-Request $batches[1]).custom_id | Should -Be 'y'
        (Start-CohereBatch -Path (Join-Path $TestDrive 'a.jsonl') -Model command-a-03-2025 -Name other).Name | Should -Be 'other'
    }

    It 'starts from a dataset, by its id and from the output of Wait-CohereDataset' {
        $dataset = @{ custom_id = '1'; body = @{ messages = @(@{ role = 'user'; content = 'What is AD?' }) } } |
            New-CohereDataset -Type batch-chat-v2-input -Name questions | Wait-CohereDataset -PollingIntervalSec 0.1

        ($dataset | Start-CohereBatch -Model command-a-03-2025).InputDatasetId | Should -Be $dataset.DatasetId
        (Start-CohereBatch $dataset.DatasetId -Model command-a-03-2025).InputDatasetId | Should -Be $dataset.DatasetId
    }

    It 'takes a row with a column DatasetId as a row if it has a question' {
        $batch = [pscustomobject] @{ Id = 'x'; DatasetId = 'old'; Name = 'Tickets' } | Start-CohereBatch -Prompt 'What is {Name}?' -IdProperty Id -Model command-a-03-2025

        (Get-Request $batch).custom_id | Should -Be 'x'
        (Get-Request $batch).body.messages[0].content | Should -Be 'What is Tickets?'
    }

    It 'does not take a copy of a dataset as a row' {
        $dataset = @{ custom_id = '1'; body = @{ messages = @(@{ role = 'user'; content = 'What is AD?' }) } } |
            New-CohereDataset -Type batch-chat-v2-input -Name questions | Wait-CohereDataset -PollingIntervalSec 0.1
        $copy = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($dataset))

        { $copy | Start-CohereBatch -Prompt 'What is {Name}?' -Model command-a-03-2025 } | Should -Throw -ErrorId 'CohereShell.InvalidCombination,*'
    }

    It 'writes an error for each that can be no request, and starts with the others' {
        $batch = @{ Id = 1; a = 'x' }, @{ a = 'y' }, @{ Id = 1; a = 'z' }, @{ Id = 2; a = 'u' } |
            Start-CohereBatch -Model command-a-03-2025 -IdProperty Id -ErrorVariable problems -ErrorAction SilentlyContinue

        $batch.RecordCount | Should -Be 2
        $problems | Should -HaveCount 2
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotADatasetRow,*'
    }

    It 'reads rows with half of a surrogate pair' {
        $path = Join-Path $TestDrive 'half.jsonl'
        Set-Content $path '{"text":"one \ud83d"}', '{"custom_id":"y","text":"two \udc1b"}'

        $batch = Start-CohereBatch -Path $path -Model command-a-03-2025

        (Get-CohereDataset $batch.InputDatasetId).RowCount | Should -Be 2
    }

    It 'names the line of a file that isn''t JSON' {
        $path = Join-Path $TestDrive 'bad.jsonl'
        Set-Content $path '{"text":"good"}', 'bad'

        $batch = Start-CohereBatch -Path $path -Model command-a-03-2025 -ErrorVariable problems -ErrorAction SilentlyContinue

        $batch.RecordCount | Should -Be 1
        "$($problems[0])" | Should -BeLike '*line 2*'
    }

    It 'has the chat model of the session for rows, as Invoke-CohereChat does, so that one word changes' {
        $rows = 1..2 | ForEach-Object { [pscustomobject] @{ Id = "T-$_"; Subject = "Printer $_" } }

        $answers = $rows | Invoke-CohereChat -Prompt 'Which team? {Subject}' -IdProperty Id
        $batch = $rows | Start-CohereBatch -Prompt 'Which team? {Subject}' -IdProperty Id

        $batch.Model | Should -Be $answers[0].Model
        (Get-Request $batch).custom_id | Should -Be $answers.Id
        (Get-Request $batch).body.messages.content | Should -Be ([string[]] $answers.Message)
    }

    It 'requires a model for a dataset or a file from the pipeline, and for embeddings' {
        Set-Content TestDrive:/any.jsonl '{"message": "x"}'
        $dataset = [pscustomobject] @{ DatasetId = 'some-id' }

        foreach ($problem in (Get-ErrorOf { $dataset | Start-CohereBatch }), (Get-ErrorOf { Get-Item TestDrive:/any.jsonl | Start-CohereBatch }), (Get-ErrorOf { 'a' | Start-CohereBatch -Type Embed })) {
            $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
            $problem.ErrorDetails.RecommendedAction | Should -BeLike '*model*'
        }
    }

    It 'sends nothing with -WhatIf' {
        'one' | Start-CohereBatch -Model command-a-03-2025 -Name not-sent -WhatIf
        Get-CohereDataset | Where-Object Name -Like 'not-sent*' | Should -BeNullOrEmpty
    }

    It 'refuses parameters that do not fit' -ForEach @(
        @{ Command = { 'a' | Start-CohereBatch -Model embed-v4.0 -Prompt x } }
        @{ Command = { 'a' | Start-CohereBatch -Model batch-embed-v4 -Prompt x } }
        @{ Command = { 'a' | Start-CohereBatch -Model batch-embed-v4-a100 -SystemMessage x } }
        @{ Command = { 'a' | Start-CohereBatch -Model command-a-03-2025 -InputType SearchQuery } }
        @{ Command = { Start-CohereBatch some-id -Model command-a-03-2025 -Prompt x } }
    ) {
        (Get-ErrorOf $Command).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
    }

    It 'writes an error for a dataset that doesn''t exist' {
        $problem = Get-ErrorOf { Start-CohereBatch nope -Model command-a-03-2025 }
        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotFound,*'
        $problem.TargetObject | Should -Be 'nope'
    }
}

Describe 'Start-CohereBatch in place of Invoke-CohereChat' {
    BeforeAll {
        $script:server = Open-TestServer
        $script:session = Connect-CohereElsewhere $server.BaseUri
        $script:rows = 1..2 | ForEach-Object { [pscustomobject] @{ Id = "T-$_"; Subject = "Printer $_" } }
        $script:schema = @{ type = 'object'; properties = @{ team = @{ type = 'string' } }; required = @('team') }
    }

    AfterAll { $server.Dispose() }

    BeforeEach { $server.Reset() }

    It 'sends the same body for the same parameters: <Name>' -ForEach @(
        @{ Name = 'a schema'; With = { @{ JsonSchema = $schema } } }
        @{ Name = 'a schema that is a string'; With = { @{ JsonSchema = ConvertTo-Json $schema } } }
        @{ Name = 'JSON'; With = { @{ Json = $true } } }
        @{ Name = 'a system message'; With = { @{ SystemMessage = 'Be brief.' } } }
        @{ Name = 'lengths'; With = { @{ MaxTokens = 20; StopSequence = '.', '!' } } }
        @{ Name = 'sampling'; With = { @{ Temperature = 0.2; Seed = 7; FrequencyPenalty = 0.1; PresencePenalty = 0.3; TopK = 5; TopP = 0.9 } } }
        @{ Name = 'log probabilities'; With = { @{ LogProb = $true } } }
        @{ Name = 'properties'; With = { @{ Property = 'Subject'; Temperature = 0 } } }
    ) {
        $parameters = (& $With) + @{ Model = 'command-a-03-2025'; Prompt = 'Which team? {Subject}'; IdProperty = 'Id' }
        $null = $rows | Invoke-CohereChat @parameters -Session $session -ThrottleLimit 1
        $called = $server.Requests.ForEach({ $_.Body | ConvertFrom-Json | Select-Object * -ExcludeProperty model | ConvertTo-Json -Depth 20 -Compress })

        $batch = $rows | Start-CohereBatch @parameters
        $inRows = @(Export-CohereDataset $batch.InputDatasetId).ForEach({ $_.body })

        foreach ($index in 0, 1) {
            $one = $called[$index] | ConvertFrom-Json
            @($inRows[$index].PSObject.Properties.Name | Sort-Object) | Should -Be @($one.PSObject.Properties.Name | Sort-Object)
            foreach ($name in $one.PSObject.Properties.Name) {
                (ConvertTo-Json $inRows[$index].$name -Depth 20 -Compress) | Should -Be (ConvertTo-Json $one.$name -Depth 20 -Compress)
            }
        }
    }

    It 'sends thinking in the form of batches' {
        $batch = $rows | Start-CohereBatch -Model command-a-03-2025 -Prompt '{Subject}' -ThinkingTokenBudget 100
        $row = @(Export-CohereDataset $batch.InputDatasetId)[0].body
        $row.reasoning | Should -BeTrue
        $row.thinking_budget | Should -Be 100
        $batch = $rows | Start-CohereBatch -Model command-a-03-2025 -Prompt '{Subject}' -Thinking:$false
        @(Export-CohereDataset $batch.InputDatasetId)[0].body.reasoning | Should -BeFalse
    }

    It 'adds the fields to complete requests of a file that lack them, in the form of batches' {
        $path = Join-Path $TestDrive 'complete.jsonl'
        Set-Content $path '{"custom_id":"1","body":{"messages":[{"role":"user","content":"q"}]}}', '{"custom_id":"2","body":{"messages":[{"role":"user","content":"q"}],"max_tokens":5}}'
        $batch = Start-CohereBatch -Path $path -Model command-a-03-2025 -MaxTokens 9 -Thinking
        $bodies = @(Export-CohereDataset $batch.InputDatasetId).body
        $bodies.max_tokens | Should -Be 9, 5
        $bodies.reasoning | Should -Be $true, $true
    }

    It 'has answers in JSON, as the calls do' {
        $results = $rows | Start-CohereBatch -Model command-a-03-2025 -Prompt 'Which team? {Subject}' -IdProperty Id -JsonSchema $schema |
            Wait-CohereBatch -PollingIntervalSec 0.1 | Receive-CohereBatch
        $results | Should -HaveCount 2
        $results.ForEach({ ($_.Text | ConvertFrom-Json).team }) | Should -Not -BeNullOrEmpty
    }

    It 'has every parameter of Invoke-CohereChat that a batch has a use for' {
        $ofCalls = 'AllowTool', 'AsHashtable', 'AsObject', 'CitationMode', 'Document', 'Force', 'History', 'Image', 'ImageDetail', 'IncludeFailed',
            'InvokeTool', 'Live', 'MaxToolStep', 'Merge', 'Message', 'OutFile', 'OutputProperty', 'PassThru', 'Priority', 'Resume', 'SafetyMode',
            'Stream', 'StrictTool', 'ThrottleLimit', 'Tool', 'ToolChoice', 'ToolTimeoutSec'
        $batch = (Get-Command Start-CohereBatch).Parameters.Keys
        (Get-Command Invoke-CohereChat).Parameters.Keys | Where-Object { $_ -notin $batch -and $_ -notin $ofCalls } | Should -BeNullOrEmpty
    }

    It 'refuses what contradicts: <Command>' -ForEach @(
        @{ Command = { 'a' | Start-CohereBatch -Model m -Body @{ max_tokens = 5 } -MaxTokens 6 }; Id = 'InvalidCombination' }
        @{ Command = { 'a' | Start-CohereBatch -Model m -Thinking:$false -ThinkingTokenBudget 5 }; Id = 'InvalidCombination' }
        @{ Command = { 'a' | Start-CohereBatch -Model embed-v4.0 -Temperature 0 }; Id = 'InvalidCombination' }
        @{ Command = { Start-CohereBatch some-id -Model m -JsonSchema @{ type = 'object' } }; Id = 'InvalidCombination' }
        @{ Command = { 'a' | Start-CohereBatch -Model m -JsonSchema '{' }; Id = 'NotJson' }
        @{ Command = { 'a' | Start-CohereBatch -Model m -JsonSchema @{ type = 'array' } }; Id = 'InvalidValue' }
    ) {
        (Get-ErrorOf $Command).FullyQualifiedErrorId | Should -BeLike "CohereShell.$Id,*"
    }
}

Describe 'Start-CohereBatch and what the session allows' {
    BeforeAll {
        $script:server = Open-TestServer
        $script:profilePath = Join-Path $TestDrive 'batches.psd1'
        Set-Content $profilePath "@{ Name = 'batches'; Operations = @{ Batches = 'Full'; Datasets = 'Full' }; Models = 'command-a-03-2025' }"
    }

    AfterAll { $server.Dispose() }

    BeforeEach { $server.Reset() }

    It 'uploads nothing for a batch that it would refuse, and records the attempt once: <Why>' -ForEach @(
        @{ Why = 'the model'; Connect = { @{ AccessProfile = $profilePath } }; Script = { 'a' | Start-CohereBatch -Model command-r7b-12-2024 -Session $limited }; Id = 'NotAllowed'; Outcome = 'Denied' }
        @{ Why = 'the model, for a dataset'; Connect = { @{ AccessProfile = $profilePath } }; Script = { Start-CohereBatch d -Model command-r7b-12-2024 -Session $limited }; Id = 'NotAllowed'; Outcome = 'Denied' }
        @{ Why = 'the operation'; Connect = { @{ DenyOperation = 'CreateBatch' } }; Script = { 'a' | Start-CohereBatch -Model command-a-03-2025 -Session $limited }; Id = 'NotAllowed'; Outcome = 'Denied' }
        @{ Why = 'a budget in money'; Connect = { @{ BudgetLimit = 5 } }; Script = { 'a' | Start-CohereBatch -Model command-a-03-2025 -Session $limited }; Id = 'PriceUnknown'; Outcome = 'PriceUnknown' }
    ) {
        $audit = Join-Path $TestDrive "batch-$Why.jsonl"
        $more = & $Connect
        $limited = Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -AuditPath $audit @more -PassThru

        (Get-ErrorOf $Script).FullyQualifiedErrorId | Should -BeLike "CohereShell.$Id,*"

        $server.Requests | Should -BeNullOrEmpty
        $lines = @(Get-Content -LiteralPath $audit | ConvertFrom-Json)
        $lines.operation | Should -Be 'CreateBatch'
        $lines.outcome | Should -Be $Outcome
    }
}

Describe 'Start-CohereBatch while its dataset is validated' {
    BeforeAll {
        $script:server = Open-TestServer
        $script:session = Connect-CohereElsewhere $server.BaseUri
    }
    AfterAll { $server.Dispose() }
    BeforeEach {
        $server.Reset()
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"id":"ds-1"}' })
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"dataset":{"id":"ds-1","validation_status":"processing"}}' }
    }

    It 'looks as often as -PollingIntervalSec says' {
        $null = 1..5 | ForEach-Object { $server.Enqueue($server.Default) }
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"dataset":{"id":"ds-1","validation_status":"validated"}}' })
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"batch":{"id":"b-1","status":"BATCH_STATUS_QUEUED"}}' })

        # With the intervals that it takes by itself, five looks are not over in this time.
        $batch = 'one' | Start-CohereBatch -Model command-a-03-2025 -PollingIntervalSec 0.1 -TimeoutSec 10 -Session $session

        $batch.BatchId | Should -Be 'b-1'
        @($server.Requests | Where-Object Method -EQ 'GET') | Should -HaveCount 6
    }

    It 'waits no longer than -TimeoutSec, and says how to continue with the uploaded dataset' {
        $problem = Get-ErrorOf { 'one' | Start-CohereBatch -Model command-a-03-2025 -Name 'my questions' -TimeoutSec 1 -Session $session }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.StillRunning,*'
        "$problem" | Should -BeLike "*'ds-1'*"
        $problem.ErrorDetails.RecommendedAction | Should -BeLike "*Wait-CohereDataset -DatasetId ds-1 | Start-CohereBatch -Model command-a-03-2025 -Name 'my questions'"
        @($server.Requests | Where-Object Method -EQ 'POST') | Should -HaveCount 1 -Because 'no batch is started of what is not validated'

        $server.Reset()
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"dataset":{"id":"ds-1","validation_status":"validated"}}' })
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"batch":{"id":"b-1","status":"BATCH_STATUS_QUEUED"}}' })
        $goOn = $problem.ErrorDetails.RecommendedAction -replace '^.*?(?=Wait-)' -replace '(?= \|)|$', ' -Session $session'
        (& ([scriptblock]::Create($goOn))).BatchId | Should -Be 'b-1'
    }
}

Describe 'Start-CohereBatch and Tab' {
    It 'completes models for chat and embeddings, and those that only batches use' {
        $server = Open-TestServer
        try {
            $server.Default = [CohereShellTests.Answer] @{ Body = '{"models":[{"name":"command-x","endpoints":["chat"]},{"name":"mine","endpoints":["chat"],"finetuned":true},{"name":"embed-english-v3.0","endpoints":["embed","classify"]},{"name":"embed-v4.0","endpoints":["embed"]},{"name":"embed-v9","endpoints":["embed"]},{"name":"rerank-x","endpoints":["rerank"]},{"name":"parse-v5.0"}]}' }
            Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -MaxRetryCount 0

            (Get-TabCompletion 'Start-CohereBatch -Model ').CompletionText |
                Should -Be 'command-x', 'embed-english-v3.0', 'embed-v4.0', 'embed-v9', 'mine', 'batch-embed-v4', 'batch-embed-v4-a100'
        }
        finally {
            Disconnect-Cohere
            $server.Dispose()
        }
    }
}

Describe 'Start-CohereBatch and Ctrl+C' {
    It 'ends the upload' {
        $server = Open-TestServer
        try {
            Assert-EndedByCtrlC $server '"one" | Start-CohereBatch -Model command-a-03-2025'
        }
        finally {
            $server.Dispose()
        }
    }
}
