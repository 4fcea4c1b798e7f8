#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:server = Open-TestServer
    Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -MaxRetryCount 0
}

AfterAll {
    Restore-TestState
    $server.Dispose()
}

Describe 'ConvertFrom-CohereToken' {
    BeforeEach { $server.Reset() }

    It 'makes of tokens the text that they came from: <Text>' -ForEach @(
        @{ Text = 'Grüße 👋' }
        @{ Text = "two`nlines`ttab" }
        @{ Text = ' blanks ' }
        @{ Text = '👩‍👩‍👧 世界' }
    ) {
        $Text | ConvertTo-CohereToken | ConvertFrom-CohereToken | Should -BeExactly $Text
        (ConvertTo-CohereToken $Text).Tokens | ConvertFrom-CohereToken | Should -BeExactly $Text
    }

    It 'makes one text of the numbers that come one by one' {
        $result = 72, 105, 33 | ConvertFrom-CohereToken

        $result | Should -BeOfType string
        $result | Should -BeExactly 'Hi!'
        (Get-SentBody $server).tokens | Should -Be 72, 105, 33
        (Get-SentBody $server).model | Should -Be 'command-a-03-2025'
        $server.Requests | Should -HaveCount 1
    }

    It 'makes a text of each list' {
        [int[]] $first = 72, 105
        [int[]] $second = 33

        $first, $second | ConvertFrom-CohereToken | Should -BeExactly 'Hi', '!'
        , $first | ConvertFrom-CohereToken | Should -BeExactly 'Hi'
        ConvertFrom-CohereToken 72, 105 | Should -BeExactly 'Hi'
        ConvertFrom-CohereToken -Token 72 | Should -BeExactly 'H'
    }

    It 'uses the model that the tokens came from, unless another is named' {
        $tokenized = 'a' | ConvertTo-CohereToken -Model mine
        $server.Reset()

        $null = $tokenized | ConvertFrom-CohereToken
        $null = $tokenized | ConvertFrom-CohereToken -Model other
        $null = 97 | ConvertFrom-CohereToken -Model other

        @(Get-SentBody $server).model | Should -Be 'mine', 'other', 'other'
    }

    It 'takes what was written as JSON, and the lines of a file' {
        $json = 'Hi' | ConvertTo-CohereToken -Model mine | ConvertTo-Json | ConvertFrom-Json
        $path = Join-Path $TestDrive 'tokens.txt'
        Set-Content $path 72, 105

        $json | ConvertFrom-CohereToken | Should -BeExactly 'Hi'
        (@(Get-SentBody $server).model)[-1] | Should -Be 'mine'
        @{ Token = 72, 105 } | ConvertFrom-CohereToken | Should -BeExactly 'Hi'
        Get-Content $path | ConvertFrom-CohereToken | Should -BeExactly 'Hi'
    }

    It 'writes an error for a value that isn''t a token, and continues: <Name>' -ForEach @(
        @{ Name = 'below zero'; Bad = -1 }
        @{ Name = 'a part of one'; Bad = 1.5 }
        @{ Name = 'a word'; Bad = 'x' }
        @{ Name = 'no number'; Bad = [double]::NaN }
        @{ Name = 'too large'; Bad = 3000000000 }
        @{ Name = 'endless'; Bad = [double]::PositiveInfinity }
        @{ Name = 'true'; Bad = $true }
        @{ Name = 'nothing'; Bad = $null }
        @{ Name = 'an object'; Bad = [pscustomobject] @{ a = 1 } }
    ) {
        $result = 72, $Bad, 105 | ConvertFrom-CohereToken -ErrorVariable problems -ErrorAction SilentlyContinue

        $result | Should -BeExactly 'Hi'
        $problems | Should -HaveCount 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotAToken,*'
        $problems[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
    }

    It 'writes one error with the position for a list with a value that isn''t a token' {
        $bad = 72, 1.5, 105
        $result = $bad, (72, 105) | ConvertFrom-CohereToken -ErrorVariable problems -ErrorAction SilentlyContinue

        $result | Should -BeExactly 'Hi'
        $problems | Should -HaveCount 1
        "$($problems[0])" | Should -BeLike "*'1.5' (position 2 in the list)*"
        [object]::ReferenceEquals($problems[0].TargetObject, $bad) | Should -BeTrue
    }

    It 'takes whole numbers of every type' {
        [byte] 72, [long] 105, 33.0, [decimal] 33, [bigint] 33 | ConvertFrom-CohereToken | Should -BeExactly 'Hi!!!'
    }

    It 'refuses an empty list and more tokens than a call takes, before a call is spent' {
        (Get-ErrorOf { , @() | ConvertFrom-CohereToken }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.EmptyInput,*'
        (Get-ErrorOf { ConvertFrom-CohereToken (, 65 * 65537) }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InputTooLong,*'
        (Get-ErrorOf { , 65 * 65537 | ConvertFrom-CohereToken }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InputTooLong,*'
        $server.Requests | Should -BeNullOrEmpty
        (ConvertFrom-CohereToken (, 65 * 65536)).Length | Should -Be 65536
    }

    It 'says what to do when there is nothing to convert' {
        (Get-ErrorOf { ConvertFrom-CohereToken }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
        @() | ConvertFrom-CohereToken | Should -BeNullOrEmpty
    }

    It 'writes an error for a list that the server refuses, and continues' {
        $server.Enqueue([CohereShellTests.Answer] @{ Status = 400; Body = '{"message":"no such token"}' })

        $result = (1, 2), (72, 105) | ConvertFrom-CohereToken -ErrorVariable problems -ErrorAction SilentlyContinue -ThrottleLimit 1

        $result | Should -BeExactly 'Hi'
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidRequest,*'
        $problems[0].TargetObject | Should -Be 1, 2
    }

    It 'has no more lists in flight than -ThrottleLimit, and keeps their order' {
        $server.Gather = 2
        foreach ($delay in 100, 75, 50, 25) {
            $server.Enqueue([CohereShellTests.Answer] @{ DelayMs = $delay; Body = "{`"text`":`"$delay`"}" })
        }

        $results = (1, 1), (2, 2), (3, 3), (4, 4) | ConvertFrom-CohereToken -ThrottleLimit 2

        $results | Should -HaveCount 4
        $server.MostInFlight | Should -Be 2
    }

    It 'cancels the calls in flight when Select-Object -First has enough' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"text":"quick"}' })
        $server.Default = [CohereShellTests.Answer] @{ Hang = $true }

        & { , @(1, 1); , @(2, 2) } | ConvertFrom-CohereToken -ThrottleLimit 1 | Select-Object -First 1 | Should -Be 'quick'
    }

    It 'ends with Ctrl+C' {
        Assert-EndedByCtrlC -Server $server -Script 'ConvertFrom-CohereToken 1, 2'
    }

    It 'completes -Model' {
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -MaxRetryCount 0
        (Get-TabCompletion 'ConvertFrom-CohereToken 1 -Model echo-l').CompletionText | Should -Be 'echo-large'
    }
}
