#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidGlobalVars', '', Justification = 'A line that is completed sees only global variables.')]
param()

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:server = Open-TestServer
    Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'
}

AfterAll {
    Restore-TestState
    $server.Dispose()
}

Describe 'Invoke-CohereChat: parameters' {
    BeforeEach { $server.Reset() }

    It 'sends -<Name> as <Field>' -ForEach @(
        @{ Name = 'Model'; Arguments = @{ Model = 'command-r7b-12-2024' }; Field = 'model'; Json = '"command-r7b-12-2024"' }
        @{ Name = 'SystemMessage'; Arguments = @{ SystemMessage = 'Be brief.' }; Field = 'messages'; Json = '[{"role":"system","content":"Be brief."},{"role":"user","content":"q"}]' }
        @{ Name = 'History'; Arguments = @{ History = @{ role = 'user'; content = 'a' }, @{ role = 'assistant'; content = 'b' } }; Field = 'messages'; Json = '[{"role":"user","content":"a"},{"role":"assistant","content":"b"},{"role":"user","content":"q"}]' }
        @{ Name = 'Document'; Arguments = @{ Document = 'one', [ordered] @{ title = 't'; text = 'x'; rank = 2 } }; Field = 'documents'; Json = '[{"id":"doc:0","data":{"text":"one"}},{"id":"doc:1","data":{"title":"t","text":"x","rank":2}}]' }
        @{ Name = 'Document with an id'; Arguments = @{ Document = @{ id = 'd7'; text = 'x' } }; Field = 'documents'; Json = '[{"id":"d7","data":{"text":"x"}}]' }
        @{ Name = 'CitationMode'; Arguments = @{ CitationMode = 'Off' }; Field = 'citation_options'; Json = '{"mode":"OFF"}' }
        @{ Name = 'JsonSchema'; Arguments = @{ JsonSchema = [ordered] @{ type = 'object'; properties = @{ n = @{ type = 'integer' } }; required = @('n') } }; Field = 'response_format'; Json = '{"type":"json_object","json_schema":{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]}}' }
        @{ Name = 'JsonSchema as text'; Arguments = @{ JsonSchema = '{"type":"object","properties":{"n":{"type":"integer"}}}' }; Field = 'response_format'; Json = '{"type":"json_object","json_schema":{"type":"object","properties":{"n":{"type":"integer"}}}}' }
        @{ Name = 'Json'; Arguments = @{ Json = $true }; Field = 'response_format'; Json = '{"type":"json_object"}' }
        @{ Name = 'SafetyMode Off'; Arguments = @{ SafetyMode = 'Off' }; Field = 'safety_mode'; Json = '"OFF"' }
        @{ Name = 'SafetyMode Strict'; Arguments = @{ SafetyMode = 'strict' }; Field = 'safety_mode'; Json = '"STRICT"' }
        @{ Name = 'MaxTokens'; Arguments = @{ MaxTokens = 5 }; Field = 'max_tokens'; Json = '5' }
        @{ Name = 'StopSequence'; Arguments = @{ StopSequence = 'END' }; Field = 'stop_sequences'; Json = '["END"]' }
        @{ Name = 'Temperature'; Arguments = @{ Temperature = 0.5 }; Field = 'temperature'; Json = '0.5' }
        @{ Name = 'Temperature 0'; Arguments = @{ Temperature = 0 }; Field = 'temperature'; Json = '0' }
        @{ Name = 'Seed'; Arguments = @{ Seed = 18446744073709551615 }; Field = 'seed'; Json = '18446744073709551615' }
        @{ Name = 'FrequencyPenalty'; Arguments = @{ FrequencyPenalty = 0.25 }; Field = 'frequency_penalty'; Json = '0.25' }
        @{ Name = 'PresencePenalty'; Arguments = @{ PresencePenalty = 0.75 }; Field = 'presence_penalty'; Json = '0.75' }
        @{ Name = 'TopK'; Arguments = @{ TopK = 40 }; Field = 'k'; Json = '40' }
        @{ Name = 'TopP'; Arguments = @{ TopP = 0.9 }; Field = 'p'; Json = '0.9' }
        @{ Name = 'LogProb'; Arguments = @{ LogProb = $true }; Field = 'logprobs'; Json = 'true' }
        @{ Name = 'Thinking'; Arguments = @{ Thinking = $true }; Field = 'thinking'; Json = '{"type":"enabled"}' }
        @{ Name = 'Thinking:$false'; Arguments = @{ Thinking = $false }; Field = 'thinking'; Json = '{"type":"disabled"}' }
        @{ Name = 'ThinkingTokenBudget'; Arguments = @{ ThinkingTokenBudget = 100 }; Field = 'thinking'; Json = '{"type":"enabled","token_budget":100}' }
        @{ Name = 'Priority'; Arguments = @{ Priority = 7 }; Field = 'priority'; Json = '7' }
        @{ Name = 'Tool'; Arguments = @{ Tool = @{ name = 'get_event'; description = 'An event.'; parameters = [ordered] @{ type = 'object'; properties = @{ id = @{ type = 'integer' } } } } }; Field = 'tools'; Json = '[{"type":"function","function":{"name":"get_event","description":"An event.","parameters":{"type":"object","properties":{"id":{"type":"integer"}}}}}]' }
        @{ Name = 'ToolChoice'; Arguments = @{ Tool = @{ name = 't' }; ToolChoice = 'Required' }; Field = 'tool_choice'; Json = '"REQUIRED"' }
        @{ Name = 'StrictTool'; Arguments = @{ Tool = @{ name = 't' }; StrictTool = $true }; Field = 'strict_tools'; Json = 'true' }
        @{ Name = 'Stream'; Arguments = @{ Stream = $true }; Field = 'stream'; Json = 'true' }
        @{ Name = 'Live'; Arguments = @{ Live = $true }; Field = 'stream'; Json = 'true' }
        @{ Name = 'AdditionalProperty'; Arguments = @{ AdditionalProperty = @{ new_field = @{ deep = @(1, $true) } } }; Field = 'new_field'; Json = '{"deep":[1,true]}' }
        @{ Name = 'AdditionalProperty over a field'; Arguments = @{ MaxTokens = 5; AdditionalProperty = @{ max_tokens = 9 } }; Field = 'max_tokens'; Json = '9' }
    ) {
        $null = Invoke-CohereChat 'q' @Arguments 6>$null

        $server.Requests.Count | Should -Be 1
        $server.LastRequest.Target | Should -Be '/v2/chat'
        ConvertTo-Json -InputObject (Get-SentBody $server)[$Field] -Depth 9 -Compress | Should -BeExactly $Json
    }

    It 'sends nothing but the model and the message when nothing else is said' {
        $null = Invoke-CohereChat 'q'

        $server.LastRequest.Body | Should -BeExactly '{"model":"command-a-03-2025","messages":[{"role":"user","content":"q"}]}'
    }

    It 'sends text that is not ASCII as it is' {
        (Invoke-CohereChat "Grüße an 世界 🎉 `"'`\").Text | Should -BeExactly "Grüße an 世界 🎉 `"'`\"
    }

    It 'sends -Header' {
        $null = Invoke-CohereChat 'q' -Header @{ 'X-Trace' = 'abc' }

        $server.LastRequest.Headers['X-Trace'] | Should -Be 'abc'
    }

    It 'refuses a header that would break the request, and does not repeat its value' {
        $problem = Get-ErrorOf { Invoke-CohereChat 'q' -Header @{ 'X-Trace' = "abc`r`nX-Other: 1" } }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
        $problem.ToString() | Should -Not -BeLike '*X-Other*'
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'refuses -<Name> <Value> before a call is spent' -ForEach @(
        @{ Name = 'SafetyMode'; Value = 'Sometimes' }
        @{ Name = 'CitationMode'; Value = 'Always' }
        @{ Name = 'ToolChoice'; Value = 'Maybe' }
        @{ Name = 'Temperature'; Value = 1.5 }
        @{ Name = 'FrequencyPenalty'; Value = -0.1 }
        @{ Name = 'PresencePenalty'; Value = 2 }
        @{ Name = 'TopK'; Value = 501 }
        @{ Name = 'TopP'; Value = 1 }
        @{ Name = 'MaxTokens'; Value = 0 }
        @{ Name = 'Priority'; Value = 1000 }
        @{ Name = 'StopSequence'; Value = @('1', '2', '3', '4', '5', '6') }
        @{ Name = 'ThrottleLimit'; Value = 0 }
        @{ Name = 'TimeoutSec'; Value = 0 }
        @{ Name = 'Seed'; Value = -1 }
    ) {
        $arguments = @{ $Name = $Value }

        { Invoke-CohereChat 'q' @arguments } | Should -Throw -ErrorId '*Argument*,CohereShell.*'
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'refuses <Why>, before a call is spent' -ForEach @(
        @{ Why = '-Json with -Tool'; Arguments = @{ Json = $true; Tool = @{ name = 't' } } }
        @{ Why = '-JsonSchema with -Tool'; Arguments = @{ JsonSchema = @{ type = 'object' }; Tool = @{ name = 't' } } }
        @{ Why = '-JsonSchema with -Document'; Arguments = @{ JsonSchema = @{ type = 'object' }; Document = 'd' } }
        @{ Why = '-Json with -Document'; Arguments = @{ Json = $true; Document = 'd' } }
        @{ Why = '-AsObject without JSON'; Arguments = @{ AsObject = $true } }
        @{ Why = '-AsHashtable without JSON'; Arguments = @{ AsHashtable = $true } }
        @{ Why = '-ToolChoice without -Tool'; Arguments = @{ ToolChoice = 'None' } }
        @{ Why = '-StrictTool without -Tool'; Arguments = @{ StrictTool = $true } }
        @{ Why = '-SafetyMode with -Tool'; Arguments = @{ SafetyMode = 'Strict'; Tool = @{ name = 't' } } }
        @{ Why = '-SafetyMode with -Document'; Arguments = @{ SafetyMode = 'Strict'; Document = 'd' } }
        @{ Why = '-Thinking:$false with a budget'; Arguments = @{ Thinking = $false; ThinkingTokenBudget = 5 } }
        @{ Why = '-ImageDetail without -Image'; Arguments = @{ ImageDetail = 'Low' } }
    ) {
        $problem = Get-ErrorOf { Invoke-CohereChat 'q' @Arguments }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
        $problem.CategoryInfo.Category | Should -Be 'InvalidArgument'
        $problem.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'refuses -AdditionalProperty for <_>, which has a parameter, before a call is spent' -ForEach 'model', 'messages', 'stream' {
        $field = $_

        $problem = Get-ErrorOf { Invoke-CohereChat 'q' -AdditionalProperty @{ $field = 'x' } }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
        $problem.ToString() | Should -BeLike "*'$field'*"
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'names -JsonSchema where it is a string that is not JSON' {
        $problem = Get-ErrorOf { Invoke-CohereChat 'q' -JsonSchema '{bad' }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotJson,*'
        $problem.ToString() | Should -BeLike '*-JsonSchema*'
    }

    It 'refuses documents that are piped to a question with -JsonSchema, before a call is spent' {
        $problem = Get-ErrorOf { 'a document' | Invoke-CohereChat 'q' -JsonSchema @{ type = 'object' } }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'names the output parameters that can''t be combined: <Names>' -ForEach @(
        @{ Names = '-Stream and -Live'; Arguments = @{ Stream = $true; Live = $true } }
        @{ Names = '-Stream and -AsObject'; Arguments = @{ Stream = $true; AsObject = $true } }
        @{ Names = '-Stream and -AsHashtable'; Arguments = @{ Stream = $true; AsHashtable = $true; Json = $true } }
        @{ Names = '-Stream and -ThrottleLimit'; Arguments = @{ Stream = $true; ThrottleLimit = 2 } }
        @{ Names = '-Live and -AsObject'; Arguments = @{ Live = $true; AsObject = $true; Json = $true } }
        @{ Names = '-Live and -AsHashtable'; Arguments = @{ Live = $true; AsHashtable = $true } }
        @{ Names = '-Live and -ThrottleLimit'; Arguments = @{ Live = $true; ThrottleLimit = 5 } }
        @{ Names = '-AsObject and -AsHashtable'; Arguments = @{ AsObject = $true; AsHashtable = $true } }
        @{ Names = '-Stream, -Live and -AsObject'; Arguments = @{ Stream = $true; Live = $true; AsObject = $true } }
    ) {
        $problem = Get-ErrorOf { Invoke-CohereChat 'q' @Arguments }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
        $problem.ToString() | Should -BeExactly "$Names can't be combined."
        $problem.ErrorDetails.RecommendedAction | Should -BeExactly "Specify only one of $Names."
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'ignores an output parameter that is turned off' {
        $answer = Invoke-CohereChat 'q' -Stream:$false -Live:$false -ThrottleLimit 2

        $answer | Should -BeOfType CohereShell.ChatResponse
    }

    It 'prefers specified parameters to $PSDefaultParameterValues: <Command> with <Default.Keys>' -ForEach @(
        @{ Command = { Invoke-CohereChat 'q' -Stream }; Default = @{ 'Invoke-Cohere*:AsObject' = $true; 'Invoke-CohereChat:ThrottleLimit' = 2 }; Type = 'CohereShell.ChatStreamEvent' }
        @{ Command = { Invoke-CohereChat 'q' -ThrottleLimit 2 }; Default = @{ 'Invoke-CohereChat:Live' = $true }; Type = 'CohereShell.ChatResponse' }
        @{ Command = { Invoke-CohereChat 'q' -Stream }; Default = @{ 'Invoke-CohereChat:Live' = $true; 'Invoke-CohereChat:Stream' = $false }; Type = 'CohereShell.ChatStreamEvent' }
        @{ Command = { Invoke-CohereChat 'q' -AsObject -Json }; Default = @{ 'Invoke-CohereChat:Live' = $true; 'Invoke-CohereChat:AsObject' = $true }; Type = 'pscustomobject' }
        @{ Command = { Invoke-CohereChat 'q' }; Default = @{ 'Invoke-CohereChat:Live' = $true; 'Invoke-CohereChat:AsObject' = $true }; Type = 'CohereShell.ChatResponse' }
        @{ Command = { Invoke-CohereChat 'q' }; Default = @{ 'Invoke-CohereChat:Stream' = $true; 'Invoke-CohereChat:ThrottleLimit' = 2 }; Type = 'CohereShell.ChatResponse' }
        @{ Command = { Invoke-CohereChat 'q' }; Default = @{ 'Invoke-CohereChat:Stream' = $true }; Type = 'CohereShell.ChatStreamEvent' }
        @{ Command = { Set-Alias chat Invoke-CohereChat; chat 'q' -Live }; Default = @{ 'chat:Stream' = $true }; Type = 'CohereShell.ChatResponse' }
        @{ Command = { Set-Alias chat Invoke-CohereChat; chat 'q' -Stream }; Default = @{ 'chat:ThrottleLimit' = 4 }; Type = 'CohereShell.ChatStreamEvent' }
    ) {
        if ("$Command" -like '*-Json*') {
            $server.Default = [CohereShellTests.Answer] @{ Body = '{"id":"x","finish_reason":"COMPLETE","message":{"role":"assistant","content":[{"type":"text","text":"{\"a\":1}"}]}}' }
        }

        $output = & {
            $PSDefaultParameterValues = $Default
            . $Command
        }

        @($output)[-1] | Should -BeOfType $Type
    }

    It 'refuses specified parameters that can''t be combined, whatever the defaults are: <Call>' -ForEach @(
        @{ Call = { Invoke-CohereChat 'q' -Stream -Live }; Default = @{ 'Invoke-CohereChat:Stream' = $false } }
        @{ Call = { Invoke-CohereChat 'q' -Stream -ThrottleLimit 2 }; Default = @{ 'Invoke-CohereChat:ThrottleLimit' = 3 } }
    ) {
        $problem = Get-ErrorOf {
            $PSDefaultParameterValues = $Default
            . $Call
        }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
    }

    It 'says that there is nothing to ask, when there is nothing to ask' {
        $problem = Get-ErrorOf { Invoke-CohereChat }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
        $problem.ErrorDetails.RecommendedAction | Should -BeLike '*Invoke-CohereChat*'
    }

    It 'refuses <Why>, and names the place' -ForEach @(
        @{ Why = 'a document that holds itself'; Value = { $table = @{ text = 'x' }; $table.inner = @{ again = $table }; $table }; Path = '$.inner.again' }
        @{ Why = 'a document with NaN'; Value = { @{ numbers = 1, [double]::NaN } }; Path = '$.numbers[[]1]' }
        @{ Why = 'a document with infinity'; Value = { @{ n = [single]::PositiveInfinity } }; Path = '$.n' }
        @{ Why = 'a document with a script block'; Value = { @{ run = { Get-Date } } }; Path = '$.run' }
        @{ Why = 'a document with a secret'; Value = { [pscustomobject] @{ name = 'x'; secret = (ConvertTo-TestSecret 'hush') } }; Path = '$.secret' }
    ) {
        $document = & $Value

        $problem = Get-ErrorOf { Invoke-CohereChat 'q' -Document $document }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotJson,*'
        $problem.CategoryInfo.Category | Should -Be 'InvalidData'
        $problem.ToString() | Should -BeLike "*$Path*"
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'refuses <Name> that cannot be said in JSON, before a call is spent' -ForEach @(
        @{ Name = '-AdditionalProperty'; Arguments = @{ AdditionalProperty = @{ run = { Get-Date } } } }
        @{ Name = '-AdditionalProperty with -Stream'; Arguments = @{ AdditionalProperty = @{ run = { Get-Date } }; Stream = $true } }
        @{ Name = '-JsonSchema'; Arguments = @{ JsonSchema = @{ type = 'object'; run = { Get-Date } } } }
        @{ Name = '-Tool'; Arguments = @{ Tool = @{ name = 't'; run = { Get-Date } } } }
    ) {
        $problem = Get-ErrorOf { Invoke-CohereChat 'q' @Arguments }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotJson,*'
        $problem.ToString() | Should -BeLike 'A ScriptBlock *$.run*'
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'takes a -JsonSchema that was read from a file, as text and as an object' {
        $path = Join-Path $TestDrive 'schema.json'
        Set-Content -LiteralPath $path -Value '{"type":"object","properties":{"n":{"type":"integer"}}}'

        $null = Invoke-CohereChat 'q' -JsonSchema (Get-Content -LiteralPath $path -Raw)
        $null = Invoke-CohereChat 'q' -JsonSchema (Get-Content -LiteralPath $path)
        $null = Invoke-CohereChat 'q' -JsonSchema (Get-Content -LiteralPath $path | ConvertFrom-Json)

        foreach ($body in Get-SentBody $server) {
            $body.response_format.json_schema.properties.n.type | Should -Be 'integer'
        }
    }

    It 'refuses a -JsonSchema that is <Why>, before a call is spent' -ForEach @(
        @{ Why = 'not JSON'; Schema = '{ "type": '; Id = 'CohereShell.NotJson,*' }
        @{ Why = 'not of the type object'; Schema = @{ type = 'array' }; Id = 'CohereShell.InvalidValue,*' }
        @{ Why = 'a list'; Schema = '[1]'; Id = 'CohereShell.InvalidValue,*' }
    ) {
        $problem = Get-ErrorOf { Invoke-CohereChat 'q' -JsonSchema $Schema }

        $problem.FullyQualifiedErrorId | Should -BeLike $Id
        $problem.TargetObject | Should -Not -BeNullOrEmpty
        $problem.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'refuses a tool <Why>, before a call is spent' -ForEach @(
        @{ Why = 'with a hyphen in its name'; Tool = @{ name = 'Get-Event' }; Id = 'NotJson' }
        @{ Why = 'without a name'; Tool = @{ description = 'x' }; Id = 'NotJson' }
        @{ Why = 'that is a word and no command'; Tool = 'get_event'; Id = 'CommandNotFound' }
    ) {
        $problem = Get-ErrorOf { Invoke-CohereChat 'q' -Tool $Tool }

        $problem.FullyQualifiedErrorId | Should -BeLike "CohereShell.$Id,*"
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'refuses a message of -History with a role that there is not' {
        { Invoke-CohereChat 'q' -History @{ role = 'boss'; content = 'x' } } | Should -Throw '*boss*roles are user, assistant, system, tool*'
        { Invoke-CohereChat 'q' -History @{ role = '7'; content = 'x' } } | Should -Throw '*7*roles are user, assistant, system, tool*'
    }
}

Describe 'Invoke-CohereChat: the answer' {
    BeforeEach { $server.Reset() }

    It 'gives a ChatResponse that says what it came from and what it cost' {
        $answer = Invoke-CohereChat 'What is event 4625?'

        $answer | Should -BeOfType CohereShell.ChatResponse
        $answer.Text | Should -Be 'What is event 4625?'
        "$answer" | Should -Be $answer.Text
        $answer.Message | Should -Be 'What is event 4625?'
        $answer.Model | Should -Be 'command-a-03-2025'
        $answer.FinishReason | Should -Be 'Complete'
        $answer.Id | Should -Be '1'
        $answer.Usage.InputTokens | Should -Be 10
        $answer.Usage.BilledOutputTokens | Should -Be 2
        $answer.Elapsed | Should -BeGreaterThan ([timespan]::Zero)
        $answer.History.Role | Should -Be 'User', 'Assistant'
        $answer.History[-1].Text | Should -Be $answer.Text
        $answer.History[0].Content[0].Type | Should -Be 'Text'
        $answer.Citations | Should -BeNullOrEmpty
        $answer.ToolCalls | Should -BeNullOrEmpty
    }

    It 'gives thoughts, plan, tool calls, citations and log probabilities' {
        $server.Enqueue([CohereShellTests.Answer] @{
                Body = '{"id":"a","finish_reason":"TOOL_CALL","message":{"role":"assistant","tool_plan":"Look it up.",
                    "content":[{"type":"thinking","thinking":"Hm."},{"type":"text","text":"It is warm."}],
                    "tool_calls":[{"id":"c1","type":"function","function":{"name":"get_event","arguments":"{\"id\":4625,\"when\":\"2024-01-02T03:04:05Z\"}"}}],
                    "citations":[{"start":6,"end":10,"text":"warm","sources":[{"type":"document","id":"d1","document":{"id":"d1","text":"warm"}}]}]},
                    "logprobs":[{"text":"It","token_ids":[7],"logprobs":[-0.5]}],
                    "usage":{"tokens":{"input_tokens":1,"output_tokens":2}}}'
            })

        $answer = Invoke-CohereChat 'q'

        $answer.Text | Should -Be 'It is warm.'
        $answer.Thinking | Should -Be 'Hm.'
        $answer.ToolPlan | Should -Be 'Look it up.'
        $answer.FinishReason | Should -Be 'ToolCall'
        $answer.ToolCalls[0].Name | Should -Be 'get_event'
        $answer.ToolCalls[0].Arguments['id'] | Should -Be 4625
        $answer.ToolCalls[0].Arguments['when'] | Should -BeOfType string
        $answer.ToolCalls[0].RawArguments | Should -BeLike '{"id":4625*'
        $answer.Citations[0].Start | Should -Be 6
        $answer.Text.Substring(6, 4) | Should -Be $answer.Citations[0].Text
        $answer.Citations[0].Sources[0].Id | Should -Be 'd1'
        $answer.Citations[0].Sources[0].Document['text'] | Should -Be 'warm'
        $answer.LogProbs[0].Text | Should -Be 'It'
        $answer.LogProbs[0].LogProbs[0] | Should -Be -0.5
    }

    It 'warns of an answer that was cut off, and gives it' {
        $server.Enqueue((ConvertTo-ChatAnswer 'half of' -FinishReason 'MAX_TOKENS'))

        $answer = Invoke-CohereChat 'q' -WarningVariable warnings -WarningAction SilentlyContinue

        $answer.Text | Should -Be 'half of'
        $answer.FinishReason | Should -Be 'MaxTokens'
        $warnings | Should -HaveCount 1
        "$warnings" | Should -BeLike '*-MaxTokens*'
    }

    It 'warns of a streamed answer that was cut off' {
        $server.Enqueue((ConvertTo-StreamAnswer 'half', ' of' -End @{ finish_reason = 'MAX_TOKENS' }))

        $null = Invoke-CohereChat 'q' -Stream -WarningVariable warnings -WarningAction SilentlyContinue

        $warnings | Should -HaveCount 1
    }

    It 'adds up what calls cost' {
        $null = Get-CohereUsage -Reset

        $null = 'a', 'b', 'c' | Invoke-CohereChat
        $usage = Get-CohereUsage -Operation Chat

        $usage.Calls | Should -Be 3
        $usage.InputTokens | Should -Be 30
        $usage.OutputTokens | Should -Be 15
        $usage.BilledInputTokens | Should -Be 9
    }
}

Describe 'Invoke-CohereChat: a conversation' {
    BeforeEach { $server.Reset() }

    It 'continues with an answer that is piped to the next question' {
        $answer = Invoke-CohereChat 'What is AD?' -SystemMessage 'Be brief.'

        $next = $answer | Invoke-CohereChat 'And its FSMO roles?'

        (Get-SentBody $server)[1].messages.content | Should -Be 'Be brief.', 'What is AD?', 'What is AD?', 'And its FSMO roles?'
        (Get-SentBody $server)[1].messages.role | Should -Be 'system', 'user', 'assistant', 'user'
        $next.History | Should -HaveCount 5
    }

    It 'replaces the instruction of the conversation with a new -SystemMessage' {
        $answer = Invoke-CohereChat 'a' -SystemMessage 'Be brief.'

        $null = $answer | Invoke-CohereChat 'b' -SystemMessage 'Be long.'

        (Get-SentBody $server)[1].messages.content | Should -Be 'Be long.', 'a', 'a', 'b'
    }

    It 'takes answers, their history and messages as -History' {
        $answer = Invoke-CohereChat 'a'

        $null = Invoke-CohereChat 'b' -History $answer
        $null = Invoke-CohereChat 'b' -History $answer.History
        $null = Invoke-CohereChat 'b' -History (New-CohereChatMessage 'a'), ([pscustomobject] @{ role = 'assistant'; content = 'a' })

        foreach ($body in (Get-SentBody $server)[1..3]) {
            $body.messages.content | Should -Be 'a', 'a', 'b'
            $body.messages.role | Should -Be 'user', 'assistant', 'user'
        }
    }

    It 'needs no question if -History ends with <Role>' -ForEach @(
        @{ Role = 'a tool result'; End = @{ role = 'tool'; tool_call_id = 'c1'; content = 'running' } }
        @{ Role = 'a user message'; End = @{ role = 'user'; content = 'running' } }
    ) {
        $call = @{ role = 'assistant'; tool_calls = @(@{ id = 'c1'; type = 'function'; function = @{ name = 'Get_Status'; arguments = '{}' } }) }

        $answer = Invoke-CohereChat -History @{ role = 'user'; content = 'status?' }, $call, $End -SystemMessage 'Be brief.'

        $answer.History.Role | Should -Be 'System', 'User', 'Assistant', $answer.History[3].Role, 'Assistant'
        (Get-SentBody $server).messages.role | Should -Be 'system', 'user', 'assistant', $End.role
    }

    It 'needs a question if -History ends with <Role>' -ForEach @(
        @{ Role = 'an answer'; Rest = @{} }
        @{ Role = 'a user message and there is an image for the next question'; Rest = @{ Image = 'https://example.com/a.png' } }
    ) {
        $history = @(@{ role = 'user'; content = 'a' }) + $(if ($Rest.Count -eq 0) { @{ role = 'assistant'; content = 'b' } })

        (Get-ErrorOf { Invoke-CohereChat -History $history @Rest }).Exception.Message | Should -BeLike '*question is missing*'
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'takes piped messages as the conversation so far' {
        $null = (New-CohereChatMessage 'one'), (New-CohereChatMessage 'two' -Role Assistant) | Invoke-CohereChat 'three'

        (Get-SentBody $server).messages.content | Should -Be 'one', 'two', 'three'
    }

    It 'asks the same question in each of several conversations' {
        $answers = 'a', 'b' | Invoke-CohereChat | Invoke-CohereChat 'more' -ThrottleLimit 1

        $answers | Should -HaveCount 2
        (Get-SentBody $server)[2].messages.content | Should -Be 'a', 'a', 'more'
        (Get-SentBody $server)[3].messages.content | Should -Be 'b', 'b', 'more'
    }

    It 'sends tool calls and their outcome back as the API wants them' {
        $server.Enqueue((ConvertTo-ChatAnswer '' -FinishReason 'TOOL_CALL' -Message @{ tool_plan = 'Look.'; tool_calls = @(@{ id = 'c1'; type = 'function'; function = @{ name = 't'; arguments = '{"n":1}' } }) }))
        $asked = Invoke-CohereChat 'q' -Tool @{ name = 't' }

        $null = $asked, (New-CohereChatMessage '42' -Role Tool -ToolCallId 'c1') | Invoke-CohereChat 'go on' -Tool @{ name = 't' }

        $messages = (Get-SentBody $server)[1].messages
        $messages.role | Should -Be 'user', 'assistant', 'tool', 'user'
        $messages[1].tool_calls[0].function.arguments | Should -BeExactly '{"n":1}'
        $messages[1].tool_plan | Should -Be 'Look.'
        $messages[2].tool_call_id | Should -Be 'c1'
    }
}

Describe 'Invoke-CohereChat: the pipeline' {
    BeforeEach { $server.Reset() }

    It 'sends one request for each string' {
        ('one', 'two' | Invoke-CohereChat).Text | Should -Be 'one', 'two'

        (Get-SentBody $server).messages.content | Sort-Object | Should -Be 'one', 'two'
    }

    It 'gives answers in the order of the questions, with at most -ThrottleLimit in flight' {
        $questions = 1..12 | ForEach-Object { "question $_ [$(if ($_ % 2) { 150 } else { 20 }) ms]" }

        $server.Gather = 4
        $answers = $questions | Invoke-CohereChat -ThrottleLimit 4

        $answers.Text | Should -Be $questions
        $answers.Message | Should -Be $questions
        $server.MostInFlight | Should -Be 4
    }

    It 'asks one after the other with -ThrottleLimit 1' {
        $null = 1..4 | ForEach-Object { "$_ [30 ms]" } | Invoke-CohereChat -ThrottleLimit 1

        $server.MostInFlight | Should -Be 1
    }

    It 'gives the first answer while later questions are still to come' {
        $seen = [System.Collections.Generic.List[string]]::new()

        1..3 | ForEach-Object { $seen.Add("ask $_"); "$_" } | Invoke-CohereChat -ThrottleLimit 1 | ForEach-Object { $seen.Add("answer $_") }

        $seen.IndexOf('answer 1') | Should -BeLessThan $seen.IndexOf('ask 3')
    }

    It 'writes an error for an empty line, and continues with the others' {
        $answers = 'one', '', '   ', $null, 'two' | Invoke-CohereChat -ErrorVariable problems -ErrorAction SilentlyContinue

        $answers.Text | Should -Be 'one', 'two'
        $problems | Should -HaveCount 3
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.EmptyInput,*'
        $problems[0].CategoryInfo.Category | Should -Be 'InvalidData'
        $server.Requests | Should -HaveCount 2
    }

    It 'refuses <Why> without -Message, and continues with the others' -ForEach @(
        @{ Why = 'a file'; Value = { Get-Item -LiteralPath $PSCommandPath } }
        @{ Why = 'a number'; Value = { 42 } }
        @{ Why = 'an object'; Value = { [pscustomobject] @{ a = 1 } } }
        @{ Why = 'a hashtable'; Value = { @{ a = 1 } } }
        @{ Why = 'an answer'; Value = { Invoke-CohereChat 'x'; $server.Reset() } }
    ) {
        $wrong = & $Value

        $answers = $wrong, 'fine' | Invoke-CohereChat -ErrorVariable problems -ErrorAction SilentlyContinue

        $answers.Text | Should -Be 'fine'
        $problems | Should -HaveCount 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotAMessage,*'
        $problems[0].TargetObject | Should -Be $wrong
        $problems[0].ErrorDetails.RecommendedAction | Should -BeLike '*-Message*'
        $server.Requests | Should -HaveCount 1
    }

    It 'says that a message of the <_> cannot be the last one' -ForEach 'Assistant', 'System' {
        $message = New-CohereChatMessage 'hello' -Role $_

        $answers = $message, 'fine' | Invoke-CohereChat -ErrorVariable problems -ErrorAction SilentlyContinue

        $answers.Text | Should -Be 'fine'
        $problems | Should -HaveCount 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotAQuestion,*'
        $problems[0].ToString() | Should -BeLike "A message with the role $_ can't be the last message*"
        $problems[0].TargetObject | Should -Be $message
        $problems[0].ErrorDetails.RecommendedAction | Should -BeLike '*-Message*'
        $server.Requests | Should -HaveCount 1
    }

    It 'sends the lines of a file without the notes that Get-Content puts on them' {
        $path = Join-Path $TestDrive 'questions.txt'
        Set-Content -LiteralPath $path -Value 'one', 'two'

        (Get-Content -LiteralPath $path | Invoke-CohereChat).Text | Should -Be 'one', 'two'
        (Get-SentBody $server)[0].messages[0].content | Should -BeOfType string
    }

    It 'sends a message that is piped with its image' {
        $null = New-CohereChatMessage 'look' -Image 'https://example.com/a.png' | Invoke-CohereChat

        (Get-SentBody $server).messages[0].content[1].image_url.url | Should -Be 'https://example.com/a.png'
    }

    It 'writes an error for the record that fails, and continues with the others in order' {
        $server.Default = $null
        $server.Enqueue((ConvertTo-ChatAnswer 'one'))
        $server.Enqueue([CohereShellTests.Answer] @{ Status = 400; Body = '{"message":"no such field"}' })
        $server.Enqueue((ConvertTo-ChatAnswer 'three'))

        $answers = 'q1', 'q2', 'q3' | Invoke-CohereChat -ThrottleLimit 1 -ErrorVariable problems -ErrorAction SilentlyContinue

        $answers.Text | Should -Be 'one', 'three'
        $problems | Should -HaveCount 1
        $problems[0].TargetObject | Should -Be 'q2'
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidRequest,*'
    }

    It 'gives the answers that came in time when the key is refused later, and ends' {
        $server.Enqueue((ConvertTo-ChatAnswer 'one'))
        $server.Default = [CohereShellTests.Answer] @{ Status = 401; Body = '{"message":"invalid api token"}' }

        $answers = [System.Collections.Generic.List[object]]::new()
        { 'q1', 'q2', 'q3', 'q4' | Invoke-CohereChat -ThrottleLimit 1 | ForEach-Object { $answers.Add($_) } } | Should -Throw -ErrorId 'CohereShell.Unauthorized,*'

        $answers.Text | Should -Be 'one'
        $server.Requests | Should -HaveCount 2
    }

    It 'cancels the calls in flight when the first error ends the command' {
        { 'q1 [500 ms] [status 400]', 'q2 [hang]', 'q3 [hang]' | Invoke-CohereChat -ThrottleLimit 3 -ErrorAction Stop } | Should -Throw '*as you wish*'

        Wait-Condition { @($server.Requests | Where-Object Body -Like '*hang*' | Where-Object { -not $_.ClosedAt }).Count -eq 0 }
    }

    It 'cancels the calls in flight when Select-Object -First has enough' {
        ('q1 [500 ms]', 'q2 [hang]', 'q3 [hang]' | Invoke-CohereChat -ThrottleLimit 3 | Select-Object -First 1).Text | Should -Be 'q1 [500 ms]'

        Wait-Condition { @($server.Requests | Where-Object Body -Like '*hang*' | Where-Object { -not $_.ClosedAt }).Count -eq 0 }
    }

    It 'can be used inside the pipeline of another stream' {
        $answers = Invoke-CohereChat 'outer' -Stream | Where-Object Text | ForEach-Object { (Invoke-CohereChat "inner of $_").Text }

        $answers | Should -Be 'inner of outer'
    }

    It 'streams the answer to each question of the pipeline' {
        $events = 'one', 'two' | Invoke-CohereChat -Stream

        ($events | Where-Object Response).Response.Text | Should -Be 'one', 'two'
    }
}

Describe 'Invoke-CohereChat: documents on the pipeline' {
    BeforeEach { $server.Reset() }

    It 'makes lines of a file documents, without notes and without the empty ones' {
        $path = Join-Path $TestDrive 'policy.txt'
        Set-Content -LiteralPath $path -Value 'Logs are kept 90 days.', '', 'Backups are kept a year.'

        $null = Get-Content -LiteralPath $path | Invoke-CohereChat 'How long?'

        $server.Requests | Should -HaveCount 1
        ConvertTo-Json -InputObject (Get-SentBody $server).documents -Compress | Should -BeExactly '[{"id":"doc:0","data":{"text":"Logs are kept 90 days."}},{"id":"doc:1","data":{"text":"Backups are kept a year."}}]'
    }

    It 'makes documents of <Why>' -ForEach @(
        @{ Why = 'hashtables'; Value = { [ordered] @{ title = 'a'; n = 1.5; list = @(1, 'b'); none = $null; yes = $true } }; Json = '{"id":"doc:0","data":{"title":"a","n":1.5,"list":[1,"b"],"none":null,"yes":true}}' }
        @{ Why = 'objects made in script'; Value = { [pscustomobject] @{ Name = 'a'; When = [datetime]::new(2024, 1, 2, 3, 4, 5, [System.DateTimeKind]::Utc); Day = [System.DayOfWeek]::Friday } }; Json = '{"id":"a","data":{"Name":"a","When":"2024-01-02T03:04:05.0000000Z","Day":"Friday"}}' }
        @{ Why = 'objects with an id'; Value = { [pscustomobject] @{ id = 7; text = 'x' } }; Json = '{"id":"7","data":{"text":"x"}}' }
        @{ Why = 'documents in the form of the API'; Value = { [ordered] @{ id = 'a'; data = @{ text = 'x' } } }; Json = '{"id":"a","data":{"text":"x"}}' }
        @{ Why = 'numbers'; Value = { 42 }; Json = '{"id":"doc:0","data":{"text":"42"}}' }
        @{ Why = 'objects with nested ones'; Value = { [pscustomobject] @{ a = [pscustomobject] @{ b = @(@{ c = 1 }) } } }; Json = '{"id":"doc:0","data":{"a":{"b":[{"c":1}]}}}' }
    ) {
        $null = & $Value | Invoke-CohereChat 'q'

        $server.LastRequest.Body | Should -BeLike "*`"documents`":[[]$($Json.Replace('[', '`['))]*"
    }

    It 'makes a document of the text of a file' {
        $path = Join-Path $TestDrive 'policy.md'
        Set-Content -LiteralPath $path -Value 'Keep it.' -NoNewline

        $null = Get-Item -LiteralPath $path | Invoke-CohereChat 'q'

        $document = (Get-SentBody $server).documents[0]
        $document.data.text | Should -Be 'Keep it.'
        $document.data.title | Should -Be 'policy.md'
    }

    It 'makes a document of a process with what can be said in JSON' {
        $null = Get-Process -Id $PID | Invoke-CohereChat 'q'

        $data = (Get-SentBody $server).documents[0].data
        $data.Id ?? (Get-SentBody $server).documents[0].id | Should -Be $PID
    }

    It 'makes documents of what Select-Object gives' {
        $null = Get-Process -Id $PID | Select-Object ProcessName, Id, @{ Name = 'Large'; Expression = { $_.WorkingSet64 -gt 1 } } | Invoke-CohereChat 'q'

        (Get-SentBody $server).documents[0].data.Large | Should -BeTrue
    }

    It 'writes an error for a document that cannot be said in JSON, and asks with the others' {
        $cycle = @{ name = 'loop' }
        $cycle.self = $cycle

        $answer = 'fine', $cycle | Invoke-CohereChat 'q' -ErrorVariable problems -ErrorAction SilentlyContinue

        $answer.Text | Should -Be 'q'
        $problems | Should -HaveCount 1
        "$problems" | Should -BeLike '*$.self*'
        (Get-SentBody $server).documents | Should -HaveCount 1
    }

    It 'combines -Document with what is piped' {
        $null = 'piped' | Invoke-CohereChat 'q' -Document 'given'

        (Get-SentBody $server).documents.data.text | Should -Be 'given', 'piped'
    }

    It 'writes an error for a file that has gone, and asks with the others' {
        $path = Join-Path $TestDrive 'gone.txt'
        Set-Content -LiteralPath $path -Value 'x'
        $file = Get-Item -LiteralPath $path
        Remove-Item -LiteralPath $path

        $answer = 'fine', $file | Invoke-CohereChat 'q' -ErrorVariable problems -ErrorAction SilentlyContinue

        $answer.Text | Should -Be 'q'
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotReadable,*'
        $problems[0].CategoryInfo.Category | Should -Be 'ObjectNotFound'
    }

    It 'takes a -Document that is a file' {
        $path = Join-Path $TestDrive 'given.md'
        Set-Content -LiteralPath $path -Value 'Given.' -NoNewline

        $null = Invoke-CohereChat 'q' -Document (Get-Item -LiteralPath $path)

        (Get-SentBody $server).documents[0].data.text | Should -Be 'Given.'
    }

    It 'says which -Document is a file that cannot be read' {
        $file = [System.IO.FileInfo]::new((Join-Path $TestDrive 'never-there.txt'))

        $problem = Get-ErrorOf { Invoke-CohereChat 'q' -Document $file }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotReadable,*'
        $server.Requests | Should -BeNullOrEmpty
    }
}

Describe 'Invoke-CohereChat: JSON' {
    BeforeEach { $server.Reset() }
    BeforeAll {
        $script:schema = @{ type = 'object'; properties = @{ n = @{ type = 'integer' } } }
        $script:json = '{"n":1,"big":9007199254740993,"half":0.5,"yes":true,"none":null,"when":"2024-01-02T03:04:05Z","list":[{"a":[1,2]},{"a":[]}]}'
    }

    It 'reads JSON in a code block, <Name>' -ForEach @(
        @{ Name = 'with a language'; Text = "``````json`n{`"n`": 1}`n``````" }
        @{ Name = 'without a language'; Text = "```````r`n{`"n`": 1}`r`n```````r`n" }
        @{ Name = 'with a fence in a string'; Text = "``````json`n{`"n`": 1, `"code`": `"``````a`"}`n``````" }
        @{ Name = 'with half of a surrogate pair'; Text = '{"n": 1, "a": "\ud83d"}' }
    ) {
        $server.Enqueue((ConvertTo-ChatAnswer $Text))

        (Invoke-CohereChat 'q' -JsonSchema $schema -AsObject).n | Should -Be 1
    }

    It 'gives an object with -AsObject' {
        $server.Enqueue((ConvertTo-ChatAnswer $json))

        $value = Invoke-CohereChat 'q' -JsonSchema $schema -AsObject

        $value | Should -BeOfType pscustomobject
        $value.PSObject.Properties.Name | Should -Be 'n', 'big', 'half', 'yes', 'none', 'when', 'list'
        $value.n | Should -Be 1
        $value.big | Should -Be 9007199254740993
        $value.half | Should -Be 0.5
        $value.yes | Should -BeTrue
        $value.none | Should -BeNullOrEmpty
        $value.when | Should -BeOfType string
        $value.when | Should -BeExactly '2024-01-02T03:04:05Z'
        , $value.list | Should -BeOfType array
        $value.list[0].a | Should -Be 1, 2
        , $value.list[1].a | Should -BeOfType array
        $value.list[1].a.Count | Should -Be 0
    }

    It 'gives an ordered hashtable with -AsHashtable' {
        $server.Enqueue((ConvertTo-ChatAnswer $json))

        $value = Invoke-CohereChat 'q' -Json -AsHashtable

        $value | Should -BeOfType System.Collections.Specialized.OrderedDictionary
        $value.Keys | Should -Be 'n', 'big', 'half', 'yes', 'none', 'when', 'list'
        $value.when | Should -BeOfType string
        $value.list[0].a | Should -Be 1, 2
    }

    It 'gives names that differ by case only with -AsHashtable, and an error that says so with -AsObject' {
        $server.Default = ConvertTo-ChatAnswer '{"a":1,"A":2}'

        (Invoke-CohereChat 'q' -Json -AsHashtable).Count | Should -Be 2
        $problem = Get-ErrorOf { Invoke-CohereChat 'q' -Json -AsObject }
        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.AnswerNotJson,*'
        $problem.ToString() | Should -BeLike '*-AsHashtable*'
    }

    It 'writes an error for an answer that is not JSON, with the answer as its target' {
        $server.Enqueue((ConvertTo-ChatAnswer 'Sorry, no.'))

        $problem = Get-ErrorOf { Invoke-CohereChat 'q' -Json -AsObject }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.AnswerNotJson,*'
        $problem.CategoryInfo.Category | Should -Be 'InvalidResult'
        $problem.TargetObject.Text | Should -Be 'Sorry, no.'
    }

    It 'gives one object per question' {
        $server.Default = ConvertTo-ChatAnswer '{"n":1}'

        (1..3 | ForEach-Object { "$_" } | Invoke-CohereChat -Json -AsObject).n | Should -Be 1, 1, 1
    }
}

Describe 'Invoke-CohereChat: images' {
    BeforeAll {
        foreach ($name in 'b.png', 'a.png') {
            [System.IO.File]::WriteAllBytes((Join-Path $TestDrive $name), (Get-TestPng))
        }

        Set-Content -LiteralPath (Join-Path $TestDrive 'text.png') -Value 'This is no image.'
        $script:dataUri = 'data:image/png;base64,' + [Convert]::ToBase64String((Get-TestPng))
    }
    BeforeEach { $server.Reset() }

    It 'sends a file as a data URI' {
        $null = Invoke-CohereChat 'What is it?' -Image (Join-Path $TestDrive 'a.png')

        $content = (Get-SentBody $server).messages[0].content
        $content[0].text | Should -Be 'What is it?'
        $content[1].type | Should -Be 'image_url'
        $content[1].image_url.url | Should -BeExactly $dataUri
    }

    It 'sends an address as it is, with -ImageDetail' {
        $null = Invoke-CohereChat 'q' -Image 'https://example.com/a.png' -ImageDetail Low

        $image = (Get-SentBody $server).messages[0].content[1].image_url
        $image.url | Should -Be 'https://example.com/a.png'
        $image.detail | Should -BeExactly 'low'
    }

    It 'resolves wildcards and paths relative to the current location' {
        Push-Location -LiteralPath $TestDrive
        try {
            $null = Invoke-CohereChat 'q' -Image '[ab].png'
        }
        finally {
            Pop-Location
        }

        (Get-SentBody $server).messages[0].content | Should -HaveCount 3
    }

    It 'refuses <Why> before a call is spent' -ForEach @(
        @{ Why = 'a file that is no image'; Name = 'text.png'; Id = 'CohereShell.NotAnImage,*'; Category = 'InvalidData' }
        @{ Why = 'a file that is not there'; Name = 'missing.png'; Id = 'CohereShell.FileNotReadable,*'; Category = 'ObjectNotFound' }
        @{ Why = 'a wildcard that matches nothing'; Name = 'missing*.png'; Id = 'CohereShell.FileNotReadable,*'; Category = 'ObjectNotFound' }
    ) {
        $path = Join-Path $TestDrive $Name

        $problem = Get-ErrorOf { Invoke-CohereChat 'q' -Image $path }

        $problem.FullyQualifiedErrorId | Should -BeLike $Id
        $problem.CategoryInfo.Category | Should -Be $Category
        $problem.TargetObject | Should -Be $path
        $server.Requests | Should -BeNullOrEmpty
    }
}

Describe 'Invoke-CohereChat: streaming' {
    BeforeEach { $server.Reset() }

    It 'gives typed events, whose texts joined are the answer' {
        $server.Enqueue((ConvertTo-StreamAnswer 'Grü', 'ße, ', '🎉', ' Welt'))

        $events = Invoke-CohereChat 'q' -Stream

        $events | ForEach-Object { $_ | Should -BeOfType CohereShell.ChatStreamEvent }
        $events[0].Type | Should -Be 'MessageStart'
        $events[-1].Type | Should -Be 'MessageEnd'
        $events -join '' | Should -BeExactly 'Grüße, 🎉 Welt'
        $events[-1].Response.Text | Should -BeExactly 'Grüße, 🎉 Welt'
        $events[-1].Response.FinishReason | Should -Be 'Complete'
        $events[-1].FinishReason | Should -Be 'Complete'
        ($events | Where-Object Response) | Should -HaveCount 1
    }

    It 'gives thoughts, plan, tool calls and citations of a stream, piece by piece and whole' {
        $server.Enqueue([CohereShellTests.Answer] @{
                Events = @(
                    '{"type":"message-start","id":"s1","delta":{"message":{"role":"assistant"}}}'
                    '{"type":"content-start","index":0,"delta":{"message":{"content":{"type":"thinking","thinking":""}}}}'
                    '{"type":"content-delta","index":0,"delta":{"message":{"content":{"thinking":"Hm."}}}}'
                    '{"type":"content-end","index":0}'
                    '{"type":"tool-plan-delta","delta":{"message":{"tool_plan":"Look it up."}}}'
                    '{"type":"tool-call-start","index":0,"delta":{"message":{"tool_calls":{"id":"c1","type":"function","function":{"name":"get_event","arguments":""}}}}}'
                    '{"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":"{\"id\":"}}}}}'
                    '{"type":"tool-call-delta","index":0,"delta":{"message":{"tool_calls":{"function":{"arguments":"4625}"}}}}}'
                    '{"type":"tool-call-end","index":0}'
                    '{"type":"content-start","index":1,"delta":{"message":{"content":{"type":"text","text":""}}}}'
                    '{"type":"content-delta","index":1,"delta":{"message":{"content":{"text":"It is warm."}}}}'
                    '{"type":"citation-start","index":0,"delta":{"message":{"citations":{"start":6,"end":10,"text":"warm","sources":[{"type":"document","id":"d1","document":{"text":"warm"}}]}}}}'
                    '{"type":"citation-end","index":0}'
                    '{"type":"something-new","index":0}'
                    '{"type":"content-end","index":1}'
                    '{"type":"message-end","id":"s1","delta":{"finish_reason":"TOOL_CALL","usage":{"tokens":{"input_tokens":3,"output_tokens":4}}}}'
                )
            })

        $events = Invoke-CohereChat 'q' -Stream
        $whole = $events[-1].Response

        $events.Type | Should -Be 'MessageStart', 'ContentStart', 'ContentDelta', 'ContentEnd', 'ToolPlanDelta', 'ToolCallStart', 'ToolCallDelta', 'ToolCallDelta', 'ToolCallEnd', 'ContentStart', 'ContentDelta', 'CitationStart', 'CitationEnd', 'Unknown', 'ContentEnd', 'MessageEnd'
        $events -join '' | Should -Be 'It is warm.'
        $events[2].Thinking | Should -Be 'Hm.'
        $events[5].ToolCall.Name | Should -Be 'get_event'
        $events[8].ToolCall.Arguments['id'] | Should -Be 4625
        $events[11].Citation.Sources[0].Id | Should -Be 'd1'
        $whole.Text | Should -Be 'It is warm.'
        $whole.Thinking | Should -Be 'Hm.'
        $whole.ToolPlan | Should -Be 'Look it up.'
        $whole.ToolCalls[0].RawArguments | Should -BeExactly '{"id":4625}'
        $whole.Citations[0].Text | Should -Be 'warm'
        $whole.Usage.OutputTokens | Should -Be 4
    }

    It 'gives events as they arrive' {
        # The server sends an event when the one before it has arrived.
        $answer = ConvertTo-StreamAnswer 'a', 'b', 'c', 'd' -EventsAllowed 1
        $server.Enqueue($answer)

        $events = Invoke-CohereChat 'q' -Stream -TimeoutSec 60 | ForEach-Object { $answer.EventsAllowed++; $_ }

        $events -join '' | Should -Be 'abcd'
    }

    It 'ends the request when Select-Object -First has enough' {
        # The server doesn't end this stream.
        $server.Enqueue((ConvertTo-StreamAnswer (1..200 | ForEach-Object { "$_ " }) -EventsAllowed 10))

        $first = Invoke-CohereChat 'q' -Stream | Select-Object -First 1

        $first.Type | Should -Be 'MessageStart'
        Wait-Condition { $server.LastRequest.ClosedAt }
    }

    It 'ends the request when the consumer breaks out of a loop' {
        # The server doesn't end this stream.
        $server.Enqueue((ConvertTo-StreamAnswer (1..200 | ForEach-Object { "$_ " }) -EventsAllowed 10))

        do {
            Invoke-CohereChat 'q' -Stream | ForEach-Object { if ($_.Text) { break } }
        } while ($false)

        Wait-Condition { $server.LastRequest.ClosedAt }
    }

    It 'ends the request when the consumer fails' {
        # The server doesn't end this stream.
        $server.Enqueue((ConvertTo-StreamAnswer (1..200 | ForEach-Object { "$_ " }) -EventsAllowed 10))

        { Invoke-CohereChat 'q' -Stream | ForEach-Object { throw 'enough' } } | Should -Throw 'enough'

        Wait-Condition { $server.LastRequest.ClosedAt }
    }

    It 'keeps the text of a stream that is cut, in the error' {
        $server.Enqueue((ConvertTo-StreamAnswer 'half ', 'of' -Cut))

        $events = Invoke-CohereChat 'q' -Stream -ErrorVariable problems -ErrorAction SilentlyContinue

        $events -join '' | Should -Be 'half of'
        $problems | Should -HaveCount 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.StreamIncomplete,*'
        $problems[0].Exception.PartialResponse.Text | Should -Be 'half of'
        $problems[0].TargetObject | Should -Be 'q'
    }

    It 'writes an error for a stream that ends with the error <Reason>, and keeps its text' -ForEach @(
        @{ Reason = 'ERROR'; End = @{ finish_reason = 'ERROR'; error = 'out of order' } }
        @{ Reason = 'TIMEOUT'; End = @{ finish_reason = 'TIMEOUT' } }
    ) {
        $server.Enqueue((ConvertTo-StreamAnswer 'half' -End $End))

        $problem = Get-ErrorOf { Invoke-CohereChat 'q' -Stream }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.GenerationFailed,*'
        $problem.Exception.PartialResponse.Text | Should -Be 'half'
    }

    It 'writes an error for a stream that is silent for too long' {
        $server.Enqueue((ConvertTo-StreamAnswer 'half', 'of' -EventsAllowed 3))

        $problem = Get-ErrorOf { Invoke-CohereChat 'q' -Stream -TimeoutSec 2 }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.StreamStalled,*'
        $problem.CategoryInfo.Category | Should -Be 'OperationTimeout'
    }

    It 'does not cut off a stream that takes longer than -TimeoutSec and keeps talking' {
        # Each pause is much shorter than the limit, and all of them together are longer.
        $server.Enqueue((ConvertTo-StreamAnswer ([string[]] (1..25)) -EventDelayMs 100))

        (Invoke-CohereChat 'q' -Stream -TimeoutSec 2) -join '' | Should -Be (-join (1..25))
    }

    It 'writes an error for a stream that is refused' {
        $server.Enqueue([CohereShellTests.Answer] @{ Status = 422; Body = '{"message":"no good"}' })

        $problem = Get-ErrorOf { Invoke-CohereChat 'q' -Stream }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.UnacceptableValue,*'
        $problem.ToString() | Should -BeLike '*no good*'
    }
}

Describe 'Invoke-CohereChat: -Live' {
    BeforeEach { $server.Reset() }

    It 'shows the text as it arrives, and gives only the whole answer' {
        $server.Enqueue((ConvertTo-StreamAnswer 'one ', 'two'))

        $output = Invoke-CohereChat 'q' -Live 6>&1
        $shown = $output | Where-Object { $_ -is [System.Management.Automation.InformationRecord] }
        $answer = $output | Where-Object { $_ -isnot [System.Management.Automation.InformationRecord] }

        $answer | Should -BeOfType CohereShell.ChatResponse
        $answer.Text | Should -Be 'one two'
        $shown.Tags | Should -Contain 'PSHOST'
        (-join $shown.MessageData.Message).TrimEnd() | Should -Be 'one two'
    }

    It 'leaves out of its view what was shown already' {
        $server.Enqueue((ConvertTo-StreamAnswer 'one ', 'two'))

        $answer = Invoke-CohereChat 'q' -Live 6>$null
        $view = $answer | Out-String -Width 200

        $answer.Text | Should -Be 'one two'
        $view | Should -Not -BeLike '*one two*'
        $view | Should -BeLike '*tokens in*'
    }

    It 'shows control characters of a model as harmless signs' {
        $server.Enqueue((ConvertTo-StreamAnswer "a$([char]27)[2Jb"))

        $shown = Invoke-CohereChat 'q' -Live 6>&1 | Where-Object { $_ -is [System.Management.Automation.InformationRecord] }

        -join $shown.MessageData.Message | Should -Not -Match ([char] 27)
    }

    It 'keeps what was shown when the stream is cut' {
        $server.Enqueue((ConvertTo-StreamAnswer 'half' -Cut))

        $problem = Get-ErrorOf { Invoke-CohereChat 'q' -Live 6>$null }

        $problem.Exception.PartialResponse.Text | Should -Be 'half'
    }
}

Describe 'Invoke-CohereChat: failures' {
    BeforeEach { $server.Reset() }

    It 'sends again after <Status>, and the user sees nothing of it' -ForEach @(
        @{ Status = 408 }, @{ Status = 429 }, @{ Status = 500 }, @{ Status = 502 }, @{ Status = 503 }, @{ Status = 504 }
    ) {
        $server.Enqueue([CohereShellTests.Answer] @{ Status = $Status; Headers = @{ 'Retry-After' = '0' } })

        $answer = Invoke-CohereChat 'q' -ErrorVariable problems -WarningVariable warnings

        $answer.Text | Should -Be 'q'
        $problems | Should -BeNullOrEmpty
        $warnings | Should -BeNullOrEmpty
        $server.Requests | Should -HaveCount 2
    }

    It 'ends at the monthly limit, and sends no later call' {
        $server.Default = [CohereShellTests.Answer] @{ Status = 429; Body = '{"message":"You are using a Trial key, which is limited to 1000 API calls / month."}' }
        # A new session, because the limit applies to the rest of the session.
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'key-without-calls-left'
        try {
            $problem = Get-ErrorOf { 'a', 'b', 'c' | Invoke-CohereChat -ThrottleLimit 1 -ErrorAction SilentlyContinue }
            $later = Get-ErrorOf { Get-CohereModel }
        }
        finally {
            Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'
        }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.MonthlyLimitReached,*'
        $problem.CategoryInfo.Category | Should -Be 'QuotaExceeded'
        $problem.ErrorDetails.RecommendedAction | Should -BeLike '*production key*'
        $later.FullyQualifiedErrorId | Should -BeLike 'CohereShell.MonthlyLimitReached,*'
        $server.Requests | Should -HaveCount 1
    }

    It 'writes an error for status <Status>: <Reason>, category <Category>' -ForEach @(
        @{ Status = 400; Reason = 'InvalidRequest'; Category = 'InvalidArgument' }
        @{ Status = 402; Reason = 'PaymentRequired'; Category = 'LimitsExceeded' }
        @{ Status = 403; Reason = 'Forbidden'; Category = 'PermissionDenied' }
        @{ Status = 404; Reason = 'NotFound'; Category = 'ObjectNotFound' }
        @{ Status = 422; Reason = 'UnacceptableValue'; Category = 'InvalidData' }
        @{ Status = 498; Reason = 'InvalidToken'; Category = 'AuthenticationError' }
        @{ Status = 499; Reason = 'RequestCancelled'; Category = 'OperationStopped' }
        @{ Status = 501; Reason = 'NotImplemented'; Category = 'NotImplemented' }
    ) {
        $server.Default = [CohereShellTests.Answer] @{ Status = $Status; Body = '{"id":"e1","message":"what went wrong"}' }

        $problem = Get-ErrorOf { Invoke-CohereChat 'q' }

        $problem.FullyQualifiedErrorId | Should -BeLike "CohereShell.$Reason,*"
        $problem.CategoryInfo.Category | Should -Be $Category
        $problem.TargetObject | Should -Be 'q'
        $problem.ToString() | Should -BeLike '*what went wrong*'
        $problem.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        $problem.Exception.StatusCode | Should -Be $Status
        $problem.Exception.ErrorId | Should -Be 'e1'
        $server.Requests | Should -HaveCount 1
    }

    It 'ends the command when the key is refused' {
        $server.AcceptedKey = 'another-key'

        { 'q1', 'q2' | Invoke-CohereChat -ThrottleLimit 1 -ErrorAction SilentlyContinue } | Should -Throw -ErrorId 'CohereShell.Unauthorized,*'
        $server.Requests | Should -HaveCount 1
    }

    It 'gives up after -MaxRetryCount, and shows the number of attempts' {
        $server.Default = [CohereShellTests.Answer] @{ Status = 503; Headers = @{ 'Retry-After' = '0' } }

        $problem = Get-ErrorOf { Invoke-CohereChat 'q' -MaxRetryCount 2 }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.Unavailable,*'
        $problem.ToString() | Should -BeLike '*3 times*'
        $problem.Exception.Attempts | Should -Be 3
        $server.Requests | Should -HaveCount 3
    }

    It 'fails at once and says when to come back, where the server asks for more time than is left' {
        $server.Default = [CohereShellTests.Answer] @{ Status = 429; Headers = @{ 'Retry-After' = '3600' } }

        # The server's wish holds for the session: not for the one that the other tests use.
        $session = Connect-CohereElsewhere $server.BaseUri

        $problem = Get-ErrorOf { Invoke-CohereChat 'q' -TimeoutSec 30 -Session $session }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.RateLimited,*'
        $problem.Exception.RetryAfter.TotalSeconds | Should -BeGreaterThan 3500
        $problem.ToString() | Should -BeLike '*accepts the next request in*'
        $server.Requests | Should -HaveCount 1
    }

    It 'makes an error after -TimeoutSec' {
        $server.Default = [CohereShellTests.Answer] @{ Hang = $true }

        $problem = Get-ErrorOf { Invoke-CohereChat 'q' -TimeoutSec 2 }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.TimedOut,*'
        $problem.CategoryInfo.Category | Should -Be 'OperationTimeout'
        $problem.ErrorDetails.RecommendedAction | Should -BeLike '*-TimeoutSec*'
        Wait-Condition { $server.LastRequest.ClosedAt }
    }

    It 'writes an error for <Why>' -ForEach @(
        @{ Why = 'HTML instead of JSON'; Answer = @{ ContentType = 'text/html'; Body = '<html>Please log in</html>' } }
        @{ Why = 'an empty body'; Answer = @{ Body = '' } }
        @{ Why = 'JSON of another API'; Answer = @{ Body = '{"choices":[]}' } }
    ) {
        $server.Enqueue([CohereShellTests.Answer] $Answer)

        $problem = Get-ErrorOf { Invoke-CohereChat 'q' }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidAnswer,*'
        $problem.ErrorDetails.RecommendedAction | Should -BeLike '*-BaseUri*'
    }

    It 'sends again after a body that is cut short' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"id":"x","message":{"role":"assistant"}}'; Cut = $true })

        (Invoke-CohereChat 'q').Text | Should -Be 'q'
    }

    It 'says that it couldn''t connect if no server listens' {
        $closed = Open-TestServer
        $session = Connect-CohereElsewhere $closed.BaseUri
        $closed.Dispose()

        $problem = Get-ErrorOf { Invoke-CohereChat 'q' -Session $session -MaxRetryCount 0 }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.ConnectionRefused,*'
        $problem.CategoryInfo.Category | Should -Be 'ConnectionError'
    }

    It 'says that a session has been disconnected' {
        $session = Connect-CohereElsewhere $server.BaseUri
        Disconnect-Cohere $session

        { Invoke-CohereChat 'q' -Session $session } | Should -Throw -ErrorId 'CohereShell.SessionClosed,*'
    }
}

Describe 'Invoke-CohereChat: Ctrl+C' {
    BeforeEach {
        $server.Reset()
        $script:shell = Get-OtherPowerShell
        $null = $shell.AddScript('param($address) Connect-Cohere -BaseUri $address -ApiKey a-key-for-tests').AddArgument($server.BaseUri).Invoke()
        $shell.Commands.Clear()
    }
    AfterEach {
        $shell.Runspace.Dispose()
        $shell.Dispose()
    }

    It 'ends <Why>, at the server as well' -ForEach @(
        @{ Why = 'a call that waits'; Command = 'Invoke-CohereChat q'; Count = 1; Hang = $true }
        @{ Why = 'calls that wait side by side'; Command = '1..3 | ForEach-Object { "q$_" } | Invoke-CohereChat'; Count = 3; Hang = $true }
        @{ Why = 'a stream that has not begun'; Command = 'Invoke-CohereChat q -Stream'; Count = 1; Hang = $true }
        @{ Why = 'a stream that is under way'; Command = 'Invoke-CohereChat q -Stream'; Count = 1; Hang = $false }
    ) {
        $server.Default = if ($Hang) { [CohereShellTests.Answer] @{ Hang = $true } } else { ConvertTo-StreamAnswer (1..500 | ForEach-Object { 'x' }) -EventsAllowed 10 }
        $running = $shell.AddScript($Command).BeginInvoke()
        Wait-Condition { $server.Requests.Count -eq $Count }

        $stopped = [datetime]::UtcNow
        $shell.Stop()
        $took = [datetime]::UtcNow - $stopped

        $running.IsCompleted | Should -BeTrue
        # The server ends none of them.
        $took.TotalSeconds | Should -BeLessThan 60
        Wait-Condition { @($server.Requests | Where-Object ClosedAt).Count -eq $Count }
        $shell.InvocationStateInfo.State | Should -Be 'Stopped'
    }

    It 'ends the wait before the next attempt' {
        $server.Default = [CohereShellTests.Answer] @{ Status = 429; Headers = @{ 'Retry-After' = '60' } }
        $running = $shell.AddScript('Invoke-CohereChat q').BeginInvoke()
        Wait-Condition { $server.Requests.Count -eq 1 }
        Start-Sleep -Milliseconds 200

        $waited = [System.Diagnostics.Stopwatch]::StartNew()
        $shell.Stop()

        $waited.Elapsed.TotalSeconds | Should -BeLessThan 50
        $running.IsCompleted | Should -BeTrue
        $server.Requests | Should -HaveCount 1
    }
}

Describe 'Invoke-CohereChat: Tab' {
    BeforeEach { $server.Reset() }

    It 'completes -Model with the chat models of the account, and asks for them once' {
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'

        (Get-TabCompletion 'Invoke-CohereChat -Model ').CompletionText | Should -Be 'echo-large', 'echo-small'
        (Get-TabCompletion 'Invoke-CohereChat -Model echo-s').CompletionText | Should -Be 'echo-small'
        (Get-TabCompletion 'Get-CohereModel -Name ').CompletionText | Should -Contain 'echo-embed'
        $server.Requests | Should -HaveCount 1
    }

    It 'completes -Model from the -Session that the line names' {
        $other = Open-TestServer
        try {
            $global:sessionForTab = Connect-CohereElsewhere $other.BaseUri
            (Get-TabCompletion 'Invoke-CohereChat -Session $sessionForTab -Model ').CompletionText | Should -Contain 'echo-large'
            $other.Requests | Should -HaveCount 1
        }
        finally {
            Remove-Variable -Name sessionForTab -Scope Global
            $other.Dispose()
        }
    }

    It 'is silent and fast if no server answers' {
        $closed = Open-TestServer
        $closed.Dispose()
        Connect-Cohere -BaseUri $closed.BaseUri -ApiKey 'a-key-for-tests'
        try {
            $before = $Error.Count
            Get-TabCompletion 'Invoke-CohereChat -Model command-zzz' | Should -BeNullOrEmpty
            $Error.Count | Should -Be $before
        }
        finally {
            Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'
        }
    }

    It 'completes the values of -<Name>' -ForEach @(
        @{ Name = 'CitationMode'; Values = 'Accurate', 'Disabled', 'Enabled', 'Fast', 'Off' }
        @{ Name = 'SafetyMode'; Values = 'Contextual', 'Off', 'Strict' }
        @{ Name = 'ToolChoice'; Values = 'None', 'Required' }
        @{ Name = 'ImageDetail'; Values = 'Auto', 'High', 'Low' }
    ) {
        (Get-TabCompletion "Invoke-CohereChat -$Name ").CompletionText | Sort-Object | Should -Be $Values
    }
}

Describe 'Invoke-CohereChat: with the emulator' {
    BeforeAll { Connect-Cohere -Emulator }
    AfterAll { Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' }

    It 'cites documents at the right place of the answer' {
        $answer = 'Logs are kept for 90 days.', 'Lunch is at noon.' | Invoke-CohereChat 'How long are logs kept?'

        $answer.Citations.Count | Should -BeGreaterThan 0
        foreach ($citation in $answer.Citations) {
            $answer.Text.Substring($citation.Start, $citation.End - $citation.Start) | Should -BeExactly $citation.Text
        }
    }

    It 'streams the same citations as it answers without a stream' {
        $documents = 'Logs are kept for 90 days.', 'Lunch is at noon.'

        $whole = Invoke-CohereChat 'How long are logs kept?' -Document $documents
        $streamed = (Invoke-CohereChat 'How long are logs kept?' -Document $documents -Stream)[-1].Response

        $streamed.Text | Should -BeExactly $whole.Text
        $streamed.Citations.Text | Should -Be $whole.Citations.Text
        $streamed.Usage.OutputTokens | Should -Be $whole.Usage.OutputTokens
    }

    It 'gives an object that fits the schema' {
        $schema = @{
            type = 'object'
            properties = @{ severity = @{ type = 'string'; enum = 'low', 'high' }; ids = @{ type = 'array'; items = @{ type = 'integer' } } }
            required = 'severity', 'ids'
        }

        $value = Invoke-CohereChat 'Rate event 4625.' -JsonSchema $schema -AsObject

        $value.severity | Should -BeIn 'low', 'high'
        , $value.ids | Should -BeOfType array
    }

    It 'calls a tool and uses its outcome' {
        $tool = @{ name = 'get_event'; description = 'Gets a Windows event.'; parameters = @{ type = 'object'; properties = @{ id = @{ type = 'integer' } }; required = @('id') } }

        $asked = Invoke-CohereChat 'Get event 4625' -Tool $tool
        $asked.FinishReason | Should -Be 'ToolCall'
        $asked.ToolCalls[0].Name | Should -Be 'get_event'

        $outcome = New-CohereChatMessage 'A logon failed.' -Role Tool -ToolCallId $asked.ToolCalls[0].Id
        $streamedCall = (Invoke-CohereChat 'Get event 4625' -Tool $tool -Stream)[-1].Response.ToolCalls[0]
        $streamedCall.RawArguments | Should -Be $asked.ToolCalls[0].RawArguments
        $outcome.ToolCallId | Should -Be $asked.ToolCalls[0].Id
    }
}

Describe 'Invoke-CohereChat: with an emulator that fails' {
    It 'gives every answer, in order' {
        $emulator = Start-CohereEmulator -FaultRate 0.3 -Seed 1
        $questions = 1..30 | ForEach-Object { "question number $_" }
        # Which question gets which fault depends on the order of the requests. With 5 retries, one question in a thousand would fail.
        $session = Connect-CohereElsewhere $emulator.BaseUri -With @{ MaxRetryCount = 20 }

        $answers = $questions | Invoke-CohereChat -Session $session -ThrottleLimit 10 -TimeoutSec 280 -ErrorVariable problems

        $problems | Should -BeNullOrEmpty
        $answers.Message | Should -Be $questions
        (Get-CohereUsage -Session $session -Operation Chat).Retries | Should -BeGreaterThan 0
        $emulator.RequestCount | Should -BeGreaterThan 30
        Disconnect-Cohere $session
        Stop-CohereEmulator $emulator
    }
}
