#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

# Recorded answers of Cohere's API, served from a socket and read by the cmdlets. The recordings aren't in the repository: see
# CONTRIBUTING.md. Unit tests compare every value of them. These tests check that the values reach the pipeline.

BeforeDiscovery {
    function Find-Recording {
        if ($env:COHERE_RECORDINGS) {
            return $env:COHERE_RECORDINGS
        }

        $folder = [System.IO.DirectoryInfo] [System.IO.Path]::GetFullPath([System.IO.Path]::Combine($PSScriptRoot, '..', '..'))
        while ($folder) {
            $recordings = [System.IO.Path]::Combine($folder.FullName, 'shared', 'recordings')
            if (Test-Path -LiteralPath (Join-Path $recordings 'README.md')) {
                return $recordings
            }

            $folder = $folder.Parent
        }
    }

    $folder = Find-Recording
    $cases = foreach ($file in $(if ($folder) { Get-ChildItem -LiteralPath $folder -Filter *.json })) {
        $number = 0
        foreach ($exchange in (Get-Content -LiteralPath $file.FullName -Raw | ConvertFrom-Json -AsHashtable).interactions) {
            @{ Name = "$($file.BaseName) $number"; Exchange = $exchange }
            $number++
        }
    }

    # Pester refuses a test without cases.
    $none = @{ Name = 'no recording'; Exchange = $null }
    $streams = $cases | Where-Object { "$($_.Exchange.headers['content-type'])" -like 'text/event-stream*' }
    $answers = $cases | Where-Object { "$($_.Exchange.headers['content-type'])" -notlike 'text/event-stream*' }
}

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:server = Open-TestServer
    # Warnings of the recordings are compared in the unit tests.
    $WarningPreference = 'SilentlyContinue'

    function Publish-Recording([hashtable] $Exchange, [int] $PieceSize) {
        $server.Reset()
        $headers = @{}
        foreach ($name in $Exchange.headers.Keys) {
            if ($name -notin 'content-type', 'content-length', 'transfer-encoding', 'connection', 'date') {
                $headers[$name] = $Exchange.headers[$name]
            }
        }

        $server.Default = [CohereShellTests.Answer] @{
            Status = $Exchange.status
            ContentType = $Exchange.headers['content-type'] ?? 'application/json'
            Headers = $headers
            Body = $Exchange.body
            PieceSize = $PieceSize
        }
        # A new session, because a session remembers what an answer says of its key.
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -MaxRetryCount 0
    }

    # The message of a recorded stream, joined without the module.
    function Join-Recording([string] $Body) {
        $content = @{ text = ''; thinking = '' }
        $message = @{ Plan = ''; Calls = [System.Collections.Generic.List[object]]::new(); Citations = [System.Collections.Generic.List[object]]::new(); End = $null; Id = '' }
        foreach ($line in $Body -split '\r?\n' -like 'data: {*') {
            $data = $line.Substring(6) | ConvertFrom-Json -AsHashtable
            $delta = $data['delta']?['message']
            switch ($data.type) {
                'message-start' { $message.Id = $data['id'] }
                'content-start' { foreach ($kind in @($content.Keys)) { $content[$kind] += $delta.content[$kind] } }
                'content-delta' { foreach ($kind in @($content.Keys)) { $content[$kind] += $delta.content[$kind] } }
                'tool-plan-delta' { $message.Plan += $delta.tool_plan }
                'tool-call-start' { $message.Calls.Add(@{ Id = $delta.tool_calls.id; Name = $delta.tool_calls.function.name; Arguments = $delta.tool_calls.function.arguments }) }
                'tool-call-delta' { $message.Calls[-1].Arguments += $delta.tool_calls.function.arguments }
                'citation-start' { $message.Citations.Add($delta.citations) }
                'message-end' { $message.End = $data.delta }
            }
        }

        $message + $content
    }

    function Assert-Usage($Usage, $Recorded) {
        foreach ($name in 'input', 'output', 'reasoning', 'image') {
            $Usage."$($name)Tokens" | Should -Be ([long] ($Recorded['tokens']?["$($name)_tokens"] ?? 0))
        }

        foreach ($name in 'input', 'output', 'image') {
            $Usage."Billed$($name)Tokens" | Should -Be ([long] ($Recorded['billed_units']?["$($name)_tokens"] ?? 0))
        }

        $Usage.CachedTokens | Should -Be ([long] ($Recorded['cached_tokens'] ?? 0))
    }
}

AfterAll {
    Restore-TestState
    $server.Dispose()
}

Describe 'A recorded stream' {
    It 'has all its values in <Name>, in pieces of <PieceSize> bytes' -Skip:(-not $streams) -ForEach @(foreach ($case in $(if ($streams) { $streams } else { $none })) { foreach ($size in 0, 7) { $case + @{ PieceSize = $size } } }) {
        Publish-Recording $Exchange $PieceSize
        $recorded = Join-Recording $Exchange.body

        $events = @(Invoke-CohereChat 'question' -Stream -ErrorVariable problems -ErrorAction SilentlyContinue)

        -join $events.Text | Should -BeExactly $recorded.text
        if ($recorded.End['error']) {
            $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.*'
            $problems[0].Exception.Message | Should -BeLike "*$([WildcardPattern]::Escape($recorded.End.error))*"
            $problems[0].Exception.ErrorType | Should -Be $recorded.End['error_type']
            $problems[0].Exception.PartialResponse.ToolPlan | Should -BeExactly $recorded.Plan
            return
        }

        $problems | Should -BeNullOrEmpty
        $response = $events[-1].Response
        $response.Text | Should -BeExactly $recorded.text
        "$($response.Thinking)" | Should -BeExactly $recorded.thinking
        "$($response.ToolPlan)" | Should -BeExactly $recorded.Plan
        $response.Id | Should -Be $recorded.Id
        $response.ToolCalls.Id | Should -Be $recorded.Calls.Id
        $response.ToolCalls.Name | Should -Be $recorded.Calls.Name
        $response.ToolCalls.RawArguments | Should -Be $recorded.Calls.Arguments
        $response.Citations.Text | Should -Be $recorded.Citations.text
        $response.Citations.Start | Should -Be $recorded.Citations.start
        "$($response.FinishReason)" | Should -Be ($recorded.End.finish_reason -replace '_')
        Assert-Usage $response.Usage $recorded.End.usage
    }
}

Describe 'A recorded answer' {
    It 'has all its values in <Name>' -Skip:(-not $answers) -ForEach @(if ($answers) { $answers } else { $none }) {
        Publish-Recording $Exchange 0
        $recorded = $Exchange.body | ConvertFrom-Json -AsHashtable
        $operation = $Exchange.path.Split('/')[2]
        $call = switch ($operation) {
            chat { { Invoke-CohereChat 'question' } }
            embed {
                # The service gives the texts back, so that the request can be made again from the answer.
                $types = @($recorded['embeddings']?.Keys ?? 'float')
                $texts = if ($recorded['texts']) { $recorded.texts } else { 1..([Math]::Max(1, @($recorded['embeddings']?[$types[0]]).Count)) | ForEach-Object { "text $_" } }
                { New-CohereEmbedding $texts -EmbeddingType $types }
            }
            rerank {
                $count = 1 + ($recorded['results'].index | Measure-Object -Maximum).Maximum
                { 1..$count | ForEach-Object { "document $_" } | Invoke-CohereRerank 'query' -Top ([Math]::Max(1, @($recorded['results']).Count)) }
            }
            tokenize { { ConvertTo-CohereToken 'text' } }
            models { { Get-CohereModel $recorded.name } }
        }
        if ($Exchange.status -ge 400) {
            $failure = Get-ErrorOf $call

            $failure.FullyQualifiedErrorId | Should -BeLike 'CohereShell.*'
            $failure.Exception.StatusCode | Should -Be $Exchange.status
            $failure.Exception.Message | Should -BeLike "*$([WildcardPattern]::Escape($recorded.message))*"
            $failure.Exception.ErrorId | Should -Be $recorded['id']
            $failure.Exception.ErrorType | Should -Be $recorded['error_type']
            return
        }

        $results = @(& $call)

        switch ($operation) {
            chat {
                $message = $recorded.message
                $results | Should -HaveCount 1
                $results[0].Text | Should -BeExactly (-join ($message['content'] | Where-Object { $_ -and $_.type -eq 'text' }).text)
                "$($results[0].Thinking)" | Should -BeExactly (-join ($message['content'] | Where-Object { $_ -and $_.type -eq 'thinking' }).thinking)
                $results[0].ToolPlan | Should -BeExactly $message['tool_plan']
                $results[0].ToolCalls.Id | Should -Be $message['tool_calls'].id
                $results[0].ToolCalls.RawArguments | Should -Be $message['tool_calls'].function.arguments
                $results[0].Citations.Text | Should -Be $message['citations'].text
                $results[0].Citations.Sources.Id | Should -Be $message['citations'].sources.id
                $results[0].Id | Should -Be $recorded.id
                "$($results[0].FinishReason)" | Should -Be ($recorded.finish_reason -replace '_')
                Assert-Usage $results[0].Usage ($recorded['usage'] ?? @{})
            }
            embed {
                $results.Text | Should -Be $texts
                foreach ($type in $types) {
                    $property = if ($type -eq 'float') { 'Vector' } else { $type }
                    for ($index = 0; $index -lt $results.Count; $index++) {
                        $results[$index].$property | Should -Be @($recorded.embeddings[$type][$index] | ForEach-Object { if ($type -eq 'float') { [float] $_ } else { $_ } })
                    }
                }

                ($results.Usage | Measure-Object BilledInputTokens -Sum).Sum | Should -Be $recorded.meta.billed_units.input_tokens
            }
            rerank {
                $results.Index | Should -Be $recorded.results.index
                $results.RelevanceScore | Should -Be $recorded.results.relevance_score
                [Math]::Round(($results.Usage | Measure-Object BilledSearchUnits -Sum).Sum, 6) | Should -Be ($recorded['meta']?['billed_units']?['search_units'] ?? 0)
            }
            tokenize {
                $results[0].Tokens | Should -Be $recorded.tokens
                $results[0].TokenStrings | Should -Be $recorded.token_strings
            }
            models {
                $results[0].Name | Should -Be $recorded.name
                $results[0].ContextLength | Should -Be $recorded.context_length
                $results[0].Endpoints | Should -Be $recorded.endpoints
                $results[0].DefaultEndpoints | Should -Be $recorded['default_endpoints']
                $results[0].Features | Should -Be $recorded['features']
                $results[0].TokenizerUrl | Should -Be $recorded.tokenizer_url
            }
        }
    }
}

Describe 'The recordings' {
    It 'are read, or there are none' {
        if (-not $count) {
            Set-ItResult -Skipped -Because 'there are no recordings in shared/recordings beside the clone, and COHERE_RECORDINGS is not set'
        }

        $count | Should -BeGreaterThan 80
    } -ForEach @{ Count = @($cases).Count }
}
