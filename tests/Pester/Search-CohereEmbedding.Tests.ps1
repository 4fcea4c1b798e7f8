#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

# The cases hold embeddings, so that finding the tests needs the module as running them does.
BeforeDiscovery {
    . $PSScriptRoot/Common.ps1
    Restore-TestState
}

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:server = Open-TestServer
    Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'

    function ConvertTo-TestEmbedding {
        param([float[]] $Vector, [hashtable] $With = @{}, [string] $Model = 'embed-v4.0')
        [CohereShell.Embedding] (@{ Vector = $Vector; Model = $Model } + $With)
    }

    # Angles from 0 to 90 degrees: the score falls from 1 to 0.
    function Get-TestCollection {
        param([int] $Count = 10)
        foreach ($i in 0..($Count - 1)) {
            $angle = [math]::PI / 2 * $i / $Count
            ConvertTo-TestEmbedding ([math]::Cos($angle)), ([math]::Sin($angle)) @{ Index = $i; Text = "text $i" }
        }
    }

    # What a server answers to embed, with these numbers.
    function ConvertTo-EmbedAnswer {
        param([float[]] $Vector, [hashtable] $Form)
        if (-not $Form) {
            $bytes = [byte[]]::new($Vector.Count * 4)
            [System.Buffer]::BlockCopy($Vector, 0, $bytes, 0, $bytes.Length)
            $Form = @{ base64 = @([Convert]::ToBase64String($bytes)) }
        }

        [CohereShellTests.Answer] @{ Body = ConvertTo-Json -Depth 5 @{ id = '1'; embeddings = $Form; meta = @{ billed_units = @{ input_tokens = 2 } } } }
    }
}

AfterAll {
    Restore-TestState
    $server.Dispose()
}

Describe 'Search-CohereEmbedding' {
    BeforeEach { $server.Reset() }

    It 'ranks embeddings by their score' {
        $origin = [pscustomobject] @{ Name = 'SRV01' }
        $last = ConvertTo-TestEmbedding 1, 0 @{ Index = 99; Text = 'last'; Path = 'a.txt'; InputObject = $origin }

        $found = (Get-TestCollection 5)[4..1] + $last | Search-CohereEmbedding (1, 0)

        $found | ForEach-Object { $_ | Should -BeOfType CohereShell.EmbeddingMatch }
        # An array has a Rank of its own.
        $found | ForEach-Object Rank | Should -Be 1, 2, 3, 4, 5
        $found.Index | Should -Be 99, 1, 2, 3, 4
        $found.Score | Should -Be ($found.Score | Sort-Object -Descending)
        $found[0].Text | Should -Be 'last'
        $found[0].Path | Should -Be 'a.txt'
        [object]::ReferenceEquals($found[0].InputObject, $origin) | Should -BeTrue
        [object]::ReferenceEquals($found[0].Embedding, $last) | Should -BeTrue
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'outputs the ten best, or the number in -Top' {
        $collection = Get-TestCollection 30

        ($collection | Search-CohereEmbedding (1, 0)).Index | Should -Be (0..9)
        ($collection | Search-CohereEmbedding (1, 0) -Top 2).Index | Should -Be 0, 1
        ($collection | Search-CohereEmbedding (0, 1) -Top 100) | Should -HaveCount 30
    }

    It 'leaves out what is below -MinimumScore' {
        $found = Get-TestCollection 30 | Search-CohereEmbedding (1, 0) -MinimumScore 0.99

        $found | Should -HaveCount 3
        $found[-1].Score | Should -BeGreaterOrEqual 0.99
    }

    It 'ranks equals in the order of their arrival' {
        $equals = foreach ($i in 0..20) { ConvertTo-TestEmbedding 1, 1 @{ Index = $i } }

        ($equals | Search-CohereEmbedding (1, 0) -Top 5).Index | Should -Be 0, 1, 2, 3, 4
    }

    It 'takes the collection from a variable' {
        $collection = Get-TestCollection

        (Search-CohereEmbedding (1, 0) $collection -Top 1).Index | Should -Be 0
        (Search-CohereEmbedding -Query (0, 1) -Embedding $collection -Top 1).Index | Should -Be 9
    }

    It 'takes the matches of another search' {
        $found = Get-TestCollection | Search-CohereEmbedding (1, 0) | Search-CohereEmbedding (0, 1) -Top 1

        $found.Index | Should -Be 9
    }

    It 'ranks by the distance, the least first, with -Metric Euclidean' {
        $found = (3, 0), (1, 0), (1, 1) | ForEach-Object { , $_ } | Search-CohereEmbedding (1, 0) -Metric Euclidean

        $found.Index | Should -Be 1, 2, 0
        $found.Score | Should -Be 0, 1, 2
    }

    It 'ranks by the dot product with -Metric DotProduct' {
        ((3, 0), (1, 0) | ForEach-Object { , $_ } | Search-CohereEmbedding (1, 0) -Metric DotProduct).Score | Should -Be 3, 1
    }

    It 'embeds a text once, as a query, as the collection was embedded' {
        $server.Enqueue((ConvertTo-EmbedAnswer (@(0.0) * 255 + 1)))
        $collection = foreach ($i in 0..3) { ConvertTo-TestEmbedding ((@(0.1) * 255) + $i) @{ Index = $i } }

        $found = $collection | Search-CohereEmbedding 'disk full' -Top 2

        $found.Index | Should -Be 3, 2
        $server.Requests | Should -HaveCount 1
        $server.LastRequest.Target | Should -Be '/v2/embed'
        $body = Get-SentBody $server
        $body.texts | Should -Be 'disk full'
        $body.model | Should -Be 'embed-v4.0'
        $body.input_type | Should -Be 'search_query'
        $body.output_dimension | Should -Be 256
        $body.embedding_types | Should -Be 'base64'
    }

    It 'sends no dimension to models that have only one' {
        $server.Enqueue((ConvertTo-EmbedAnswer (@(0.5) * 1024)))

        $null = ConvertTo-TestEmbedding (@(0.1) * 1024) -Model 'embed-english-v3.0' | Search-CohereEmbedding 'q'

        $body = Get-SentBody $server
        $body.model | Should -Be 'embed-english-v3.0'
        $body.ContainsKey('output_dimension') | Should -BeFalse
    }

    It 'asks for the form that the collection has' {
        $server.Enqueue((ConvertTo-EmbedAnswer -Form @{ int8 = @(, @(1, 0)) }))

        $found = [CohereShell.Embedding] @{ Model = 'embed-v4.0'; Int8 = [sbyte[]] (2, 0) } | Search-CohereEmbedding 'q'

        $found.Score | Should -Be 1
        (Get-SentBody $server).embedding_types | Should -Be 'int8'
    }

    It 'takes the model from -Model' {
        $server.Enqueue((ConvertTo-EmbedAnswer 1, 0))

        (, (2, 0) | Search-CohereEmbedding 'q' -Model 'embed-v4.0').Score | Should -Be 1

        (Get-SentBody $server).model | Should -Be 'embed-v4.0'
    }

    It 'does not guess the model where nothing says it' {
        $problem = Get-ErrorOf { , (2, 0) | Search-CohereEmbedding 'q' }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
        $problem.ErrorDetails.RecommendedAction | Should -BeLike '*-Model*'
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'sends no request for an empty collection' {
        @() | Search-CohereEmbedding 'q' | Should -BeNullOrEmpty

        $server.Requests | Should -BeNullOrEmpty
    }

    It 'takes a line of a file as a query' {
        $path = Join-Path $TestDrive 'query.txt'
        Set-Content -LiteralPath $path -Value 'disk full'
        $server.Enqueue((ConvertTo-EmbedAnswer 1, 0))

        $null = Get-TestCollection | Search-CohereEmbedding (Get-Content -LiteralPath $path)

        (Get-SentBody $server).texts | Should -Be 'disk full'
    }

    It 'refuses the query, before a call is spent: <Name>' -ForEach @(
        @{ Name = 'an empty text'; Bad = ''; Reason = 'InvalidValue' }
        @{ Name = 'blanks'; Bad = "  `n"; Reason = 'InvalidValue' }
        @{ Name = 'a number'; Bad = 3; Reason = 'NotAnEmbedding' }
        @{ Name = 'several vectors'; Bad = @((1, 0), (0, 1)); Reason = 'InvalidValue' }
        @{ Name = 'zeros only'; Bad = 0, 0; Reason = 'ZeroVector' }
        @{ Name = 'several texts'; Bad = 'a', 'b'; Reason = 'InvalidValue' }
    ) {
        $problem = Get-ErrorOf { Get-TestCollection | Search-CohereEmbedding $Bad }

        $problem.FullyQualifiedErrorId | Should -BeLike "CohereShell.$Reason,*"
        $problem.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'refuses -MinimumScore for a distance, and a model that contradicts the query' {
        (Get-ErrorOf { Get-TestCollection | Search-CohereEmbedding (1, 0) -Metric Euclidean -MinimumScore 1 }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
        (Get-ErrorOf { Get-TestCollection | Search-CohereEmbedding (ConvertTo-TestEmbedding 1, 0) -Model 'other' }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
    }

    It 'writes an error for <Name>, and continues with the others' -ForEach @(
        @{ Name = 'another model'; Bad = [CohereShell.Embedding] @{ Vector = [float[]] (1, 0); Model = 'embed-english-v3.0' }; Reason = 'ModelMismatch' }
        @{ Name = 'another dimension'; Bad = [CohereShell.Embedding] @{ Vector = [float[]] (1, 0, 0); Model = 'embed-v4.0' }; Reason = 'DimensionMismatch' }
        @{ Name = 'null'; Bad = $null; Reason = 'NullInput' }
        @{ Name = 'a text'; Bad = 'a text'; Reason = 'NotAnEmbedding' }
        @{ Name = 'zeros only'; Bad = 0, 0; Reason = 'ZeroVector' }
    ) {
        $server.Enqueue((ConvertTo-EmbedAnswer 1, 0))
        $collection = Get-TestCollection 4

        $found = & { $collection[0, 1]; , $Bad; $collection[2, 3] } | Search-CohereEmbedding 'q' -ErrorVariable problems -ErrorAction SilentlyContinue

        $found.Index | Should -Be 0, 1, 2, 3
        $problems | Should -HaveCount 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike "CohereShell.$Reason,*"
        $server.Requests | Should -HaveCount 1
    }

    It 'spends no call on an embedding that the query cannot be compared with anyhow' {
        $found = [CohereShell.Embedding]::new(), (ConvertTo-TestEmbedding 1, 0 -Model 'other') |
            Search-CohereEmbedding 'q' -Model 'embed-v4.0' -ErrorVariable problems -ErrorAction SilentlyContinue

        $found | Should -BeNullOrEmpty
        $problems | Should -HaveCount 2
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'ends when the query cannot be embedded' {
        $server.Default = [CohereShellTests.Answer] @{ Status = 404; Body = '{"message":"model not found"}' }

        $problem = Get-ErrorOf { Get-TestCollection | Search-CohereEmbedding 'q' }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotFound,*'
        $problem.TargetObject | Should -Be 'q'
        $server.Requests | Should -HaveCount 1
    }

    It 'ends with Ctrl+C while the query is embedded' {
        Assert-EndedByCtrlC -Server $server -Script '$argument | Search-CohereEmbedding q' -Argument (ConvertTo-TestEmbedding 1, 0)
    }

    It 'keeps no more of the collection than -Top' {
        $collected = [System.Collections.Generic.List[System.WeakReference]]::new()
        $found = & {
            foreach ($i in 1..200) {
                $embedding = ConvertTo-TestEmbedding 1, $i @{ Index = $i }
                $collected.Add([System.WeakReference]::new($embedding))
                $embedding
                if ($i -eq 200) {
                    $embedding = $null
                    [System.GC]::Collect()
                    [System.GC]::WaitForPendingFinalizers()
                    $script:alive = @($collected | Where-Object IsAlive).Count
                }
            }
        } | Search-CohereEmbedding (1, 0) -Top 3

        $found.Index | Should -Be 1, 2, 3
        $script:alive | Should -BeLessThan 20
    }

    It 'shows rank, score and text, without control characters' {
        $shown = ConvertTo-TestEmbedding 3, 4 @{ Text = "disk`nfull$([char] 27)[31m"; Index = 12 } | Search-CohereEmbedding (1, 0) | Out-String -Width 80

        $shown | Should -Match '1\s+0[.,]6000\s+12 disk full'
        $shown | Should -Not -Match "\x1b\[31m"
    }
}

Describe 'Search-CohereEmbedding -Path' {
    BeforeAll {
        # Vectors of every form, in which the same 8-bit numbers and bits are in several columns.
        function Get-TestRow {
            param([int] $Count = 3000, [string[]] $Form = 'Vector', [int] $Seed = 7, [int] $Dimension = 64)
            $random = [System.Random]::new($Seed)
            for ($i = 0; $i -lt $Count; $i++) {
                $bytes = [byte[]]::new($Dimension)
                $random.NextBytes($bytes)
                $numbers = @{
                    Vector  = [float[]] $bytes.ForEach({ $_ - 127.5 })
                    Int8    = [sbyte[]] $bytes.ForEach({ $_ - 128 })
                    Uint8   = $bytes
                    Binary  = [sbyte[]] $bytes[0..($Dimension / 8 - 1)].ForEach({ $_ - 128 })
                    Ubinary = [byte[]] $bytes[0..($Dimension / 8 - 1)]
                }
                $embedding = [CohereShell.Embedding] @{ Index = $i; Text = "text $i"; Model = 'embed-v4.0'; InputObject = [pscustomobject] @{ Id = $i; Queue = "queue $($i % 10)" } }
                foreach ($name in $Form) {
                    $embedding.$name = $numbers[$name]
                }

                $embedding
            }
        }

        function ConvertTo-Comparable($Match) {
            $Match | ForEach-Object { "$($_.Rank) $($_.Index) $($_.Score.ToString('R')) $($_.Text) $($_.InputObject.Id)" }
        }
    }

    BeforeEach {
        $script:folder = (New-Item -ItemType Directory -Path (Join-Path $TestDrive ([guid]::NewGuid()))).FullName
        $script:file = Join-Path $folder 'a.arrow'
    }

    It 'finds what the pipeline finds, with <Form> and every metric' -ForEach @(
        @{ Form = , 'Vector' }
        @{ Form = , 'Int8' }
        @{ Form = , 'Uint8' }
        @{ Form = , 'Binary' }
        @{ Form = , 'Ubinary' }
        @{ Form = 'Vector', 'Int8', 'Ubinary' }
        @{ Form = 'Uint8', 'Binary' }
    ) {
        $rows = @(Get-TestRow 2500 $Form)
        $rows | Export-CohereEmbedding $file
        $query = @(Get-TestRow 1 $Form -Seed 99)[0]
        foreach ($metric in 'Cosine', 'DotProduct', 'Euclidean') {
            $expected = $rows | Search-CohereEmbedding $query -Metric $metric -Top 25

            $found = Search-CohereEmbedding $query -Path $file -Metric $metric -Top 25

            ConvertTo-Comparable $found | Should -Be (ConvertTo-Comparable $expected) -Because $metric
            foreach ($name in $Form) {
                $found[0].Embedding.$name | Should -Be $expected[0].Embedding.$name
            }
        }
    }

    It 'finds what the pipeline finds where some rows have no vector in a format' {
        $rows = @(Get-TestRow 30 Vector, Int8)
        $rows[3].Vector = $rows[17].Int8 = $null
        $rows | Export-CohereEmbedding $file
        $query = @(Get-TestRow 1 Vector, Int8 -Seed 99)[0]

        ConvertTo-Comparable (Search-CohereEmbedding $query -Path $file -Top 30) | Should -Be (ConvertTo-Comparable ($rows | Search-CohereEmbedding $query -Top 30))
    }

    It 'searches several files of both formats like one collection' {
        $rows = @(Get-TestRow 90)
        $rows[0..29] | Export-CohereEmbedding $file
        $rows[30..59] | Export-CohereEmbedding (Join-Path $folder 'b.jsonl')
        $rows[60..89] | Export-CohereEmbedding -LiteralPath (Join-Path $folder 'c[1].arrow')
        $query = @(Get-TestRow 1 -Seed 99)[0]
        $expected = ConvertTo-Comparable ($rows | Search-CohereEmbedding $query -Top 20)

        ConvertTo-Comparable (Search-CohereEmbedding $query -Path (Join-Path $folder '*') -Top 20) | Should -Be $expected
        ConvertTo-Comparable (Get-ChildItem -LiteralPath $folder | Search-CohereEmbedding $query -Top 20) | Should -Be $expected
        ConvertTo-Comparable (Search-CohereEmbedding $query -LiteralPath $file, (Join-Path $folder 'b.jsonl'), (Join-Path $folder 'c[1].arrow') -Top 20) | Should -Be $expected
    }

    It 'takes the earlier of equal embeddings, also across files' {
        1..5 | ForEach-Object { ConvertTo-TestEmbedding 1, 0 @{ Index = $_ } } | Export-CohereEmbedding $file
        6..9 | ForEach-Object { ConvertTo-TestEmbedding 1, 0 @{ Index = $_ } } | Export-CohereEmbedding (Join-Path $folder 'b.arrow')

        (Search-CohereEmbedding (1, 0) -Path $file, (Join-Path $folder 'b.arrow') -Top 7).Index | Should -Be 1, 2, 3, 4, 5, 6, 7
    }

    It 'applies -MinimumScore' {
        Get-TestCollection | Export-CohereEmbedding $file

        (Search-CohereEmbedding (1, 0) -Path $file -MinimumScore 0.8).Index | Should -Be 0, 1, 2, 3, 4
    }

    It 'widens until enough embeddings meet -Where, and reads the others only once' {
        $rows = @(Get-TestRow 2500)
        $rows | Export-CohereEmbedding $file
        $query = @(Get-TestRow 1 -Seed 99)[0]
        $expected = $rows | Search-CohereEmbedding $query -Top 2500 | Where-Object { $_.InputObject.Id -ge 2450 } | Select-Object -First 30
        $script:asked = [System.Collections.Generic.List[int]]::new()

        $found = Search-CohereEmbedding $query -Path $file -Top 30 -Where { $script:asked.Add($_.Id); $_.Id -ge 2450 }

        $found.Index | Should -Be $expected.Index
        $found | ForEach-Object Rank | Should -Be (1..30)
        @($asked | Select-Object -Unique).Count | Should -Be $asked.Count
        $script:asked.Count | Should -BeLessThan 2500
    }

    It 'applies -Where to embeddings of the pipeline too, and to embeddings without an object' {
        $rows = @(Get-TestRow 50)
        $query = @(Get-TestRow 1 -Seed 99)[0]

        $found = $rows | Search-CohereEmbedding $query -Top 5 -Where { $_.Queue -eq 'queue 3' }
        $found.InputObject.Queue | Select-Object -Unique | Should -Be 'queue 3'
        $found | Should -HaveCount 5
        (Get-TestCollection | Search-CohereEmbedding (1, 0) -Where { $_.Text -eq 'text 4' }).Index | Should -Be 4
        Search-CohereEmbedding $query -Embedding $rows -Where { $false } | Should -BeNullOrEmpty
    }

    It 'embeds a text with the model, dimension and format of the file' {
        Get-TestRow 5 Int8 -Dimension 256 | Export-CohereEmbedding $file
        $server.Enqueue((ConvertTo-EmbedAnswer -Form @{ int8 = @(, [int[]] (@(1) * 256)) }))

        $found = Search-CohereEmbedding 'a question' -Path $file -Top 1

        $found | Should -HaveCount 1
        $body = $server.LastRequest.Body | ConvertFrom-Json
        $body.model | Should -Be 'embed-v4.0'
        $body.embedding_types | Should -Be 'int8'
        $body.output_dimension | Should -Be 256
        $body.input_type | Should -Be 'search_query'
    }

    It 'asks for -Model where the file doesn''t tell it, and refuses another model' {
        , [float[]] (1, 0) | Export-CohereEmbedding $file
        (Get-ErrorOf { Search-CohereEmbedding 'text' -Path $file }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'

        Get-TestCollection | Export-CohereEmbedding $file
        (Get-ErrorOf { Search-CohereEmbedding (1, 0) -Path $file -Model other }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.ModelMismatch,*'
    }

    It 'writes one error for embeddings that can''t be compared, and searches the others' {
        0..4 | ForEach-Object { ConvertTo-TestEmbedding ($_ % 2), 0 @{ Index = $_ } } | Export-CohereEmbedding $file

        $found = Search-CohereEmbedding (1, 0) -Path $file -ErrorVariable problems -ErrorAction SilentlyContinue

        $found.Index | Should -Be 1, 3
        $problems | Should -HaveCount 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.ZeroVector,*'
        "$($problems[0])" | Should -BeLike '*3 embeddings can''t be compared. The first is record 1:*'
        (Search-CohereEmbedding (1, 0) -Path $file -Metric DotProduct) | Should -HaveCount 5
    }

    It 'writes an error for a query without a common format, another dimension, and files that can''t be read' {
        Get-TestRow 3 Int8 | Export-CohereEmbedding $file

        (Get-ErrorOf { Search-CohereEmbedding ([float[]] (1..64)) -Path $file }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.NoCommonForm,*'
        (Get-ErrorOf { Search-CohereEmbedding ([CohereShell.Embedding] @{ Int8 = [sbyte[]] (1, 2) }) -Path $file }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.DimensionMismatch,*'
        (Get-ErrorOf { Search-CohereEmbedding (1, 0) -Path (Join-Path $folder 'no.arrow') }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotReadable,*'
        Set-Content -LiteralPath (Join-Path $folder 'b.arrow') 'ARROW1 and nothing else'
        (Get-ErrorOf { Search-CohereEmbedding (1, 0) -Path (Join-Path $folder 'b.arrow') }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotReadable,*'
    }

    It 'searches the complete batches of a file without its end, and says so' {
        1..3 | ForEach-Object { Get-TestRow 20 -Seed $_ | Export-CohereEmbedding $file -Append }
        $bytes = [System.IO.File]::ReadAllBytes($file)
        [System.IO.File]::WriteAllBytes($file, $bytes[0..([int] ($bytes.Count * 0.6))])

        $found = Search-CohereEmbedding (@(Get-TestRow 1 -Seed 99)[0]) -Path $file -Top 100 -ErrorVariable problems -ErrorAction SilentlyContinue

        $found.Count | Should -BeIn 20, 40
        $problems | Should -HaveCount 1
        "$($problems[0])" | Should -BeLike "*ends after record $($found.Count)*"
    }

    It 'gives matches or one error for a damaged file' {
        Get-TestRow 20 | Export-CohereEmbedding $file
        $whole = [System.IO.File]::ReadAllBytes($file)
        $random = [System.Random]::new(3)
        foreach ($round in 1..200) {
            $bytes = $whole.Clone()
            $bytes[$random.Next(8, $bytes.Count)] = [byte] $random.Next(256)
            [System.IO.File]::WriteAllBytes($file, $bytes)

            $found = @(Search-CohereEmbedding ([float[]] (1..64)) -Path $file -Top 5 -ErrorVariable problems -ErrorAction SilentlyContinue)

            $problems.Count | Should -BeLessOrEqual 1
            $found.Count + $problems.Count | Should -BeGreaterThan 0
        }
    }

    It 'is not disturbed by a file that is replaced meanwhile, and leaves no file open' {
        Get-TestRow 2000 | Export-CohereEmbedding $file
        $query = @(Get-TestRow 1 -Seed 99)[0]
        $expected = (Search-CohereEmbedding $query -Path $file -Top 3).Index
        $shell = Get-OtherPowerShell
        try {
            $running = $shell.AddScript('param($file, $query) foreach ($i in 1..30) { (Search-CohereEmbedding $query -Path $file -Top 3).Index -join " " }').AddArgument($file).AddArgument($query).BeginInvoke()
            foreach ($i in 1..3) {
                Get-TestRow 2000 | Export-CohereEmbedding $file
            }

            $found = $shell.EndInvoke($running)
            $shell.HadErrors | Should -BeFalse
            $found | Select-Object -Unique | Should -Be ($expected -join ' ')
        }
        finally {
            $shell.Runspace.Dispose()
            $shell.Dispose()
        }

        [System.IO.File]::Open($file, 'Open', 'ReadWrite', 'None').Dispose()
    }

    It 'ends with Ctrl+C while the condition runs, and closes the file' {
        Get-TestRow 500 | Export-CohereEmbedding $file
        $state = [hashtable]::Synchronized(@{ IsRunning = $false })
        $shell = Get-OtherPowerShell
        try {
            $null = $shell.AddScript('param($file, $query, $state) Search-CohereEmbedding $query -Path $file -Where { $state.IsRunning = $true; Start-Sleep -Milliseconds 500; $false }').
                AddArgument($file).AddArgument([float[]] (1..64)).AddArgument($state).BeginInvoke()
            Wait-Condition { $state.IsRunning }
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            $shell.Stop()
            # The search would take four minutes.
            $watch.Elapsed.TotalSeconds | Should -BeLessThan 60
        }
        finally {
            $shell.Runspace.Dispose()
            $shell.Dispose()
        }

        [System.IO.File]::Open($file, 'Open', 'ReadWrite', 'None').Dispose()
    }
}
