#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:server = Open-TestServer
    $script:examples = @{ spam = 'you won', 'click here'; ham = 'see you', 'the report' }
    Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -MaxRetryCount 0
    # The warning comes once per session: it is tested with sessions of its own.
    $null = Invoke-CohereClassification 'first' -Example $examples -WarningAction SilentlyContinue
}

AfterAll {
    Restore-TestState
    $server.Dispose()
}

Describe 'Invoke-CohereClassification' {
    BeforeEach { $server.Reset() }

    It 'finds the label of each text' {
        $results = 'this is spam', 'this is ham' | Invoke-CohereClassification -Example $examples

        $results | ForEach-Object { $_ | Should -BeOfType CohereShell.Classification }
        $results.Index | Should -Be 0, 1
        $results.Text | Should -Be 'this is spam', 'this is ham'
        $results.InputObject | Should -Be 'this is spam', 'this is ham'
        $results.Prediction | Should -Be 'spam', 'ham'
        $results[0].Confidence | Should -Be 0.75
        $results[0].Labels.Keys | Should -Be 'spam', 'ham'
        $results[0].Labels['ham'] | Should -Be 0.25
        $results[0].Labels.spam | Should -Be 0.75
        $results[0].Predictions | Should -Be 'spam'
        $results[0].Confidences | Should -Be 0.75
        $results[0].ClassificationType | Should -Be 'SingleLabel'
        "$($results[0])" | Should -Be 'spam'
        $server.Requests | Should -HaveCount 1
        $body = Get-SentBody $server
        $body.Keys | Sort-Object | Should -Be 'examples', 'inputs'
        $body.inputs | Should -Be 'this is spam', 'this is ham'
    }

    It 'sends every parameter under its name' {
        $null = Invoke-CohereClassification 'a', 'b' -Model mine -Truncate None -AdditionalProperty @{ extra = 1 }

        $body = Get-SentBody $server
        $body.model | Should -Be 'mine'
        $body.truncate | Should -Be 'NONE'
        $body.extra | Should -Be 1
        $body.Contains('examples') | Should -BeFalse
        (Get-ErrorOf { 'a' | Invoke-CohereClassification -Model m -AdditionalProperty @{ examples = @() } }).ErrorDetails.RecommendedAction | Should -BeLike '*-Example*'
    }

    Context '-Example' {
        BeforeAll {
            function Get-SentExample {
                @((Get-SentBody $server).examples | ForEach-Object { "$($_.label): $($_.text)" })
            }

            $script:expected = 'ham: see you', 'ham: the report', 'spam: click here', 'spam: you won'
        }

        It 'takes a hashtable of labels and their texts' {
            $null = Invoke-CohereClassification 'a' -Example $examples
            Get-SentExample | Sort-Object | Should -Be $expected
        }

        It 'takes hashtables and objects with text and label' {
            $null = Invoke-CohereClassification 'a' -Example @{ text = 'you won'; label = 'spam' }, ([pscustomobject] @{ Label = 'spam'; Text = 'click here' }), ([CohereShell.ClassifyExample]::new('see you', 'ham')), ([ordered] @{ TEXT = 'the report'; LABEL = 'ham' })
            Get-SentExample | Sort-Object | Should -Be $expected
        }

        It 'takes a CSV file by its path, by its name and as a file' {
            $path = Join-Path $TestDrive 'examples.csv'
            Set-Content $path 'label,Text', 'spam,you won', 'spam,"click here"', 'ham,see you', '"ham","the report"'

            $null = Invoke-CohereClassification 'a' -Example $path
            $null = Invoke-CohereClassification 'a' -Example (Get-Item $path)
            Push-Location $TestDrive
            try { $null = Invoke-CohereClassification 'a' -Example examples.csv } finally { Pop-Location }

            $server.Requests | Should -HaveCount 3
            Get-SentExample | Sort-Object -Unique | Should -Be $expected
        }

        It 'reads quoted commas, quotes and line breaks of a CSV file' {
            $path = Join-Path $TestDrive 'quoted.csv'
            [System.IO.File]::WriteAllText($path, "text,label`n`"a, `"`"b`"`"`nc`",spam`nGrüße,spam`nx,ham`ny,ham`n")

            $null = Invoke-CohereClassification 'a' -Example $path

            (Get-SentBody $server).examples[0].text | Should -BeExactly "a, `"b`"`nc"
            (Get-SentBody $server).examples[1].text | Should -BeExactly 'Grüße'
        }

        It 'is refused before a call is spent: <Name>' -ForEach @(
            @{ Name = 'too few of a label'; Bad = @{ spam = 'a', 'b'; lonely = 'c' }; Says = "*'lonely'*" }
            @{ Name = 'one label only'; Bad = @{ spam = 'a', 'b' }; Says = '*fewer than two labels*' }
            @{ Name = 'too many'; Bad = @{ spam = 1..2000 | ForEach-Object { "s$_" }; ham = 1..501 | ForEach-Object { "h$_" } }; Says = '*2501*' }
            @{ Name = 'no text'; Bad = @{ text = ' '; label = 'spam' }; Says = '*has no text or no label*' }
            @{ Name = 'no label'; Bad = [pscustomobject] @{ text = 'a' }; Says = '*has no text or no label*' }
            @{ Name = 'a number'; Bad = 5; Says = '*no text or no label*' }
        ) {
            $problem = Get-ErrorOf { 'a' | Invoke-CohereClassification -Example $Bad }

            $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
            "$problem" | Should -BeLike $Says
            $problem.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
            $server.Requests | Should -BeNullOrEmpty
        }

        It 'is refused where the file is missing or has other columns' {
            $path = Join-Path $TestDrive 'other.csv'
            Set-Content $path 'a,b', '1,2'

            (Get-ErrorOf { 'a' | Invoke-CohereClassification -Example 'no-such.csv' }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotReadable,*'
            (Get-ErrorOf { 'a' | Invoke-CohereClassification -Example $path }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
        }

        It 'is needed where there is no -Model' {
            $problem = Get-ErrorOf { 'a' | Invoke-CohereClassification }

            $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
            $problem.ErrorDetails.RecommendedAction | Should -BeLike '*-Example*'
            $server.Requests | Should -BeNullOrEmpty
        }
    }

    Context 'objects' {
        It 'classifies the property that is named, and the object travels along' {
            $mail = [pscustomobject] @{ Id = 7; Subject = 'spam!'; Body = 'b' }
            $table = @{ Subject = 'ham!' }

            $results = $mail, $table | Invoke-CohereClassification -Property Subject -Example $examples

            $results.Text | Should -Be 'spam!', 'ham!'
            [object]::ReferenceEquals($results[0].InputObject, $mail) | Should -BeTrue
            [object]::ReferenceEquals($results[1].InputObject, $table) | Should -BeTrue
            $null = Invoke-CohereClassification -InputObject $mail -Property Subject, Body -Example $examples
            @(Get-SentBody $server)[-1].inputs | Should -BeExactly "Subject: spam!`nBody: b"
        }

        It 'does not take the name of an object for its text: <Name>' -ForEach @(
            @{ Name = 'a file'; Bad = [System.IO.FileInfo] 'x.txt' }
            @{ Name = 'a record'; Bad = [pscustomobject] @{ a = 1 } }
            @{ Name = 'a hashtable'; Bad = @{ a = 1 } }
            @{ Name = 'a process'; Bad = Get-Process -Id $PID }
        ) {
            $results = 'spam', $Bad, 'ham' | Invoke-CohereClassification -Example $examples -ErrorVariable problems -ErrorAction SilentlyContinue

            $results.Index | Should -Be 0, 2
            $problems | Should -HaveCount 1
            $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotAText,*'
            $problems[0].ErrorDetails.RecommendedAction | Should -BeLike '*-Property*'
            $problems[0].TargetObject | Should -Be $Bad
        }

        It 'takes numbers and the like for the text that they are written as' {
            $results = 5, [DayOfWeek]::Friday | Invoke-CohereClassification -Example $examples

            $results.Text | Should -Be '5', 'Friday'
            $results[0].InputObject | Should -BeOfType int
        }

        It 'does not make a text of an object that is given as one' {
            { Invoke-CohereClassification -Text (Get-Item $TestDrive) -Example $examples } | Should -Throw '*accepts only texts*'
            $server.Requests | Should -BeNullOrEmpty
        }

        It 'accepts the output of other cmdlets of the module' {
            $tokenized = 'this is ham' | ConvertTo-CohereToken

            $result = $tokenized | Invoke-CohereClassification -Example $examples

            $result.Text | Should -Be 'this is ham'
            $result.InputObject | Should -Be $tokenized
        }
    }

    It 'takes the lines of a file without the notes that Get-Content hangs on them' {
        $path = Join-Path $TestDrive 'lines.txt'
        Set-Content $path 'one', 'two'

        $results = Get-Content $path | Invoke-CohereClassification -Example $examples

        (Get-SentBody $server).inputs | Should -BeExactly 'one', 'two'
        $results[0] | ConvertTo-Json -Depth 3 | Should -Not -Match 'PSPath'
    }

    It 'writes an error for an input that isn''t a text, and continues' {
        $results = 'a', '', $null, ' ', 'b' | Invoke-CohereClassification -Example $examples -ErrorVariable problems -ErrorAction SilentlyContinue

        $results.Index | Should -Be 0, 4
        $problems | Should -HaveCount 3
        $problems.FullyQualifiedErrorId | Should -BeLike 'CohereShell.EmptyInput,*'
    }

    It 'says what to do when there is nothing to classify' {
        (Get-ErrorOf { Invoke-CohereClassification -Example $examples }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
        @() | Invoke-CohereClassification -Example $examples | Should -BeNullOrEmpty
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'sends batches of 96, or of -BatchSize, and keeps the order' {
        $results = 1..200 | ForEach-Object { "t$_" } | Invoke-CohereClassification -Example $examples

        $results.Text | Should -Be (1..200 | ForEach-Object { "t$_" })
        @(Get-SentBody $server).ForEach({ $_.inputs.Count }) | Sort-Object | Should -Be 8, 96, 96
        $server.Reset()
        $null = 1..5 | ForEach-Object { "t$_" } | Invoke-CohereClassification -Example $examples -BatchSize 2
        @(Get-SentBody $server).ForEach({ $_.inputs.Count }) | Sort-Object | Should -Be 1, 2, 2
    }

    It 'counts what is billed' {
        $null = Get-CohereUsage -Reset
        $null = 'a', 'b', 'c' | Invoke-CohereClassification -Example $examples -BatchSize 2

        (Get-CohereUsage).BilledClassifications | Should -Be 3
    }

    It 'writes an error for the text that the server refuses, and classifies the others' {
        $results = 'a', '[status 400]', 'b', 'c' | Invoke-CohereClassification -Example $examples -ErrorVariable problems -ErrorAction SilentlyContinue

        $results.Index | Should -Be 0, 2, 3
        $problems | Should -HaveCount 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidRequest,*'
        $problems[0].TargetObject | Should -Be '[status 400]'
    }

    It 'has no more calls in flight than -ThrottleLimit, and keeps the order' {
        $server.Gather = 3
        $results = 1..6 | ForEach-Object { "[$(200 - $_ * 25) ms] $_" } | Invoke-CohereClassification -Example $examples -BatchSize 1 -ThrottleLimit 3

        $results.Index | Should -Be (0..5)
        $server.MostInFlight | Should -Be 3
    }

    It 'says once per session that Cohere has given it up without a fine-tuned model' {
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"id":"1","classifications":[{"id":"1","predictions":["a"],"confidences":[1],"labels":{}}]}' }
        $session = Connect-CohereElsewhere $server.BaseUri

        $null = 'a' | Invoke-CohereClassification -Model tuned -Session $session -WarningVariable none -WarningAction SilentlyContinue
        $null = 'a', 'b', 'c' | Invoke-CohereClassification -Example $examples -BatchSize 1 -Session $session -WarningVariable once -WarningAction SilentlyContinue
        $null = 'a' | Invoke-CohereClassification -Example $examples -Session $session -WarningVariable again -WarningAction SilentlyContinue

        $none | Should -BeNullOrEmpty
        @($once) | Should -HaveCount 1
        "$once" | Should -BeLike '*without a fine-tuned model is deprecated*'
        $again | Should -BeNullOrEmpty
    }

    It 'cancels the calls in flight when Select-Object -First has enough' {
        (& { '[200 ms]'; '[hang]'; Wait-Condition { $server.Requests.Count -eq 2 }; 'behind' } | Invoke-CohereClassification -Example $examples -BatchSize 1 -ThrottleLimit 2 | Select-Object -First 1).Text | Should -Be '[200 ms]'

        Wait-Condition { $server.Requests[1].ClosedAt }
        $server.Requests | Should -HaveCount 2
    }

    It 'ends with Ctrl+C' {
        Assert-EndedByCtrlC -Server $server -Script '"a" | Invoke-CohereClassification -Model m'
    }

    It 'completes -Model and -Truncate' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"models":[{"name":"a-chat","endpoints":["chat"]},{"name":"a-classifier","endpoints":["classify"]}]}' })
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -MaxRetryCount 0

        (Get-TabCompletion 'Invoke-CohereClassification q -Model ').CompletionText | Should -Be 'a-classifier'
        (Get-TabCompletion 'Invoke-CohereClassification q -Truncate S').CompletionText | Should -Be 'Start'
    }

    It 'is shown as a table without what a terminal would obey' {
        $shown = "bad$([char] 27)[31m`nspam" | Invoke-CohereClassification -Example $examples -WarningAction SilentlyContinue | Out-String -Width 80

        $shown | Should -Match 'Index\s+Prediction\s+Confidence\s+Text'
        $shown | Should -Match '0\s+spam\s+0[.,]7500\s+bad'
        $shown | Should -Not -Match '\x1b\[31m'
    }
}
