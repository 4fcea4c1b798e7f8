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

Describe 'Invoke-CohereRerank' {
    BeforeEach { $server.Reset() }

    It 'puts documents into the order of their relevance' {
        $results = 'low [score 0.1]', 'high [score 0.9]', 'middle [score 0.5]' | Invoke-CohereRerank 'my question'

        $results | ForEach-Object { $_ | Should -BeOfType CohereShell.RerankResult }
        $results | ForEach-Object Rank | Should -Be 1, 2, 3
        $results.Index | Should -Be 1, 2, 0
        $results.RelevanceScore | Should -Be 0.9, 0.5, 0.1
        $results.Document | Should -Be 'high [score 0.9]', 'middle [score 0.5]', 'low [score 0.1]'
        $results[0].Query | Should -Be 'my question'
        $results[0].Model | Should -Be 'rerank-v4.0-pro'
        "$($results[0])" | Should -Be 'high [score 0.9]'
        $body = Get-SentBody $server
        $body.documents | Should -Be 'low [score 0.1]', 'high [score 0.9]', 'middle [score 0.5]'
        $body.Keys | Sort-Object | Should -Be 'documents', 'model', 'query'
    }

    It 'divides the cost of the calls among the results, so that their sum is exact' {
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"results":[{"index":0,"relevance_score":0.9},{"index":1,"relevance_score":0.5},{"index":2,"relevance_score":0.4}],"meta":{"billed_units":{"search_units":1}}}' }

        $results = 'a', 'b', 'c' | Invoke-CohereRerank 'q'

        $results[0].Usage.BilledSearchUnits | Should -Be 0.333333
        ($results.Usage | Measure-Object BilledSearchUnits -Sum).Sum | Should -Be 1
    }

    It 'sends every parameter under its name' {
        $null = Invoke-CohereRerank 'q' 'a', 'b' -Model m -Top 1 -MaxTokensPerDocument 100 -Priority 3 -AdditionalProperty @{ extra = 1 }

        $body = Get-SentBody $server
        $body.model | Should -Be 'm'
        $body.top_n | Should -Be 1
        $body.max_tokens_per_doc | Should -Be 100
        $body.priority | Should -Be 3
        $body.extra | Should -Be 1
    }

    It 'gives back the very objects that came in, whichever way they come' {
        $custom = [pscustomobject] @{ Name = 'custom [score 0.9]' }
        $table = @{ Name = 'table [score 0.8]' }
        $ordered = [ordered] @{ Name = 'ordered [score 0.7]' }
        $net = [System.Net.Sockets.TcpClient]::new()
        $text = 'text [score 0.5]'

        $all = $custom, $table, $ordered, $text, $net
        $piped = $all | Invoke-CohereRerank 'q'
        $given = Invoke-CohereRerank 'q' -Document $all
        $named = Invoke-CohereRerank 'q' -InputObject $table

        foreach ($result in @($piped) + @($given) + @($named)) {
            [object]::ReferenceEquals($result.Document, $(if ($named -eq $result) { $table } else { $all[$result.Index] })) | Should -BeTrue
        }

        @($piped).Index | Should -Be (0..4)
        $net.Dispose()
    }

    It 'leaves an object as it was, so that it can be used further down the pipeline' {
        $folder = New-Item -ItemType Directory -Path (Join-Path $TestDrive 'files')
        Set-Content (Join-Path $folder 'a.txt') 'about cats [score 0.2]'
        Set-Content (Join-Path $folder 'b.txt') 'about dogs [score 0.7]'

        $results = Get-ChildItem $folder | Invoke-CohereRerank 'dogs'

        $results[0].Document | Should -BeOfType System.IO.FileInfo
        $results[0].Document.Name | Should -Be 'b.txt'
        $results[0].Text.Trim() | Should -Be 'about dogs [score 0.7]'
        ($results | ForEach-Object Document | Select-Object -ExpandProperty Name) | Should -Be 'b.txt', 'a.txt'
    }

    It 'compares the text of a file, a record as YAML, and the text in the output of other cmdlets' {
        $file = Join-Path $TestDrive 'wide.txt'
        [System.IO.File]::WriteAllText($file, 'Grüße', [System.Text.Encoding]::Unicode)
        $embedding = [CohereShell.Embedding] @{ Text = 'embedded text' }
        $first = 'ranked before' | Invoke-CohereRerank 'q'
        $server.Reset()

        $null = Invoke-CohereRerank 'q' (Get-Item $file), ([ordered] @{ title = 'T: 1'; tags = 'a', 'b' }), ([pscustomobject] @{ N = 1.5; D = [datetime] '2024-01-02' }), $embedding, $first, 42, ([datetime] '2024-01-02'), $true, ([DayOfWeek]::Friday)

        $sent = (Get-SentBody $server).documents
        $sent[0] | Should -BeExactly 'Grüße'
        $sent[1] | Should -BeExactly "title: `"T: 1`"`ntags:`n- a`n- b"
        $sent[2] | Should -BeExactly "N: 1.5`nD: `"2024-01-02T00:00:00.0000000`""
        $sent[3] | Should -BeExactly 'embedded text'
        $sent[4] | Should -BeExactly 'ranked before'
        $sent[5] | Should -BeExactly '42'
        # ConvertFrom-Json has made a date of it.
        $sent[6] | Should -Be ([datetime] '2024-01-02')
        $sent[7..8] | Should -Be 'True', 'Friday'
    }

    It 'takes the lines of a file without the notes that Get-Content hangs on them' {
        $path = Join-Path $TestDrive 'lines.txt'
        Set-Content $path 'one', 'two'

        $null = Get-Content $path | Invoke-CohereRerank 'q'

        (Get-SentBody $server).documents | Should -BeExactly 'one', 'two'
    }

    Context '-Property' {
        It 'compares one property as it is' {
            $null = [pscustomobject] @{ Name = 'a name'; Id = 7 }, @{ name = 'in a hashtable' }, [pscustomobject] @{ NAME = 12 } | Invoke-CohereRerank 'q' -Property Name

            (Get-SentBody $server).documents | Should -BeExactly 'a name', 'in a hashtable', '12'
        }

        It 'compares several with their names, in the order in which they are named' {
            $null = [pscustomobject] @{ Id = 7; Name = 'n'; Nothing = $null; Other = 'o' } | Invoke-CohereRerank 'q' -Property Name, Nothing, Lacking, Id

            (Get-SentBody $server).documents | Should -BeExactly "Name: n`nId: 7"
        }

        It 'takes wildcards, and each property once' {
            $null = [ordered] @{ TitleEn = 'e'; TitleDe = 'd'; Body = 'b' } | Invoke-CohereRerank 'q' -Property Title*, Body, TitleEn

            (Get-SentBody $server).documents | Should -BeExactly "TitleEn: e`nTitleDe: d`nBody: b"
        }

        It 'compares a property that holds a list with its name' {
            $null = @{ Tags = 'a', 'b' } | Invoke-CohereRerank 'q' -Property Tags

            (Get-SentBody $server).documents | Should -BeExactly "Tags:`n- a`n- b"
        }

        It 'writes an error for an object without any of them, and ranks the rest' {
            $bad = [pscustomobject] @{ Title = 't' }
            $results = [pscustomobject] @{ Name = 'n' }, $bad | Invoke-CohereRerank 'q' -Property Name, Body -ErrorVariable problems -ErrorAction SilentlyContinue

            $results | Should -HaveCount 1
            $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.PropertyNotFound,*'
            "$($problems[0])" | Should -BeLike "*'Name' or 'Body'*"
            $problems[0].ErrorDetails.RecommendedAction | Should -BeLike '*Title*'
            [object]::ReferenceEquals($problems[0].TargetObject, $bad) | Should -BeTrue
        }

        It 'makes an error where the property is empty' {
            (Get-ErrorOf { @{ Name = ' ' } | Invoke-CohereRerank 'q' -Property Name }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.EmptyInput,*'
            (Get-ErrorOf { @{ Name = $null } | Invoke-CohereRerank 'q' -Property Name }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.EmptyInput,*'
        }
    }

    It 'writes an error for a document that says nothing or cannot be said, and ranks the rest with their places' {
        $loop = @{ Name = 'loop' }
        $loop.Self = $loop
        $binary = Join-Path $TestDrive 'binary.dat'
        [System.IO.File]::WriteAllBytes($binary, [byte[]] (1, 2, 0, 3))
        $gone = [System.IO.FileInfo] (Join-Path $TestDrive 'gone.txt')

        $results = $null, 'a', '', ' ', $loop, @{}, [double]::NaN, { script }, [System.IO.FileInfo] $binary, $gone, 'b' |
            Invoke-CohereRerank 'q' -ErrorVariable problems -ErrorAction SilentlyContinue

        $results.Index | Should -Be 1, 10
        $problems.FullyQualifiedErrorId -replace ',.*|CohereShell\.' | Should -Be 'EmptyInput', 'EmptyInput', 'EmptyInput', 'NotJson', 'EmptyInput', 'NotJson', 'NotJson', 'NotATextFile', 'FileNotReadable'
        [object]::ReferenceEquals($problems[3].TargetObject, $loop) | Should -BeTrue
        $problems[7].TargetObject | Should -Be $binary
        $problems[8].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        $problems | ForEach-Object { $_.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty }
    }

    It 'says what to do when there is nothing to rank' {
        $problem = Get-ErrorOf { Invoke-CohereRerank 'q' }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
        "$problem" | Should -BeLike '*nothing to rank*'
        $server.Requests | Should -BeNullOrEmpty
        @() | Invoke-CohereRerank 'q' | Should -BeNullOrEmpty
        Invoke-CohereRerank 'q' -Document @() | Should -BeNullOrEmpty
    }

    It 'refuses a blank query and a field that has a parameter, before a call is spent' {
        (Get-ErrorOf { 'a' | Invoke-CohereRerank ' ' }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
        (Get-ErrorOf { 'a' | Invoke-CohereRerank 'q' -AdditionalProperty @{ top_n = 1 } }).ErrorDetails.RecommendedAction | Should -BeLike '*-Top*'
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'keeps equal scores in the order of the documents' {
        (1..20 | ForEach-Object { "d$_ [score 0.5]" } | Invoke-CohereRerank 'q').Index | Should -Be (0..19)
    }

    It 'leaves out what is below -MinimumScore' {
        ('a [score 0.4]', 'b [score 0.5]', 'c [score 0.6]' | Invoke-CohereRerank 'q' -MinimumScore 0.5).RelevanceScore | Should -Be 0.6, 0.5
    }

    Context 'more documents than a call takes' {
        It 'sends parts of 1,000 and merges them' {
            $documents = 0..2500 | ForEach-Object { "d$_ [score 0.$('{0:0000}' -f (($_ * 37) % 2501))]" }
            $expected = 0..2500 | Sort-Object { ($_ * 37) % 2501 } -Descending

            $null = Get-CohereUsage -Reset
            $results = $documents | Invoke-CohereRerank 'q'

            (Get-CohereUsage).BilledSearchUnits | Should -Be 3
            (Get-SentBody $server).documents.Count | Should -Be 2501
            @(Get-SentBody $server).ForEach({ $_.documents.Count }) | Sort-Object | Should -Be 501, 1000, 1000
            $results.Index | Should -Be $expected
            $results | ForEach-Object Rank | Should -Be (1..2501)
        }

        It 'asks each part for the best only with -Top' {
            $results = 0..1999 | ForEach-Object { "d$_ [score 0.$('{0:0000}' -f $_)]" } | Invoke-CohereRerank 'q' -Top 3

            @(Get-SentBody $server).top_n | Should -Be 3, 3
            $results.Index | Should -Be 1999, 1998, 1997
            $results | ForEach-Object Rank | Should -Be 1, 2, 3
        }

        It 'does not ask for more of the best than a part has documents' {
            $null = 0..1000 | ForEach-Object { "d$_" } | Invoke-CohereRerank 'q' -Top 500

            @(Get-SentBody $server).top_n | Sort-Object | Should -Be 1, 500
        }

        It 'ranks the rest when a part fails, with an error for each of its documents and a warning' {
            $documents = @(0..999 | ForEach-Object { "d$_" }) + @('[status 500]') + @('last')

            $results = $documents | Invoke-CohereRerank 'q' -ErrorVariable problems -ErrorAction SilentlyContinue -WarningVariable warnings -WarningAction SilentlyContinue

            $results.Count | Should -Be 1000
            $problems.TargetObject | Should -Be '[status 500]', 'last'
            $problems.FullyQualifiedErrorId | Should -BeLike 'CohereShell.ServerError,*'
            "$warnings" | Should -BeLike '2 of 1002 documents are missing from the ranking*'
        }

        It 'finds the one document that the server refuses' {
            $results = 'a', '[status 400]', 'b', 'c' | Invoke-CohereRerank 'q' -ErrorVariable problems -ErrorAction SilentlyContinue -WarningAction SilentlyContinue

            $results.Index | Sort-Object | Should -Be 0, 2, 3
            $problems | Should -HaveCount 1
            $problems[0].TargetObject | Should -Be '[status 400]'
        }

        It 'has no more parts in flight than -ThrottleLimit' {
            $server.Gather = 2
            $null = 0..3999 | ForEach-Object { if ($_ % 1000) { "d$_" } else { '[150 ms]' } } | Invoke-CohereRerank 'q' -ThrottleLimit 2

            $server.Requests.Count | Should -Be 4
            $server.MostInFlight | Should -Be 2
        }
    }

    It 'ends with one error where every call would fail alike' {
        $server.Default = [CohereShellTests.Answer] @{ Status = 401; Body = '{"message":"invalid api token"}' }

        $problem = Get-ErrorOf { 'a', 'b' | Invoke-CohereRerank 'q' }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.Unauthorized,*'
    }

    It 'writes an error for an answer that ranks what was not sent' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"results":[{"index":5,"relevance_score":0.5}]}' })

        (Get-ErrorOf { 'a' | Invoke-CohereRerank 'q' }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidAnswer,*'
    }

    It 'ends with Ctrl+C' {
        Assert-EndedByCtrlC -Server $server -Script '"a" | Invoke-CohereRerank q'
    }

    It 'cancels the calls in flight when the next command has enough' {
        # The bad document is told at once; the part is then under way for ever.
        $server.Default = [CohereShellTests.Answer] @{ Hang = $true }

        $null = & { 1..1000; Wait-Condition { $server.Requests.Count -eq 1 }; '' } | Invoke-CohereRerank 'q' 2>&1 | Select-Object -First 1

        Wait-Condition { $server.LastRequest.ClosedAt }
    }

    It 'can be stopped after the best with Select-Object -First' {
        ('a [score 0.1]', 'b [score 0.9]' | Invoke-CohereRerank 'q' | Select-Object -First 1).Document | Should -Be 'b [score 0.9]'
    }

    It 'completes -Model with models for rerank' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"models":[{"name":"a-chat","endpoints":["chat"]},{"name":"a-rerank","endpoints":["rerank"]}]}' })
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -MaxRetryCount 0

        (Get-TabCompletion 'Invoke-CohereRerank q -Model ').CompletionText | Should -Be 'a-rerank'
    }

    It 'is shown as a table without what a terminal would obey' {
        $shown = "bad$([char] 27)[31m`nline [score 0.123456]" | Invoke-CohereRerank 'q' | Out-String -Width 80

        $shown | Should -Match 'Rank\s+Score\s+Index\s+Document'
        $shown | Should -Match '1\s+0[.,]1235\s+0\s+bad'
        $shown | Should -Not -Match '\x1b\[31m'
    }
}
