#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:server = Open-TestServer
    Connect-Cohere -BaseUri "$($server.BaseUri)/prefix" -ApiKey 'a-key-for-tests'
}

AfterAll {
    Restore-TestState
    $server.Dispose()
}

Describe 'Invoke-CohereApi' {
    BeforeEach { $server.Reset() }

    It 'refuses a body that asks for a stream, before a call is spent' {
        $problem = Get-ErrorOf { Invoke-CohereApi /v2/chat -Body @{ model = 'm'; messages = @(@{ role = 'user'; content = 'q' }); stream = $true } }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
        $problem.ErrorDetails.RecommendedAction | Should -BeLike '*-Stream*'
    }

    It 'gets a path and gives objects' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"a":1,"when":"2024-01-02T03:04:05Z","list":[{"b":2}]}' })

        $answer = Invoke-CohereApi '/v1/anything'

        $answer.a | Should -Be 1
        $answer.when | Should -BeOfType string
        $answer.list[0].b | Should -Be 2
        $server.LastRequest.Method | Should -Be 'GET'
        $server.LastRequest.Target | Should -Be '/prefix/v1/anything'
        $server.LastRequest.Authorization | Should -Be 'Bearer a-key-for-tests'
        $server.LastRequest.Body | Should -BeNullOrEmpty
    }

    It 'takes a path without its slash' {
        $null = Invoke-CohereApi 'v1/anything'

        $server.LastRequest.Target | Should -Be '/prefix/v1/anything'
    }

    It 'posts a -Body that is <Why>' -ForEach @(
        @{ Why = 'a hashtable'; Body = [ordered] @{ a = 1; list = @('x'); deep = @{ er = @{ still = @{ here = $true } } } }; Json = '{"a":1,"list":["x"],"deep":{"er":{"still":{"here":true}}}}' }
        @{ Why = 'an object'; Body = [pscustomobject] @{ a = 'ä' }; Json = '{"a":"ä"}' }
        @{ Why = 'JSON'; Body = '{"a":  1}'; Json = '{"a":  1}' }
    ) {
        $null = Invoke-CohereApi '/v1/tokenize' -Body $Body

        $server.LastRequest.Method | Should -Be 'POST'
        $server.LastRequest.Headers['Content-Type'] | Should -BeLike 'application/json*'
        $server.LastRequest.Body | Should -BeExactly $Json
    }

    It 'sends one request per body on the pipeline' {
        $null = @{ text = 'a' }, @{ text = 'b' } | Invoke-CohereApi '/v1/tokenize'

        (Get-SentBody $server).text | Should -Be 'a', 'b'
    }

    It 'refuses a body that isn''t JSON, before a call is spent' -ForEach @(@{ Body = '{' }, @{ Body = @{ f = { 1 } } }, @{ Body = @{ n = [double]::NaN } }) {
        $problem = Get-ErrorOf { Invoke-CohereApi '/v1/tokenize' -Body $Body }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotJson,*'
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'sends -Query, escaped, with Booleans and numbers as the API writes them' {
        $null = Invoke-CohereApi '/v1/models' -Query ([ordered] @{ name = 'a b&c=ä'; default_only = $true; page_size = 1.5 })

        $server.LastRequest.Target | Should -Be '/prefix/v1/models?name=a%20b%26c%3D%C3%A4&default_only=true&page_size=1.5'
    }

    It 'sends times in -Query as the API writes them' {
        $null = Invoke-CohereApi '/v1/datasets' -Query ([ordered] @{ before = [datetimeoffset] '2026-08-01T12:00:00+02:00'; after = [datetime]::new(2026, 7, 1, 0, 0, 0, [System.DateTimeKind]::Utc) })

        $server.LastRequest.Target | Should -BeExactly '/prefix/v1/datasets?before=2026-08-01T10%3A00%3A00Z&after=2026-07-01T00%3A00%3A00Z'
    }

    It 'adds -Query to the query in the path' {
        $null = Invoke-CohereApi '/v1/models?endpoint=chat' -Query @{ page_size = 2 }

        $server.LastRequest.Target | Should -Be '/prefix/v1/models?endpoint=chat&page_size=2'
    }

    It 'uses -Method <_>' -ForEach 'PUT', 'PATCH', 'DELETE', 'patch' {
        $null = Invoke-CohereApi '/v1/things/1' -Method $_ -Confirm:$false

        $server.LastRequest.Method | Should -BeExactly $_.ToUpperInvariant()
    }

    It 'returns a replacement character for half of a surrogate pair' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"a":"x\ud83d","\udc1b":{"b":["\ud83d\udc1b"]}}' })

        $answer = Invoke-CohereApi /v1/any

        $answer.a | Should -Be "x$([char] 0xfffd)"
        $answer."$([char] 0xfffd)".b | Should -Be ([char]::ConvertFromUtf32(0x1F41B))
    }

    It 'sends a body with half of a surrogate pair as a replacement character' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{}' })

        $null = Invoke-CohereApi /v1/any -Body '{"a":"x\ud83d"}'

        (@($server.Requests)[-1].Body | ConvertFrom-Json).a | Should -Be "x$([char] 0xfffd)"
    }

    It 'gives each item of a list that is the whole answer' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '[{"a":1},{"a":2}]' })

        (Invoke-CohereApi '/v1/list').a | Should -Be 1, 2
    }

    It 'gives nothing for an empty answer' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '' })

        Invoke-CohereApi '/v1/nothing' | Should -BeNullOrEmpty
    }

    It 'gives ordered hashtables with -AsHashtable' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"b":1,"B":{"c":2}}' })

        $answer = Invoke-CohereApi '/v1/case' -AsHashtable

        $answer.Keys | Should -BeExactly 'b', 'B'
        $answer['B']['c'] | Should -Be 2
    }

    It 'says to use -AsHashtable where names differ by case only' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"b":1,"B":2}' })

        "$(Get-ErrorOf { Invoke-CohereApi '/v1/case' })" | Should -BeLike '*-AsHashtable*'
    }

    It 'reads all pages with -All, by page token' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"models":[{"name":"a"},{"name":"b"}],"next_page_token":"t2"}' })
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"models":[{"name":"c"}]}' })

        (Invoke-CohereApi '/v1/models' -All -Query @{ endpoint = 'chat' }).name | Should -Be 'a', 'b', 'c'

        $server.Requests | Should -HaveCount 2
        $server.LastRequest.Target | Should -BeLike '*endpoint=chat*'
        $server.LastRequest.Target | Should -BeLike '*page_token=t2*'
    }

    It 'reads all pages with -All, by offset' {
        $rows = (1..100 | ForEach-Object { "{`"id`":`"$_`"}" }) -join ','
        $server.Enqueue([CohereShellTests.Answer] @{ Body = "{`"datasets`":[$rows]}" })
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"datasets":[{"id":"101"}]}' })
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"datasets":[]}' }

        (Invoke-CohereApi '/v1/datasets' -All -Query @{ limit = 100 }).id | Should -HaveCount 101

        $server.Requests[1].Target | Should -BeLike '*offset=100*'
    }

    It 'stops asking for pages when Select-Object -First has enough' {
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"models":[{"name":"a"}],"next_page_token":"more"}' }

        $null = Invoke-CohereApi '/v1/models' -All | Select-Object -First 1

        $server.Requests | Should -HaveCount 1
    }

    It 'refuses -All with anything but GET, and placeholders, before a call is spent' {
        (Get-ErrorOf { Invoke-CohereApi '/v1/models' -All -Body @{} }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
        (Get-ErrorOf { Invoke-CohereApi '/v1/models/{model}' }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'never leaves the address of the session' -ForEach @(
        @{ Path = 'https://elsewhere.example/v1/models' }, @{ Path = '//elsewhere.example/v1/models' }, @{ Path = '/v1/../../admin' }, @{ Path = '/@elsewhere.example/' }
    ) {
        try {
            $null = Invoke-CohereApi $Path -TimeoutSec 5 -MaxRetryCount 0 -ErrorAction Stop
        }
        catch {
            $_.FullyQualifiedErrorId | Should -BeLike 'CohereShell.*'
        }

        foreach ($request in $server.Requests) {
            $request.Target | Should -BeLike '/prefix/*'
        }
    }

    It 'does nothing with -WhatIf where something would change' {
        Invoke-CohereApi '/v1/datasets/1' -Method DELETE -WhatIf
        Invoke-CohereApi '/v1/datasets/1' -Method delete -WhatIf
        Invoke-CohereApi '/v1/unknown' -Body @{ a = 1 } -WhatIf

        $server.Requests | Should -BeNullOrEmpty
    }

    It 'merges nothing and retries like every cmdlet' {
        $server.Enqueue([CohereShellTests.Answer] @{ Status = 503; Headers = @{ 'Retry-After' = '0' } })

        $null = Invoke-CohereApi '/v1/models'

        $server.Requests | Should -HaveCount 2
    }

    It 'does not send again what creates something, after <Status>' -ForEach @(@{ Status = 500 }, @{ Status = 504 }) {
        $server.Default = [CohereShellTests.Answer] @{ Status = $Status; Headers = @{ 'Retry-After' = '0' } }

        $null = Get-ErrorOf { Invoke-CohereApi '/v1/datasets' -Body @{ name = 'x' } -Confirm:$false }

        $server.Requests | Should -HaveCount 1
    }

    It 'warns of a deprecated operation once' {
        $first = Invoke-CohereApi '/v1/finetuning/finetuned-models' 3>&1
        $second = Invoke-CohereApi '/v1/finetuning/finetuned-models' 3>&1

        "$first" | Should -BeLike '*retired*'
        "$second" | Should -Not -BeLike '*retired*'
    }

    It 'says what is wrong with the body, with the body as target' {
        $server.Enqueue([CohereShellTests.Answer] @{ Status = 400; Body = '{"message":"invalid field"}' })
        $body = @{ wrong = 1 }

        $problem = Get-ErrorOf { Invoke-CohereApi '/v1/tokenize' -Body $body }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidRequest,*'
        $problem.TargetObject.wrong | Should -Be 1
    }

    It 'is counted under the operation that the path belongs to' {
        $null = Get-CohereUsage -Reset
        $null = Invoke-CohereApi '/v1/models'

        (Get-CohereUsage).Operation | Should -Be 'ListModels'
    }

    It 'completes -Path and -Method' {
        (Get-TabCompletion 'Invoke-CohereApi -Path /v2/').CompletionText | Should -Contain '/v2/chat'
        (Get-TabCompletion 'Invoke-CohereApi /v1/models -Method D').CompletionText | Should -Be 'DELETE'
    }

    It 'ends with Ctrl+C' {
        Assert-EndedByCtrlC -Server $server -Script 'Invoke-CohereApi /v1/models'
    }
}

Describe 'Invoke-CohereApi with an API that Cohere has removed' {
    It 'says that the emulator in this process has no address, and names none' {
        $emulated = Connect-Cohere -Emulator -PassThru

        $message = (Get-ErrorOf { Invoke-CohereApi https://example.com/v1/models -Session $emulated }).Exception.Message

        $message | Should -BeLike '*emulator*'
        $message | Should -Not -BeLike '*localhost*'
    }

    It 'says that it was removed, and not that it still works: <_>' -ForEach '/v1/connectors', '/v1/connectors/x' {
        Connect-Cohere -Emulator
        $caught = Get-ErrorOf { Invoke-CohereApi $_ -WarningVariable script:warned -WarningAction SilentlyContinue }
        $caught.FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotFound,*'
        "$warned" | Should -BeLike 'Cohere has removed GET /v1/connectors*'
        "$warned" | Should -Not -Match 'still works'
    }
}
