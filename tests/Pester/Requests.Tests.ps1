#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

# Runs every cmdlet that sends requests with every one of its parameters, and compares the requests with Cohere's API
# description: paths, queries, forms and bodies.

BeforeDiscovery {
    # A line of input, and the parameters that it binds where the line doesn't name them.
    function Case([string] $Line, [string[]] $Piped, [string[]] $Answer) { @{ Line = $Line; Piped = $Piped; Answer = $Answer } }

    $dataset = '{"dataset":{"id":"d1","name":"n","dataset_type":"embed-input","validation_status":"validated","dataset_parts":[]}}'
    $job = '{"job_id":"j1","status":"complete","output_dataset_id":"d2","input_dataset_id":"d1","model":"embed-v4.0"}'
    $batch = '{"batch":{"id":"b1","name":"n","status":"BATCH_STATUS_COMPLETED","model":"m","input_dataset_id":"d1","output_dataset_id":"d2"}}'
    $model = '{"finetuned_model":{"id":"m1","name":"n","status":"STATUS_READY","settings":{"base_model":{"base_type":"BASE_TYPE_CHAT"},"dataset_id":"d1"}}}'
    $chat = '-SystemMessage s -History @{ role = "user"; content = "a" }, @{ role = "assistant"; content = "b" } -SafetyMode Strict -MaxTokens 5 -Temperature 0.5 -Header @{ "X-Test" = "1" } -Session $session -TimeoutSec 30 -MaxRetryCount 0'
    $common = '-Header @{ "X-Test" = "1" } -Session $session -TimeoutSec 30 -MaxRetryCount 0'
    $training = '-TrainEpochs 2 -TrainBatchSize 16 -LearningRate 0.01 -EarlyStoppingPatience 2 -EarlyStoppingThreshold 0.1 -LoraAlpha 16 -LoraRank 8 -LoraTargetModules Qkvo'
    $cases = @(
        Case "Invoke-CohereChat 'q' -Model m -Image `$png -ImageDetail High -StopSequence x -Seed 1 -FrequencyPenalty 0.1 -PresencePenalty 0.2 -TopK 5 -TopP 0.5 -LogProb -Priority 3 $chat -Thinking -ThinkingTokenBudget 50"
        Case "'a' | Invoke-CohereChat -ThrottleLimit 2 $common" InputObject
        Case "Invoke-CohereChat 'q' -Stream $common"
        Case "Invoke-CohereChat 'q' -Json -AsObject -Thinking:`$false $common"
        Case "Invoke-CohereChat 'q' -JsonSchema @{ type = 'object'; properties = @{ a = @{ type = 'string' } }; required = @('a') } -AsHashtable $common"
        Case "Invoke-CohereChat 'q' -Document 'one', @{ id = 'x'; data = @{ title = 't'; text = 'b' } } -CitationMode Fast -Live -Encoding utf8 $common"
        Case "Invoke-CohereChat 'q' -Tool Get-Date -ToolChoice Required -StrictTool -InvokeTool -AllowTool Get-Date -MaxToolStep 2 -ToolTimeoutSec 5 $common"
        Case "[pscustomobject] @{ a = 1 }, (New-CohereChatMessage 'm'), (New-CohereChatMessage 'r' -Role Tool -ToolCallId c1) | Invoke-CohereChat 'q' $common"
        Case "[pscustomobject] @{ a = 'x'; id = 1 } | Invoke-CohereChat -Prompt 'q {a}' -Property a -IdProperty id -Merge -OutputProperty o -IncludeFailed $common" InputObject
        Case "[pscustomobject] @{ a = 'x'; id = 1 } | Invoke-CohereChat -Prompt 'q {a}' -IdProperty id -OutFile `$other -Resume -PassThru $common" InputObject
        Case "[pscustomobject] @{ a = 'x'; id = 1 } | Invoke-CohereChat -Property a -OutFile `$other -Force $common" InputObject
        Case "[pscustomobject] @{ a = 'x'; id = 1 } | New-CohereEmbedding -Property a -IdProperty id -OutFile `$other -Resume -PassThru $common" InputObject
        Case "New-CohereEmbedding 'a' -OutFile `$other -Force $common"
        Case "New-CohereEmbedding 'a' -Model m -InputType SearchQuery -EmbeddingType Float, Int8, Uint8, Binary, Ubinary, Base64 -MaxTokens 100 -Truncate End -Priority 3 -BatchSize 2 -ThrottleLimit 2 $common"
        Case "New-CohereEmbedding 'a' -Model embed-v4.0 -OutputDimension 256 $common"
        Case "[pscustomobject] @{ a = 'x' } | New-CohereEmbedding -Property a $common" InputObject
        Case "New-CohereEmbedding -Path `$png $common"
        Case "New-CohereEmbedding -LiteralPath `$text -AsText -Encoding ascii $common"
        Case "New-CohereEmbedding -Content 'a', `$png $common"
        Case "Search-CohereEmbedding 'q' -Embedding ([float[]] (1, 2)) -Where { `$true } -Top 1 -MinimumScore 0 -Metric Cosine -Model m $common" -Answer '{"embeddings":{"float":[[1,2]]}}'
        Case "Search-CohereEmbedding 'q' -Path `$arrow -TextColumn text -VectorColumn vector -Model m $common" -Answer '{"embeddings":{"float":[[1,2]]}}'
        Case "Search-CohereEmbedding 'q' -LiteralPath `$arrow -Model m $common" -Answer '{"embeddings":{"float":[[1,2]]}}'
        Case "Search-CohereIndex -Path `$index -Query 'q [vector]' -Top 1 -MinimumScore 0 -Rerank -RerankModel m $common"
        Case "Search-CohereIndex -LiteralPath `$index -Query 'q [vector]' $common"
        Case "Update-CohereIndex `$newIndex -Source `$text -Recurse -Filter *.txt -Encoding utf8 -MaxTokens 100 -Overlap 10 -Model embed-v4.0 -EmbeddingType Float -OutputDimension 256 -Prune -Force -ThrottleLimit 2 $common"
        Case "Update-CohereIndex `$newIndex -Source `$png -Parse -ParseModel parse-v5.0 $common" -Answer '{"id":"p","pages":[{"index":0,"type":"markdown","markdown":{"content":"a [vector]","images":[]}}]}'
        Case "Update-CohereIndex `$newIndex -LiteralSource `$text -UseEmbedJob -JobName j -JobTimeoutSec 5 -PollingIntervalSec 0.1 $common" -Answer '{"datasets":[]}', '{"id":"d1"}', $dataset, '{"embed_jobs":[{"job_id":"j1","status":"failed","input_dataset_id":"d1","model":"embed-v4.0"}]}'
        Case "[pscustomobject] @{ a = 'x' }, 'b' | Invoke-CohereRerank 'q' -Property a -Top 1 -MinimumScore 0 -MaxTokensPerDocument 100 -Model m -Priority 3 -ThrottleLimit 2 -Encoding 1252 $common" Document
        Case "'a' | Invoke-CohereRerank 'q' $common" Document
        Case "Invoke-CohereClassification 'a' -Example @{ spam = 'You won!', 'Click'; fine = 'Hello', 'Bye' } -Truncate Start -BatchSize 2 -ThrottleLimit 2 -Encoding utf8 $common"
        Case "[pscustomobject] @{ a = 'x' } | Invoke-CohereClassification -Property a -Model m $common" InputObject
        Case "ConvertTo-CohereToken 'a' -Model m -Split -ThrottleLimit 2 -Encoding utf8 $common"
        Case "ConvertFrom-CohereToken 1, 2 -Model m -ThrottleLimit 2 $common"
        Case "Get-CohereModel -Endpoint Chat -Default $common" -Answer '{"models":[]}'
        Case "Get-CohereModel -Name m1 $common"
        Case "Invoke-CohereTranscription -Path `$wav en -Model m -Temperature 0.5 -ThrottleLimit 2 $common"
        Case "Invoke-CohereTranscription -LiteralPath `$wav en $common"
        Case "Invoke-CohereParse -Path `$png -Format Blocks -Model m -OutFile `$out -Force -PassThru -ThrottleLimit 2 $common"
        Case "Invoke-CohereTranscription -Path `$wav en -OutFile `$other -Resume -PassThru $common"
        Case "Invoke-CohereTranscription -Path `$wav en -OutFile `$other -Force $common"
        Case "Invoke-CohereParse -Path `$png -OutFile `$other -Resume $common"
        Case "Invoke-CohereParse -LiteralPath `$png -OutDirectory `$other -NoClobber $common"
        Case "Invoke-CohereParse -Uri https://example.com/a.png -Format Markdown $common"
        Case "Import-CohereDocument -Path `$png -Parse -Model m -ThrottleLimit 2 -Encoding utf8 $common"
        Case "Import-CohereDocument -LiteralPath `$png -Parse $common"
        Case "Split-CohereText 'a b' -MaxTokens 5 -Overlap 1 -Exact -Model m -ThrottleLimit 2 -Encoding utf8 $common"
        Case "Split-CohereText 'a b c' -MaxLength 3 | Split-CohereText -Exact"
        Case "[pscustomobject] @{ a = 'x' } | Split-CohereText -Property a -Exact $common" InputObject
        Case "New-CohereDataset -Path `$rows -Type embed-input -Name n -EvalPath `$rows -KeepField a -OptionalField b -KeepOriginalFile -SkipMalformedInput $common"
        Case "New-CohereDataset -LiteralPath `$csv -Type embed-input -TextSeparator ';' -CsvDelimiter ';' -Encoding ansi $common"
        Case "[pscustomobject] @{ text = 'x' } | New-CohereDataset -Property text -Type embed-input -Name n $common" InputObject
        Case "Get-CohereDataset -Type embed-input -Before (Get-Date) -After (Get-Date).AddDays(-1) -ValidationStatus Validated $common" -Answer '{"datasets":[]}'
        Case "Get-CohereDataset -DatasetId d1 $common" -Answer $dataset
        Case "Wait-CohereDataset d1 -PollingIntervalSec 0.1 $common" -Answer $dataset
        Case "Get-CohereDatasetUsage $common" -Answer '{"organization_usage":1}'
        Case "Export-CohereDataset d1 $common" -Answer $dataset
        Case "Export-CohereDataset d1 -Path `$out -Format Jsonl -Force -PassThru $common" -Answer $dataset
        Case "Export-CohereDataset d1 -LiteralPath `$other -NoClobber $common" -Answer $dataset
        Case "Remove-CohereDataset d1 -Confirm:`$false $common"
        Case "Start-CohereEmbedJob d1 -Model embed-english-v3.0 -InputType Classification -EmbeddingType Float, Int8 -Truncate Start -Name n $common" -Answer $job
        Case "Start-CohereEmbedJob d1 $common" -Answer $job
        Case "Get-CohereEmbedJob -Status Complete $common" -Answer '{"embed_jobs":[]}'
        Case "Get-CohereEmbedJob j1 $common" -Answer $job
        Case "Wait-CohereEmbedJob j1 -PollingIntervalSec 0.1 $common" -Answer $job
        Case "Receive-CohereEmbedJob j1 -OutFile `$out -Format Jsonl -Force -PassThru $common" -Answer $job, $dataset, $dataset
        Case "Receive-CohereEmbedJob j1 -OutFile `$other -NoClobber $common" -Answer $job, $dataset, $dataset
        Case "Stop-CohereEmbedJob j1 -PassThru -Confirm:`$false $common" -Answer '{}', $job
        Case "Start-CohereBatch -DatasetId d1 -Model m -Name n $common" -Answer $batch
        Case "Start-CohereBatch -Path `$batchRows -Model m -Type Chat -PollingIntervalSec 0.1 $common" -Answer '{"id":"d1"}', $dataset, $batch
        Case "Start-CohereBatch -LiteralPath `$batchRows -Model m -Encoding utf8 $common" -Answer '{"id":"d1"}', $dataset, $batch
        Case "[pscustomobject] @{ id = 1; a = 'x' } | Start-CohereBatch -Model m -Property a -IdProperty id -Prompt p -SystemMessage s -Body @{ max_tokens = 5 } $common" InputObject '{"id":"d1"}', $dataset, $batch
        Case "[pscustomobject] @{ a = 'x' } | Start-CohereBatch -Model m -Prompt '{a}' -JsonSchema @{ type = 'object'; properties = @{ b = @{ type = 'string' } } } -MaxTokens 5 -Temperature 0.1 -StopSequence '.' -Seed 1 -FrequencyPenalty 0.1 -PresencePenalty 0.1 -TopK 5 -TopP 0.5 -LogProb -Thinking -ThinkingTokenBudget 9 $common" InputObject '{"id":"d1"}', $dataset, $batch
        Case "'x' | Start-CohereBatch -Model m -Json $common" InputObject '{"id":"d1"}', $dataset, $batch
        Case "'x' | Start-CohereBatch -Model embed-v4.0 -InputType Classification -EmbeddingType Int8 $common" InputObject '{"id":"d1"}', $dataset, $batch
        Case "Get-CohereBatch -Status Completed -OrderBy created_at $common" -Answer '{"batches":[]}'
        Case "Get-CohereBatch b1 $common" -Answer $batch
        Case "Wait-CohereBatch b1 -PollingIntervalSec 0.1 $common" -Answer $batch
        Case "Receive-CohereBatch b1 -OutFile `$out -Force -PassThru $common" -Answer $batch, $dataset, $dataset
        Case "Receive-CohereBatch b1 -OutFile `$other -NoClobber $common" -Answer $batch, $dataset, $dataset
        Case "Stop-CohereBatch b1 -PassThru -Confirm:`$false $common" -Answer '{}', $batch
        Case "New-CohereFineTunedModel n Chat d1 -BaseModel m $training $common" -Answer $model
        Case "New-CohereFineTunedModel n Chat d1 $common" -Answer $model
        Case "Get-CohereFineTunedModel -Status Ready -OrderBy created_at $common" -Answer '{"finetuned_models":[]}'
        Case "Get-CohereFineTunedModel m1 $common" -Answer $model
        Case "Set-CohereFineTunedModel m1 -Name o -DatasetId d2 -PassThru $training $common" -Answer $model, $model
        Case "Wait-CohereFineTunedModel m1 -PollingIntervalSec 0.1 $common" -Answer $model
        Case "Get-CohereFineTuningEvent m1 -OrderBy created_at $common" -Answer '{"events":[]}'
        Case "Get-CohereFineTuningMetric m1 $common" -Answer '{"step_metrics":[]}'
        Case "Remove-CohereFineTunedModel m1 -Confirm:`$false $common"
        Case "[pscustomobject] @{ JobId = 'j1' } | Wait-CohereEmbedJob $common" InputObject $job
        Case "[pscustomobject] @{ JobId = 'j1' } | Receive-CohereEmbedJob $common" InputObject $job, $dataset
        Case "[pscustomobject] @{ BatchId = 'b1' } | Wait-CohereBatch $common" InputObject $batch
        Case "[pscustomobject] @{ BatchId = 'b1' } | Receive-CohereBatch $common" InputObject $batch, $dataset
        Case "[pscustomobject] @{ DatasetId = 'd1' } | Wait-CohereDataset $common" InputObject $dataset
        Case "[pscustomobject] @{ ModelId = 'm1' } | Wait-CohereFineTunedModel $common" InputObject $model
        Case "Test-CohereApiKey -Quiet $common" -Answer '{"valid":true}'
        Case "Invoke-CohereApi /v1/models -Query @{ page_size = 5 } -All $common" -Answer '{"models":[]}'
        Case "Invoke-CohereApi /v1/tokenize -Method POST -Body @{ text = 'a'; model = 'm' } -AsHashtable $common"
    )
}

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $unit = [System.IO.Path]::Combine($RepositoryRoot, 'tests', 'Unit')
    if (-not ('CohereShell.Tests.ApiDescription' -as [type])) {
        Add-Type -Path (Join-Path $unit 'ApiDescription.cs'), (Join-Path $unit 'ApiSchema.cs') -CompilerOptions '/nullable:enable'
    }

    $facts = [System.Text.Json.JsonDocument]::Parse([System.IO.File]::ReadAllText((Join-Path $unit 'ApiFacts.json'))).RootElement
    $script:description = [CohereShell.Tests.ApiDescription].GetConstructors('NonPublic, Instance')[0].Invoke(@($facts))
    $script:server = Open-TestServer
    $script:session = Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -MaxRetryCount 0 -PassThru
    $script:png = Join-Path $TestDrive 'a.png'
    [System.IO.File]::WriteAllBytes($png, [Convert]::FromBase64String('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='))
    $script:arrow = Join-Path $TestDrive 'a.arrow'
    , [float[]] (1, 2) | Export-CohereEmbedding -Path $arrow
    $documents = New-Item -ItemType Directory -Path (Join-Path $TestDrive 'documents')
    Set-Content -LiteralPath (Join-Path $documents 'a.txt') -Value 'a [vector]'
    $script:index = Join-Path $TestDrive 'index.arrow'
    $null = Update-CohereIndex $index -Source $documents.FullName
    $script:wav = Join-Path $TestDrive 'a.wav'
    [System.IO.File]::WriteAllBytes($wav, [byte[]]::new(100))
    $script:text = Join-Path $TestDrive 'a.txt'
    Set-Content -LiteralPath $text 'some text'
    $script:rows = Join-Path $TestDrive 'rows.jsonl'
    Set-Content -LiteralPath $rows '{"text":"a","a":"1","b":"2"}'
    $script:csv = Join-Path $TestDrive 'rows.csv'
    Set-Content -LiteralPath $csv 'text;a', 'x;1'
    $script:batchRows = Join-Path $TestDrive 'batch.jsonl'
    Set-Content -LiteralPath $batchRows '{"custom_id":"1","body":{"messages":[{"role":"user","content":"a"}]}}'
    $script:out = Join-Path $TestDrive 'out.jsonl'

    # What of a request isn't in the description.
    function Get-RequestError($Request) {
        $path, $query = $Request.Target.Split('?')
        $operation = $description.Operations | Where-Object {
            $_.Method -eq $Request.Method -and $path -match "^$([regex]::Escape($_.Path) -replace '\\\{[^}]+}', '[^/]+')$"
        } | Sort-Object { $_.Path.Split('{').Count } | Select-Object -First 1
        if (-not $operation) {
            return "$($Request.Method) $path isn't an operation."
        }

        if ($query) {
            $description.QueryErrors($operation.OperationId, [string[]] ($query.Split('&') | ForEach-Object { $_.Split('=')[0] }))
        }

        $type = "$($Request.Headers['Content-Type'])"
        if ($type -like 'multipart/form-data*') {
            $description.FormErrors($operation.OperationId, [string[]] ([regex]::Matches($Request.Body, 'form-data; name="?([^";\r]+)').ForEach{ $_.Groups[1].Value }))
        }
        elseif ($Request.Body) {
            # The description of an update requires a property that it doesn't have.
            $description.RequestErrors($operation.OperationId, [System.Text.Json.JsonDocument]::Parse($Request.Body).RootElement, $true) |
                Where-Object { $operation.OperationId -ne 'UpdateFinetunedModel' -or $_ -notlike "*'finetuned_model'*" }
        }
    }
}

AfterAll {
    Restore-TestState
    $server.Dispose()
}

Describe 'The requests of every cmdlet' {
    It 'are those of the API description: <Line>' -ForEach $cases {
        $server.Reset()
        $other = Join-Path $TestDrive "$([guid]::NewGuid()).jsonl"
        $newIndex = Join-Path $TestDrive "$([guid]::NewGuid()).arrow"
        foreach ($body in $Answer) {
            $server.Enqueue([CohereShellTests.Answer] @{ Body = $body })
        }

        $null = & ([scriptblock]::Create($Line)) -ErrorVariable problems -ErrorAction SilentlyContinue *>&1

        $server.Requests | Should -Not -BeNullOrEmpty -Because "the errors are $problems"
        $server.Requests | ForEach-Object { Get-RequestError $_ } | Should -BeNullOrEmpty
    }

    It 'are sent with every parameter' {
        $common = [System.Management.Automation.Cmdlet]::CommonParameters + [System.Management.Automation.Cmdlet]::OptionalCommonParameters
        $used = @{}
        foreach ($case in $cases) {
            $parsed = [System.Management.Automation.Language.Parser]::ParseInput($case.Line, [ref] $null, [ref] $null)
            foreach ($command in $parsed.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)) {
                $bound = [System.Management.Automation.Language.StaticParameterBinder]::BindCommand($command)
                $used["$($command.GetCommandName())"] += @($bound.BoundParameters.Keys) + $case.Piped
            }
        }

        # The fields are the user's own.
        $common += 'AdditionalProperty'
        $missing = foreach ($command in Get-Command -Module CohereShell -CommandType Cmdlet | Where-Object { $_.Parameters.ContainsKey('Session') }) {
            # The first three send nothing. The fourth one needs a terminal, and its requests are those of Invoke-CohereChat. The last
            # one only sends that of Test-CohereApiKey.
            if ($command.Name -notin 'Disconnect-Cohere', 'Get-CohereUsage', 'Get-CohereOperation', 'Enter-CohereChat', 'Test-CohereConnection') {
                $command.Parameters.Keys | Where-Object { $_ -notin $common -and $_ -notin $used[$command.Name] } | ForEach-Object { "$($command.Name) -$_" }
            }
        }

        $missing | Should -BeNullOrEmpty
    } -TestCases @{ Cases = $cases }
}
