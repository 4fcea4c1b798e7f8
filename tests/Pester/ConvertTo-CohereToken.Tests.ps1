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

Describe 'ConvertTo-CohereToken' {
    BeforeEach { $server.Reset() }

    It 'gives the tokens of each text, in the order of the texts' {
        $results = 'ab', 'Grüße 👋' | ConvertTo-CohereToken

        $results | ForEach-Object { $_ | Should -BeOfType CohereShell.TokenizedText }
        $results.Index | Should -Be 0, 1
        $results.Text | Should -BeExactly 'ab', 'Grüße 👋'
        , $results[0].Tokens | Should -BeOfType System.Int32[]
        $results[0].Tokens | Should -Be 97, 98
        $results[1].Tokens[-1] | Should -Be 0x1F44B
        $results[1].TokenStrings[-1] | Should -BeExactly '👋'
        $results[1].Count | Should -Be 7
        $results[0].Model | Should -Be 'command-a-03-2025'
        "$($results[0])" | Should -Be 'ab'
        @(Get-SentBody $server).model | Should -Be 'command-a-03-2025', 'command-a-03-2025'
    }

    It 'takes the model, added fields and texts by parameter' {
        $result = ConvertTo-CohereToken 'ab' -Model m -AdditionalProperty @{ extra = 1 }

        $result.Model | Should -Be 'm'
        (Get-SentBody $server).model | Should -Be 'm'
        (Get-SentBody $server).extra | Should -Be 1
        (ConvertTo-CohereToken -Text 'a', 'b').Text | Should -Be 'a', 'b'
        (Get-ErrorOf { ConvertTo-CohereToken 'a' -AdditionalProperty @{ text = 'b' } }).ErrorDetails.RecommendedAction | Should -BeLike '*-Text*'
    }

    It 'takes the text of files and of records, not their names' {
        $path = Join-Path $TestDrive 'a.txt'
        [System.IO.File]::WriteAllText($path, 'in the file')

        $results = (Get-Item $path), ([pscustomobject] @{ a = 1 }), 42, (ConvertTo-CohereToken 'again') | ConvertTo-CohereToken

        $results.Text | Should -BeExactly 'in the file', "a: 1", '42', 'again'
    }

    It 'takes the lines of a file without the notes that Get-Content hangs on them' {
        $path = Join-Path $TestDrive 'lines.txt'
        Set-Content $path 'one', 'two'

        $results = Get-Content $path | ConvertTo-CohereToken

        ($results | ConvertTo-Json -Depth 3 -Compress) | Should -Not -Match 'PSPath'
        # The two requests are sent at the same time.
        (Get-SentBody $server).text | Sort-Object | Should -BeExactly 'one', 'two'
    }

    It 'accepts blanks as a text, and writes an error for what isn''t a text' {
        $results = ' ', '', $null, "`n", @{} | ConvertTo-CohereToken -ErrorVariable problems -ErrorAction SilentlyContinue

        $results.Text | Should -BeExactly ' ', "`n"
        $results.Index | Should -Be 0, 3
        $problems | Should -HaveCount 3
        $problems.FullyQualifiedErrorId | Should -BeLike 'CohereShell.EmptyInput,*'
        $problems[0].TargetObject | Should -BeExactly ''
    }

    It 'says what to do when there is nothing to tokenize' {
        (Get-ErrorOf { ConvertTo-CohereToken }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
        @() | ConvertTo-CohereToken | Should -BeNullOrEmpty
    }

    Context 'a text that is too long for a call' {
        BeforeAll {
            $script:long = 'word ' * 30000
        }

        It 'is an error that names -Split, before a call is spent' {
            $results = $long, 'short' | ConvertTo-CohereToken -ErrorVariable problems -ErrorAction SilentlyContinue

            $results.Text | Should -Be 'short'
            $problems | Should -HaveCount 1
            $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.InputTooLong,*'
            "$($problems[0])" | Should -BeLike '*150000*65536*'
            $problems[0].ErrorDetails.RecommendedAction | Should -BeLike '*-Split*'
            $problems[0].TargetObject | Should -BeExactly $long
            $server.Requests | Should -HaveCount 1
        }

        It 'is cut between words with -Split, and is one object again' {
            $results = $long, 'short' | ConvertTo-CohereToken -Split

            $results.Index | Should -Be 0, 1
            $results[0].Text | Should -BeExactly $long
            -join $results[0].TokenStrings | Should -BeExactly $long
            $results[0].Count | Should -Be 150000
            $sent = @(Get-SentBody $server).text | Where-Object Length -gt 10
            $sent | Should -HaveCount 3
            $sent | ForEach-Object { $_.Length | Should -BeLessOrEqual 65536; $_ | Should -BeLike 'word *word ' }
        }

        It 'is not cut inside a character that is made of two' {
            $text = 'x' + ('👋' * 40000)

            $result = ConvertTo-CohereToken $text -Split

            -join $result.TokenStrings | Should -BeExactly $text
            $result.Count | Should -Be 40001
        }

        It 'is counted as the API counts, in whole characters' {
            (ConvertTo-CohereToken ('👋' * 65536)).Count | Should -Be 65536
            (Get-ErrorOf { ConvertTo-CohereToken ('👋' * 65537) }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InputTooLong,*'
        }
    }

    It 'writes an error for a text that the server refuses, and continues' {
        $results = 'a', '[status 400]', 'b' | ConvertTo-CohereToken -ErrorVariable problems -ErrorAction SilentlyContinue

        $results.Index | Should -Be 0, 2
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidRequest,*'
        $problems[0].TargetObject | Should -Be '[status 400]'
    }

    It 'has no more texts in flight than -ThrottleLimit, and keeps their order' {
        $server.Gather = 3
        $results = 1..6 | ForEach-Object { "[$(200 - $_ * 25) ms] $_" } | ConvertTo-CohereToken -ThrottleLimit 3

        $results.Index | Should -Be (0..5)
        $server.MostInFlight | Should -Be 3
    }

    It 'cancels the calls in flight when Select-Object -First has enough' {
        (& { 'quick'; '[hang]'; Wait-Condition { $server.Requests.Count -eq 2 }; 'behind' } | ConvertTo-CohereToken -ThrottleLimit 1 | Select-Object -First 1).Text | Should -Be 'quick'

        @(Get-SentBody $server).text | Should -Not -Contain 'behind'
    }

    It 'ends with Ctrl+C' {
        Assert-EndedByCtrlC -Server $server -Script 'ConvertTo-CohereToken a'
    }

    It 'completes -Model' {
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -MaxRetryCount 0
        (Get-TabCompletion 'ConvertTo-CohereToken q -Model echo-l').CompletionText | Should -Be 'echo-large'
    }

    It 'is shown as a table without what a terminal would obey' {
        $shown = ConvertTo-CohereToken "bad$([char] 27)[31m`nline" | Out-String -Width 80

        $shown | Should -Match 'Index\s+Count\s+Tokens\s+Text'
        $shown | Should -Match '0\s+13\s+98 97 100 27 91'
        $shown | Should -Not -Match '\x1b\[31m'
    }
}
