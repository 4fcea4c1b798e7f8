#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeDiscovery {
    $cases = @(
        @{ Number = 0; Script = '1..5 | ForEach-Object { "question $_" } | Invoke-CohereChat -MaxTokens 100 -WhatIf'; Told = 'What if: 5 calls of Chat with command-a-03-2025: 5 inputs, about * input tokens, 0.000* US dollars and up to 0.005 for the answers (list prices).' }
        @{ Number = 1; Script = 'Invoke-CohereChat hi -Stream -WhatIf'; Told = 'What if: 1 call of Chat with *' }
        @{ Number = 2; Script = '1..200 | ForEach-Object { "text $_" } | New-CohereEmbedding -WhatIf'; Told = 'What if: 3 calls of Embed with embed-v4.0: 200 inputs, about * input tokens, 0.0000* US dollars (list prices).' }
        @{ Number = 3; Script = '& { $WhatIfPreference = $true; ''a'' | New-CohereEmbedding }'; Told = 'What if: 1 call of Embed with embed-v4.0: 1 input, *' }
        @{ Number = 4; Script = '''a'', ''b'' | Invoke-CohereRerank q -Model rerank-v3.5 -WhatIf'; Told = 'What if: 1 call of Rerank with rerank-v3.5: 2 inputs, about * input token*, 0.002 US dollars (list prices).' }
        @{ Number = 5; Script = '''a'', ''b'' | Invoke-CohereClassification -Model m -WhatIf'; Told = 'What if: 1 call of Classify with m: 2 inputs, about * input token*, cost not known.' }
        @{ Number = 6; Script = 'Invoke-CohereTranscription a.wav en -WhatIf'; Told = 'What if: 1 call of CreateTranscription with cohere-transcribe-03-2026: 1 input, cost not known.' }
        @{ Number = 7; Script = 'Invoke-CohereParse https://example.com/a.png -WhatIf'; Told = 'What if: 1 call of Parse with parse-v5.0: 1 input, 1 image, cost not known.' }
        @{ Number = 8; Script = 'Invoke-CohereParse https://example.com/a.png, https://example.com/b.png -OutDirectory out -WhatIf'; Told = 'What if: 2 calls of Parse with parse-v5.0: 2 inputs, 2 images, cost not known.' }
        @{ Number = 9; Script = '''a'' | Start-CohereBatch -Model command-a-03-2025 -WhatIf'; Told = 'What if: *1 request (*), model command-a-03-2025; about * input tokens, 0.0* US dollars for the input*' }
        @{ Number = 10; Script = '''a'' | New-CohereEmbedding -WhatIf -InputType Classification | Out-Null; Get-CohereUsage'; Told = 'What if: 1 call of Embed *' }
        @{ Number = 11; Script = 'Search-CohereIndex found.arrow q -WhatIf'; Told = 'What if: 1 call of Embed with embed-v4.0: 1 input, about * US dollars (list prices).' }
        @{ Number = 12; Script = '"q", "r" | Search-CohereIndex found.arrow -Rerank -RerankModel rerank-v3.5 -WhatIf'; Told = 'What if: 2 calls of Embed with embed-v4.0: 2 inputs, about * US dollars (list prices). 2 calls of Rerank with rerank-v3.5: 2 inputs, about * input token*, 0.004 US dollars (list prices).' }
        @{ Number = 13; Script = 'Search-CohereEmbedding q -Path found.arrow -WhatIf'; Told = 'What if: 1 call of Embed with embed-v4.0: 1 input, *' }
        @{ Number = 14; Script = '1..3 | ForEach-Object { , [float[]] (1, 2, $_) } | Search-CohereEmbedding q -Model embed-v4.0 -WhatIf'; Told = 'What if: 1 call of Embed with embed-v4.0: 1 input, *' }
        @{ Number = 15; Script = 'Invoke-CohereApi v2/chat -Body @{ model = ''command-a-03-2025''; max_tokens = 100; messages = @(@{ role = ''user''; content = ''hi'' }) } -WhatIf'; Told = 'What if: 1 call of Chat with command-a-03-2025: 1 input, about * input tokens, * US dollars and up to 0.001 for the answers (list prices).' }
    )

    # Each with a session that some of the calls pass.
    $limited = @(
        @{ Number = 0; Connect = '-CallLimit 3'; Script = '1..5 | ForEach-Object { "q $_" } | Invoke-CohereChat -WhatIf'; Told = 'What if: 5 calls of Chat *. Only 3 of the 5 calls would be sent: the session has made 0 of at most 3 calls.'; Id = '' }
        @{ Number = 1; Connect = '-CallLimit 5'; Script = '1..5 | ForEach-Object { "q $_" } | Invoke-CohereChat -WhatIf'; Told = 'What if: 5 calls of Chat *(list prices).'; Id = '' }
        @{ Number = 2; Connect = '-BudgetLimit 0.0001'; Script = '1..5 | ForEach-Object { "q $_" } | Invoke-CohereChat -MaxTokens 100 -WhatIf'; Told = 'What if: Nothing would be sent.'; Id = 'CohereShell.BudgetExceeded' }
        @{ Number = 3; Connect = '-BudgetLimit 0.0045'; Script = '1..5 | ForEach-Object { "q $_" } | Invoke-CohereChat -MaxTokens 100 -WhatIf'; Told = 'What if: 5 calls of Chat *. The run could end after 3 of the 5 calls, depending on what each costs: of the budget of 0.0045 US dollars, 0.00 are used.'; Id = '' }
        @{ Number = 4; Connect = '-BudgetLimit 1'; Script = '1..5 | ForEach-Object { "q $_" } | Invoke-CohereChat -MaxTokens 100 -WhatIf'; Told = 'What if: 5 calls of Chat *(list prices).'; Id = '' }
        @{ Number = 5; Connect = '-BudgetLimit 0.0035'; Script = '1..3 | ForEach-Object { "a", "b" | Invoke-CohereRerank q -Model rerank-v3.5 -WhatIf } | Out-Null; "a", "b" | Invoke-CohereRerank q -Model rerank-v3.5 -WhatIf'; Told = 'What if: 1 call of Rerank *(list prices).'; Id = ''; Count = 4 }
        @{ Number = 6; Connect = '-BudgetLimit 1'; Script = '"a" | Invoke-CohereChat -Model unknown -WhatIf'; Told = 'What if: Nothing would be sent.'; Id = 'CohereShell.PriceUnknown' }
        @{ Number = 7; Connect = '-DenyOperation Embed'; Script = '"a" | New-CohereEmbedding -WhatIf'; Told = 'What if: Nothing would be sent.'; Id = 'CohereShell.NotAllowed' }
        @{ Number = 8; Connect = '-CallLimit 3'; Script = '[pscustomobject] @{ A = 1 }, [pscustomobject] @{ A = 2 } | Invoke-CohereChat -Prompt "{A}" -Tool Get-Date -InvokeTool -WhatIf'; Told = 'What if: 2 calls of Chat with command-a-03-2025: 2 inputs, about * input tokens, * US dollars *(list prices). Each time the model calls tools, their output is sent with another call.'; Id = '' }
        @{ Number = 9; Connect = '-CallLimit 1'; Script = '[pscustomobject] @{ A = 1 }, [pscustomobject] @{ A = 2 } | Invoke-CohereChat -Prompt "{A}" -Tool Get-Date -InvokeTool -Merge -IncludeFailed -WhatIf'; Told = 'What if: 2 calls of Chat * Only 1 of the 2 calls would be sent: *'; Id = '' }
        @{ Number = 10; Connect = '-DenyOperation CreateBatch'; Script = '"a" | Start-CohereBatch -Model command-a-03-2025 -WhatIf'; Told = $null; Id = 'CohereShell.NotAllowed' }
        @{ Number = 11; Connect = '-BudgetLimit 1'; Script = '"a" | Start-CohereBatch -Model command-a-03-2025 -WhatIf'; Told = $null; Id = 'CohereShell.PriceUnknown' }
        @{ Number = 12; Connect = '-DenyOperation CreateEmbedJob'; Script = 'Start-CohereEmbedJob d -WhatIf'; Told = $null; Id = 'CohereShell.NotAllowed' }
        @{ Number = 13; Connect = '-DenyOperation CreateFineTunedModel'; Script = 'New-CohereFineTunedModel mine Chat d -WhatIf'; Told = $null; Id = 'CohereShell.NotAllowed' }
        @{ Number = 14; Connect = '-AccessProfile profile.psd1'; Script = '"a" | Invoke-CohereChat -Model command-r7b-12-2024 -WhatIf'; Told = 'What if: Nothing would be sent.'; Id = 'CohereShell.NotAllowed' }
        @{ Number = 15; Connect = '-DenyOperation Rerank'; Script = 'Invoke-CohereApi v2/rerank -Body @{ model = "rerank-v3.5"; query = "a"; documents = @("b") } -WhatIf'; Told = 'What if: Nothing would be sent.'; Id = 'CohereShell.NotAllowed' }
    )
}

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:server = Open-TestServer
}

AfterAll {
    Restore-TestState
    $server.Dispose()
}

Describe 'Get-CohereUsage' {
    BeforeEach {
        $server.Reset()
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'
    }

    It 'gives nothing before the first call' {
        Get-CohereUsage | Should -BeNullOrEmpty
    }

    It 'adds up calls and tokens by operation and model' {
        $null = 'a', 'b' | Invoke-CohereChat
        $null = Invoke-CohereChat 'c' -Model 'another' -Stream
        $null = Get-CohereModel

        $usage = Get-CohereUsage

        $usage | ForEach-Object { $_ | Should -BeOfType CohereShell.UsageRecord }
        $usage.Operation | Should -Be 'Chat', 'Chat', 'ListModels'
        $usage.Model | Should -Be 'another', 'command-a-03-2025', $null
        $usage.Calls | Should -Be 1, 2, 1
        $usage.InputTokens | Should -Be 10, 20, 0
        $usage.OutputTokens | Should -Be 5, 10, 0
        $usage.BilledInputTokens | Should -Be 3, 6, 0
    }

    It 'counts retries and calls that fail' {
        $server.Enqueue([CohereShellTests.Answer] @{ Status = 503; Headers = @{ 'Retry-After' = '0' } })
        $null = Invoke-CohereChat 'a'
        $server.Enqueue([CohereShellTests.Answer] @{ Status = 400; Body = '{"message":"no"}' })
        $null = Get-ErrorOf { Invoke-CohereChat 'b' }

        $usage = Get-CohereUsage

        $usage.Calls | Should -Be 2
        $usage.FailedCalls | Should -Be 1
        $usage.Retries | Should -Be 1
    }

    It 'does not count what never left the machine' {
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -Access Read
        $null = Get-ErrorOf { Invoke-CohereChat 'q' }

        Get-CohereUsage | Should -BeNullOrEmpty
    }

    It 'filters by -Operation with wildcards' {
        $null = Invoke-CohereChat 'a'
        $null = Get-CohereModel

        (Get-CohereUsage 'list*').Operation | Should -Be 'ListModels'
        Get-CohereUsage 'Embed' | Should -BeNullOrEmpty
    }

    It 'starts at zero after -Reset, which returns the earlier counts' {
        $null = Invoke-CohereChat 'a'

        (Get-CohereUsage -Reset).Calls | Should -Be 1
        Get-CohereUsage | Should -BeNullOrEmpty
    }

    It 'takes the session from the pipeline' {
        $session = Connect-CohereElsewhere $server.BaseUri
        $null = Invoke-CohereChat 'a' -Session $session

        ($session | Get-CohereUsage).Calls | Should -Be 1
        Get-CohereUsage | Should -BeNullOrEmpty
    }

    It 'says that no session is connected' {
        Disconnect-Cohere

        { Get-CohereUsage } | Should -Throw -ErrorId 'CohereShell.NoApiKey,*'
    }

    It 'can be summed' {
        $null = 'a', 'b' | Invoke-CohereChat

        (Get-CohereUsage | Measure-Object -Property InputTokens -Sum).Sum | Should -Be 20
    }

    It 'has the cost of what is billed, and none without a price' {
        $null = 'a', 'b' | Invoke-CohereChat
        $null = Invoke-CohereChat 'c' -Model 'another'
        $null = Get-CohereModel

        $usage = Get-CohereUsage

        # Billed are 3 tokens in and 4 out for each answer.
        ($usage | Where-Object Model -EQ 'command-a-03-2025').Cost | Should -Be (2 * ($usage[1].BilledInputTokens / 2 * 2.5 + $usage[1].BilledOutputTokens / 2 * 10) / 1e6)
        $usage[1].Cost | Should -BeGreaterThan 0
        $usage[1].Cost | Should -BeOfType decimal
        ($usage | Where-Object Model -EQ 'another').Cost | Should -BeNullOrEmpty
        ($usage | Where-Object Model -EQ 'another').UnpricedCalls | Should -Be 1
        ($usage | Where-Object Operation -EQ 'ListModels').Cost | Should -Be 0
    }

    It 'takes prices from a hashtable or a file, in place of the list prices of the same models' {
        $null = Invoke-CohereChat 'c' -Model 'another'
        $null = Invoke-CohereChat 'c'
        $price = @{ another = @{ CallsPerThousand = 5; InputTokensPerMillion = 0; OutputTokensPerMillion = 0 } }
        Set-Content (Join-Path $TestDrive 'p.psd1') "@{ another = @{ CallsPerThousand = 5; InputTokensPerMillion = 0; OutputTokensPerMillion = 0 } }"
        $price | ConvertTo-Json | Set-Content (Join-Path $TestDrive 'p.json')

        foreach ($given in $price, (Join-Path $TestDrive 'p.psd1'), (Join-Path $TestDrive 'p.json')) {
            (Get-CohereUsage -Price $given).Cost[0] | Should -Be 0.005
            (Get-CohereUsage -Price $given).Cost[1] | Should -BeGreaterThan 0
        }
    }

    It 'refuses <Name> as prices, and runs nothing' -ForEach @(
        @{ Name = 'a typo'; Text = '@{ m = @{ InputTokenPerMillion = 1 } }'; Told = "*Did you mean 'InputTokensPerMillion'?" }
        @{ Name = 'a command'; Text = '@{ m = @{ InputTokensPerMillion = (Set-Variable ran 1 -Scope Global) } }'; Told = '*only constants*' }
        @{ Name = 'two tables'; Text = '@{}; @{}'; Told = '*one hashtable*' }
        @{ Name = 'a syntax error'; Text = '@{ m = '; Told = '*Line 1:*' }
    ) {
        $path = Join-Path $TestDrive 'bad.psd1'
        Set-Content $path $Text

        $problem = Get-ErrorOf { Get-CohereUsage -Price $path }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
        "$problem" | Should -BeLike $Told
        Get-Variable ran -Scope Global -ErrorAction Ignore | Should -BeNullOrEmpty
    }

    It 'adds a total, and says which models have no price' {
        $null = Invoke-CohereChat 'a'
        $null = Invoke-CohereChat 'c' -Model 'another'

        $usage = Get-CohereUsage -Total -WarningVariable said -WarningAction SilentlyContinue

        $usage[-1].Operation | Should -Be 'Total'
        $usage[-1].Calls | Should -Be 2
        $usage[-1].Cost | Should -Be $usage[1].Cost
        $usage[-1].UnpricedCalls | Should -Be 1
        "$said" | Should -Be "The cost doesn't include 1 call without a known cost: another. To specify prices, use -Price."
    }

    It 'adds up audit files by group, also while a session writes them' {
        $path = Join-Path $TestDrive 'audit-1.jsonl'
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -AuditPath $path -ClientName nightly
        $null = 'a', 'b' | Invoke-CohereChat
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -AuditPath (Join-Path $TestDrive 'audit-2.jsonl') -ClientName other -Access Read
        $null = Get-ErrorOf { Invoke-CohereChat 'denied' }
        $null = Get-CohereModel
        Add-Content $path 'damaged', '{"also'

        $rows = Get-CohereUsage -AuditPath (Join-Path $TestDrive 'audit-*.jsonl') -Since (Get-Date).AddDays(-7) -GroupBy Day, Model, ClientName -Total -WarningVariable said -WarningAction SilentlyContinue

        $rows.Group | Should -Be "$(Get-Date -Format yyyy-MM-dd), -, other", "$(Get-Date -Format yyyy-MM-dd), command-a-03-2025, nightly", 'Total'
        $rows[1].Day | Should -Be (Get-Date).Date
        $rows[1].ClientName | Should -Be 'nightly'
        $rows.Calls | Should -Be 1, 2, 3
        $rows[2].Cost | Should -Be $rows[1].Cost
        $rows[1].Cost | Should -BeGreaterThan 0
        "$said" | Should -Be "2 lines of the audit files can't be read. They aren't counted."
        Get-CohereUsage -AuditPath $path -Until (Get-Date).AddDays(-1) -WarningAction SilentlyContinue | Should -BeNullOrEmpty
        (Get-CohereUsage List* -AuditPath (Join-Path $TestDrive 'audit-2.jsonl')).Calls | Should -Be 1
    }

    It 'groups a session by operation and model only' {
        (Get-ErrorOf { Get-CohereUsage -GroupBy Day }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
        $null = Invoke-CohereChat 'a'
        (Get-CohereUsage -GroupBy Model).Group | Should -Be 'command-a-03-2025'
    }

    It 'fits 80 columns, with texts made harmless' {
        $path = Join-Path $TestDrive 'bad-names.jsonl'
        $escape = '\u001b'
        Set-Content $path "{`"time`":`"2026-11-21T10:00:00+00:00`",`"client`":`"x${escape}[31m`",`"operation`":`"Chat`",`"model`":`"$('m' * 90)${escape}[2J`",`"outcome`":`"Success`",`"attempts`":1}"

        $view = Get-CohereUsage -AuditPath $path -GroupBy Model, ClientName | Out-String -Width 80
        $usual = Get-CohereUsage -AuditPath $path | Out-String -Width 80

        foreach ($shown in $view, $usual) {
            ($shown -replace "$([char] 27)\[[\d;]*m") -split "`r?`n" | ForEach-Object Length | Measure-Object -Maximum | ForEach-Object Maximum | Should -BeLessOrEqual 80
            $shown | Should -Not -Match "$([char] 27)\[(31m|2J)"
        }
    }
}

Describe 'A session with a budget' {
    It 'stops before the call that could pass -BudgetLimit, and shows what was used' {
        Connect-Cohere -Emulator -BudgetLimit 0.09

        $answers = @(1..10 | ForEach-Object { "Question $_" } | Invoke-CohereChat -ThrottleLimit 5 -ErrorAction SilentlyContinue -ErrorVariable problems)
        $problem = Get-ErrorOf { Invoke-CohereChat ('long ' * 20000) }

        $answers | Should -HaveCount 10
        $problems | Should -BeNullOrEmpty
        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.BudgetExceeded,*'
        $problem.ErrorDetails.RecommendedAction | Should -BeLike '*-MaxTokens*'
        $usage = Get-CohereUsage
        (Get-CohereSession).BudgetUsed | Should -Be $usage.Cost
        Get-CohereSession | Out-String | Should -Match 'Budget\s+: 0\.\d+ of 0\.09 US dollars used'
    }

    It 'stops after -CallLimit calls, whatever runs in parallel' {
        Connect-Cohere -Emulator -CallLimit 3
        $answers = [System.Collections.Generic.List[object]]::new()

        $problem = Get-ErrorOf { 1..12 | ForEach-Object { "Question $_" } | Invoke-CohereChat -ThrottleLimit 5 | ForEach-Object { $answers.Add($_) } }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.BudgetExceeded,*'
        (Get-CohereUsage Chat).Calls | Should -Be 3
        $null = Get-CohereModel
    }

    It 'refuses what has no price, unless -Price has one' {
        Connect-Cohere -Emulator -BudgetLimit 5
        (Get-ErrorOf { 'a' | Invoke-CohereRerank q }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.PriceUnknown,*'
        (Get-ErrorOf { Start-CohereEmbedJob d }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.PriceUnknown,*'

        Connect-Cohere -Emulator -BudgetLimit 5 -Price @{ 'rerank-v4.0-pro' = @{ SearchesPerThousand = 2.5 } }
        $null = 'a' | Invoke-CohereRerank q
        (Get-CohereUsage).Cost | Should -Be 0.0025
        (Get-CohereSession).BudgetUsed | Should -Be 0.0025
    }

    It 'counts the calls of Invoke-CohereApi by the model in the body' {
        Connect-Cohere -Emulator -BudgetLimit 0.01

        (Get-ErrorOf { Invoke-CohereApi /v2/chat -Body @{ model = 'command-a-03-2025'; messages = @(@{ role = 'user'; content = 'Hi' }) } }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.BudgetExceeded,*'
        $null = Invoke-CohereApi /v2/chat -Body @{ model = 'command-r7b-12-2024'; messages = @(@{ role = 'user'; content = 'Hi' }) }
        (Get-CohereSession).BudgetUsed | Should -BeGreaterThan 0
    }
}

Describe '-WhatIf of what costs money' -ForEach @{ Cases = $cases } {
    # The messages of -WhatIf go to the host, so another process shows them.
    BeforeAll {
        [System.IO.File]::WriteAllBytes((Join-Path $TestDrive 'a.wav'), [byte[]] (1..100))
        Set-Content -LiteralPath (Join-Path $TestDrive 'text.txt') -Value 'text'
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"id":"1","embeddings":{"base64":["AACAPwAAAAA="]},"meta":{"billed_units":{"input_tokens":2}}}' })
        $null = Update-CohereIndex (Join-Path $TestDrive 'found.arrow') -Source (Join-Path $TestDrive 'text.txt')
        $server.Reset()
        $lines = foreach ($case in $Cases) { "'### $($case.Number)'; $($case.Script)" }
        $script:shown = @(Invoke-InOtherProcess ("Import-Module `$Manifest; Set-Location '$TestDrive'; Connect-Cohere -BaseUri '$($server.BaseUri)' -ApiKey 'a-key-for-tests'`n" + ($lines -join "`n")))
    }

    It 'shows calls, inputs and cost once, and sends nothing: <Script>' -ForEach $cases {
        $first = [array]::IndexOf($shown, "### $Number")
        $next = [array]::IndexOf($shown, "### $($Number + 1)")
        $told = @($shown[($first + 1)..($(if ($next -lt 0) { $shown.Count } else { $next }) - 1)] | Where-Object { $_ })

        $first | Should -BeGreaterOrEqual 0
        $told | Should -HaveCount 1
        $told[0] | Should -BeLike $Told
        $server.Requests | Should -BeNullOrEmpty
        Join-Path $TestDrive 'out' | Should -Not -Exist
    }

    It 'still refuses what the session does not allow' {
        $denied = Connect-Cohere -Emulator -Access Read -PassThru

        (Get-ErrorOf { 'a' | New-CohereEmbedding -Session $denied -WhatIf }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotAllowed,*'
    }
}

Describe '-WhatIf of jobs for datasets' {
    # Reading a dataset costs nothing. The messages of -WhatIf go to the host, so another process shows them.
    It 'shows the inputs and tokens of the dataset, and its cost where a price is known' {
        $told = @(Invoke-InOtherProcess @'
Import-Module $Manifest
Connect-Cohere -Emulator
$id = (@{ text = 'a' }, @{ text = 'b' } | New-CohereDataset -Name rows -Type embed-input).DatasetId
$batch = 'a', 'b' | Start-CohereBatch -Model command-a-03-2025
Start-CohereEmbedJob $id -WhatIf
Start-CohereBatch $batch.InputDatasetId -Model command-a-03-2025 -WhatIf
New-CohereFineTunedModel mine Chat $id -WhatIf
"jobs: $(@(Get-CohereEmbedJob).Count), batches: $(@(Get-CohereBatch).Count), models: $(@(Get-CohereFineTunedModel -WarningAction SilentlyContinue).Count)"
'@) | Where-Object { $_ -like 'What if*' -or $_ -like 'jobs*' }

        $told | Should -HaveCount 4
        $told[0] | Should -BeLike '*, model embed-multilingual-v3.0; 2 inputs (* bytes), about * input tokens, 0.0* US dollars for the input at the price of single calls*'
        $told[1] | Should -BeLike '*, model command-a-03-2025; 2 inputs (* bytes), about * input tokens, 0.0* US dollars for the input at the price of single calls*'
        $told[2] | Should -BeLike '*, dataset *; 2 inputs (* bytes), about * input tokens, cost not known*'
        $told[3] | Should -Be 'jobs: 0, batches: 1, models: 0'
    }

    It 'says that the cost depends on a dataset that it cannot read, without a line in the audit file' {
        $audit = Join-Path $TestDrive 'unread.jsonl'
        $told = @(Invoke-InOtherProcess @"
Import-Module `$Manifest
Connect-Cohere -Emulator -DenyOperation GetDataset -AuditPath '$audit'
Start-CohereEmbedJob d -WhatIf
Start-CohereBatch d -Model command-a-03-2025 -WhatIf
New-CohereFineTunedModel mine Chat d -WhatIf
"@) | Where-Object { $_ -like 'What if*' }

        $told | Should -HaveCount 3
        foreach ($line in $told) { $line | Should -BeLike '*; the cost depends on the dataset*' }
        if (Test-Path -LiteralPath $audit) { Get-Content -LiteralPath $audit | Should -BeNullOrEmpty }
    }
}

Describe '-WhatIf of calls that the session limits' -ForEach @{ Cases = $limited } {
    BeforeAll {
        $server.Reset()
        $script:limitAudit = Join-Path $TestDrive 'limits.jsonl'
        Set-Content -LiteralPath (Join-Path $TestDrive 'profile.psd1') -Value "@{ Name = 'one'; Operations = @{ Chat = 'Full' }; Models = 'command-a-03-2025' }"
        $lines = foreach ($case in $Cases) {
            "'### $($case.Number)'; Connect-Cohere -BaseUri '$($server.BaseUri)' -ApiKey 'a-key-for-tests' -AuditPath '$limitAudit' $($case.Connect)"
            "try { `$ErrorActionPreference = 'Stop'; $($case.Script) } catch { 'Id: ' + (`$_.FullyQualifiedErrorId -split ',')[0] }"
        }

        $script:shown = @(Invoke-InOtherProcess ("Import-Module `$Manifest; Set-Location '$TestDrive'`n" + ($lines -join "`n")))
    }

    It 'tells how far they get, sends nothing, and records nothing: <Connect>: <Script>' -ForEach $limited {
        $first = [array]::IndexOf($shown, "### $Number")
        $next = [array]::IndexOf($shown, "### $($Number + 1)")
        $lines = @($shown[($first + 1)..($(if ($next -lt 0) { $shown.Count } else { $next }) - 1)] | Where-Object { $_ })

        $first | Should -BeGreaterOrEqual 0
        if ($Told) {
            $lines[0] | Should -BeLike $Told
        }

        ($lines -like 'Id: *') -join '' | Should -Be $(if ($Id) { "Id: $Id" } else { '' })
        $lines | Should -HaveCount $(if ($Count) { $Count } else { [int] [bool] $Told + [int] [bool] $Id })
        $server.Requests | Should -BeNullOrEmpty
        if (Test-Path -LiteralPath $limitAudit) {
            Get-Content -LiteralPath $limitAudit | Should -BeNullOrEmpty
        }
    }
}

Describe 'A call that nobody asked for' {
    It 'is not in the audit when the session refuses it: <What>' -ForEach @(
        @{ What = 'completion'; Script = { TabExpansion2 'Invoke-CohereChat -Model ' 25 } }
        @{ What = 'the check of the key in Test-CohereConnection'; Script = { (Test-CohereConnection).Key.ToString() | Should -BeLike 'skipped: the operation CheckApiKey isn''t allowed in this session: *' } }
    ) {
        $audit = Join-Path $TestDrive 'unasked.jsonl'
        Connect-Cohere -Emulator -AuditPath $audit -AllowOperation Embed
        $null = & $Script
        if (Test-Path -LiteralPath $audit) {
            Get-Content -LiteralPath $audit | Should -BeNullOrEmpty
        }
    }
}

Describe 'examples/Get-WeeklyUsage.ps1' {
    It 'writes a row for each day, model and client, and a total' {
        Connect-Cohere -Emulator -AuditPath (Join-Path $TestDrive 'week.jsonl') -ClientName helpdesk
        $null = 'a', 'b' | Invoke-CohereChat
        $out = Join-Path $TestDrive 'week.csv'

        $shown = & ([System.IO.Path]::Combine($RepositoryRoot, 'examples', 'Get-WeeklyUsage.ps1')) -AuditPath (Join-Path $TestDrive 'week*.jsonl') -OutFile $out

        $rows = @(Import-Csv $out)
        $rows | Should -HaveCount 2
        $rows[0].ClientName | Should -Be 'helpdesk'
        $rows[0].Calls | Should -Be '2'
        [decimal] $rows[1].Cost | Should -BeGreaterThan 0
        $shown | Should -HaveCount 2
        @(Get-Content ([System.IO.Path]::Combine($RepositoryRoot, 'examples', 'Get-WeeklyUsage.ps1')) | Where-Object { $_ -and $_ -notmatch '^(#|param)' }).Count | Should -BeLessOrEqual 5
    }
}
