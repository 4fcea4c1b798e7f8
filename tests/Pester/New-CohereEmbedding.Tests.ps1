#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:emulator = Start-CohereEmulator
    Connect-Cohere -BaseUri $emulator.BaseUri -ApiKey 'a-key-for-tests'
    $script:png = Join-Path $TestDrive 'chart.png'
    [System.IO.File]::WriteAllBytes($png, (Get-TestPng))
}

AfterAll {
    Restore-TestState
}

Describe 'New-CohereEmbedding: what goes in' {
    It 'embeds each string of the pipeline' {
        $embeddings = 'disk full', 'password reset' | New-CohereEmbedding

        $embeddings | ForEach-Object { $_ | Should -BeOfType CohereShell.Embedding }
        $embeddings.Text | Should -Be 'disk full', 'password reset'
        $embeddings.Index | Should -Be 0, 1
        $embeddings.Model | Select-Object -Unique | Should -Be 'embed-v4.0'
        $embeddings.InputType | Select-Object -Unique | Should -Be 'SearchDocument'
        $embeddings[0].Dimension | Should -Be 1536
        , $embeddings[0].Vector | Should -BeOfType 'float[]'
        $embeddings[0].Vector.Count | Should -Be 1536
        $embeddings[0].InputObject | Should -BeNullOrEmpty
    }

    It 'embeds the lines of Get-Content and not where they stand' {
        $path = Join-Path $TestDrive 'notes.txt'
        'one', 'two' | Set-Content -LiteralPath $path

        $embeddings = Get-Content -LiteralPath $path | New-CohereEmbedding

        $embeddings.Text | Should -Be 'one', 'two'
        $embeddings[0].Path | Should -BeNullOrEmpty
    }

    It 'takes texts as a parameter, also by position' {
        (New-CohereEmbedding 'a', 'b').Text | Should -Be 'a', 'b'
        (New-CohereEmbedding -Text 'c').Text | Should -Be 'c'
    }

    It 'takes the text of objects from -Property, and the object travels along' {
        $row = [pscustomobject]@{ Id = 7; Subject = 'Printer'; Body = "on fire`nagain" }
        $table = @{ Subject = 'VPN' }

        $one, $two = $row, $table | New-CohereEmbedding -Property Subject, Body

        [object]::ReferenceEquals($one.InputObject, $row) | Should -BeTrue
        $one.InputObject.Id | Should -Be 7
        $one.Text | Should -BeLike "Subject: Printer*Body:*on fire*again*"
        [object]::ReferenceEquals($two.InputObject, $table) | Should -BeTrue
        $two.Text | Should -BeLike 'Subject: VPN*'
        ($row | New-CohereEmbedding -Property Subject).Text | Should -Be 'Printer'
        ($row | New-CohereEmbedding -Property Sub*).Text | Should -Be 'Printer'
    }

    It 'embeds an image file, from the pipeline and from -Path, as an image' {
        $piped = Get-Item -LiteralPath $png | New-CohereEmbedding
        $named = New-CohereEmbedding -Path (Join-Path $TestDrive '*.png')
        $literal = New-CohereEmbedding -LiteralPath $png

        foreach ($embedding in $piped, $named, $literal) {
            $embedding.Path | Should -Be $png
            $embedding.Text | Should -BeNullOrEmpty
            $embedding.InputType | Should -Be 'Image'
            $embedding.Vector | Should -Be $piped.Vector
        }
    }

    It 'embeds the text of document files without -AsText, as chat and rerank use it: <_>' -ForEach 'md', 'txt', 'csv', 'html', 'log' {
        $path = Join-Path $TestDrive "plan.$_"
        'The content.' | Set-Content -LiteralPath $path

        foreach ($embedding in (Get-Item -LiteralPath $path | New-CohereEmbedding), (New-CohereEmbedding -Path $path)) {
            $embedding.Text.Trim() | Should -Be 'The content.'
            $embedding.Path | Should -Be $path
        }
    }

    It 'never embeds the name of a file' {
        $path = Join-Path $TestDrive 'meaning.ps1'
        'The content.' | Set-Content -LiteralPath $path -NoNewline

        $problems = $null
        $null = Get-Item -LiteralPath $path | New-CohereEmbedding -ErrorVariable problems -ErrorAction SilentlyContinue
        $asText = Get-Item -LiteralPath $path | New-CohereEmbedding -AsText

        $problems.FullyQualifiedErrorId | Should -Be 'CohereShell.NotAnImage,CohereShell.Commands.NewCohereEmbeddingCommand'
        $problems.ErrorDetails.RecommendedAction | Should -BeLike '*-AsText*'
        $asText.Text | Should -Be 'The content.'
        $asText.Path | Should -Be $path
        (New-CohereEmbedding -Path $path -AsText).Text | Should -Be 'The content.'
        foreach ($wrong in { New-CohereEmbedding (Get-Item -LiteralPath $path) }, { New-CohereEmbedding -Text 'a', (Get-Item -LiteralPath $path) }, { New-CohereEmbedding -Text @{ a = 1 } }) {
            (Get-ErrorOf $wrong).Exception.Message | Should -BeLike '*-Text accepts only texts*'
        }
    }

    It 'embeds texts and images together with -Content' {
        $chart = Get-Item -LiteralPath $png
        $together = New-CohereEmbedding -Content 'Sales in May', $chart
        $several = New-CohereEmbedding -Content @('Sales in May', $chart), @('Sales in June')
        $ofTheApi = @{ content = @(@{ type = 'text'; text = 'Sales in May' }, @{ type = 'image_url'; image_url = @{ url = 'data:image/png;base64,' + [convert]::ToBase64String((Get-TestPng)) } }) } | New-CohereEmbedding

        $ofTheClient = New-CohereEmbedding -Content ([CohereShell.EmbedInput]::new([CohereShell.EmbedContent[]] @([CohereShell.EmbedContent]::FromText('Sales in May')))), ([CohereShell.EmbedInput]::new([CohereShell.EmbedContent[]] @([CohereShell.EmbedContent]::FromText('Sales in June'))))

        $ofTheClient.Text | Should -Be 'Sales in May', 'Sales in June'
        $together | Should -HaveCount 1
        $together.Text | Should -Be 'Sales in May'
        $several | Should -HaveCount 2
        $several.Index | Should -Be 0, 1
        $several[0].Vector | Should -Be $together.Vector
        $ofTheApi.Vector | Should -Be $together.Vector
    }

    It 'gives every form that is asked for, as an array of its type' {
        $embedding = 'text' | New-CohereEmbedding -EmbeddingType Float, Int8, Uint8, Binary, Ubinary, Base64 -OutputDimension 256

        , $embedding.Vector | Should -BeOfType 'float[]'
        , $embedding.Int8 | Should -BeOfType 'sbyte[]'
        , $embedding.Uint8 | Should -BeOfType 'byte[]'
        , $embedding.Binary | Should -BeOfType 'sbyte[]'
        , $embedding.Ubinary | Should -BeOfType 'byte[]'
        $embedding.Vector.Count, $embedding.Int8.Count, $embedding.Uint8.Count, $embedding.Binary.Count, $embedding.Ubinary.Count | Should -Be 256, 256, 256, 32, 32
        $bytes = [convert]::FromBase64String($embedding.Base64)
        [System.BitConverter]::ToSingle($bytes, 4) | Should -Be $embedding.Vector[1]
        $embedding.Dimension | Should -Be 256
        $only = 'text' | New-CohereEmbedding -EmbeddingType Int8
        $only.Vector | Should -BeNullOrEmpty
        $only.Dimension | Should -Be 1536
    }

    It 'takes names in the way of PowerShell and of the API' {
        ('a' | New-CohereEmbedding -InputType SearchQuery).InputType | Should -Be 'SearchQuery'
        ('a' | New-CohereEmbedding -InputType search_query).InputType | Should -Be 'SearchQuery'
        ('a' | New-CohereEmbedding -Model embed-english-v3.0).Dimension | Should -Be 1024
    }
}

Describe 'New-CohereEmbedding: what is sent' {
    BeforeAll {
        $script:server = Open-TestServer
        $script:recorded = Connect-CohereElsewhere -BaseUri $server.BaseUri
    }
    AfterAll { $server.Dispose() }
    BeforeEach { $server.Reset() }

    It 'sends every parameter under the name of the API' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"id":"1","embeddings":{"int8":[[1,2]]}}' })

        $null = 'a' | New-CohereEmbedding -Session $recorded -Model m -InputType Clustering -EmbeddingType Int8 -OutputDimension 512 -MaxTokens 9 -Truncate Start -Priority 3 -AdditionalProperty @{ future = 1 }

        $sent = Get-SentBody $server
        $sent.model | Should -Be 'm'
        $sent.texts | Should -Be @('a')
        $sent.input_type | Should -Be 'clustering'
        $sent.embedding_types | Should -Be @('int8')
        $sent.output_dimension | Should -Be 512
        $sent.max_tokens | Should -Be 9
        $sent.truncate | Should -Be 'START'
        $sent.priority | Should -Be 3
        $sent.future | Should -Be 1
    }

    It 'refuses to have its own fields set behind its back' {
        $problem = Get-ErrorOf { 'a' | New-CohereEmbedding -Session $recorded -AdditionalProperty @{ texts = @('b') } }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination*'
        $server.Requests | Should -HaveCount 0
    }

    It 'cancels the requests in flight when Select-Object -First has enough' {
        $first = & { 'text [vector]'; '[hang]'; Wait-Condition { $server.Requests.Count -eq 2 }; '[hang] too' } |
            New-CohereEmbedding -Session $recorded -BatchSize 1 -ThrottleLimit 2 | Select-Object -First 1

        $first.Text | Should -Be 'text [vector]'
        Wait-Condition { @($server.Requests | Where-Object { $_.Body -match 'hang' -and -not $_.ClosedAt }).Count -eq 0 }
    }

    It 'ends with Ctrl+C' {
        Assert-EndedByCtrlC -Server $server -Script 'New-CohereEmbedding a'
    }

    It 'keeps -ThrottleLimit calls in flight, and not one more' {
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"id":"1","embeddings":{"base64":["AACAPw=="]}}'; DelayMs = 50 }
        $server.Gather = 4

        $embeddings = 1..40 | ForEach-Object { "text $_" } | New-CohereEmbedding -Session $recorded -BatchSize 1 -ThrottleLimit 4

        $embeddings.Count | Should -Be 40
        $server.MostInFlight | Should -Be 4
    }

    It 'lets batches continue behind a slow one, and keeps the order' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"id":"1","embeddings":{"base64":["AACAPw=="]}}'; Gather = 7 })
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"id":"1","embeddings":{"base64":["AAAAQA=="]}}' }

        $embeddings = 1..8 | ForEach-Object { "text $_" } | New-CohereEmbedding -Session $recorded -BatchSize 1 -ThrottleLimit 2

        $embeddings.Text | Should -Be (1..8 | ForEach-Object { "text $_" })
        # The seventh was sent while one of the first was still under way; without room behind it, only three would have been.
        $server.IsGatheringOver | Should -BeFalse
    }

    It 'fills batches however slowly the texts come' {
        $null = 1..5 | ForEach-Object { Start-Sleep -Milliseconds 20; "text $_" } | New-CohereEmbedding -Session $recorded -BatchSize 3 -ErrorAction SilentlyContinue

        (Get-SentBody $server | Where-Object { $_.embedding_types -contains 'base64' }).texts.Count | Should -Be 5
        @(Get-SentBody $server)[0].texts | Should -HaveCount 3
    }
}

Describe 'New-CohereEmbedding: what is wrong' {
    It 'writes a separate error for <Name>, and embeds the rest' -ForEach @(
        @{ Name = 'an empty string'; Value = ''; Id = 'EmptyInput' }
        @{ Name = 'null'; Value = $null; Id = 'EmptyInput' }
        @{ Name = 'white space'; Value = " `t`n"; Id = 'EmptyInput' }
        @{ Name = 'an object without -Property'; Value = [pscustomobject]@{ Name = 'x' }; Id = 'NotAText' }
        @{ Name = 'a hashtable without -Property'; Value = @{ Name = 'x' }; Id = 'NotAText' }
        @{ Name = 'a file that is not there'; Value = [System.IO.FileInfo] '/no/such/file.png'; Id = 'FileNotReadable' }
        @{ Name = 'a folder'; Value = [System.IO.DirectoryInfo] '/no/such/folder'; Id = 'NotAFile' }
        @{ Name = 'a text that the service refuses'; Value = 'emulate:400'; Id = 'InvalidRequest' }
    ) {
        $problems = $null
        $embeddings = 'before', $Value, 'after' | New-CohereEmbedding -ErrorVariable problems -ErrorAction SilentlyContinue

        $embeddings.Text | Should -Be 'before', 'after'
        $embeddings.Index | Should -Be 0, 2
        $problems | Should -HaveCount 1
        $problems[0].FullyQualifiedErrorId | Should -Be "CohereShell.$Id,CohereShell.Commands.NewCohereEmbeddingCommand"
        $problems[0].ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
        "$($problems[0].TargetObject)" | Should -Be "$Value"
    }

    It 'counts a path without a file in the Index: <Parameter>' -ForEach @(@{ Parameter = 'Path' }, @{ Parameter = 'LiteralPath' }) {
        $first = New-Item -Path $TestDrive -Name 'first.txt' -Value 'one' -Force
        $last = New-Item -Path $TestDrive -Name 'last.txt' -Value 'two' -Force
        $with = @{ $Parameter = @($first.FullName, "$TestDrive/no-such-file.txt", $last.FullName) }
        $problems = $null
        $embeddings = New-CohereEmbedding @with -AsText -ErrorVariable problems -ErrorAction SilentlyContinue

        $embeddings.Text | Should -Be 'one', 'two'
        $embeddings.Index | Should -Be 0, 2
        $problems | Should -HaveCount 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotReadable,*'
    }

    It 'writes a separate error for <Name> in a property, and embeds the rest' -ForEach @(
        @{ Name = 'NaN'; Value = [double]::NaN; Id = 'NotJson' }
        @{ Name = 'a script block'; Value = { 1 }; Id = 'NotJson' }
        @{ Name = 'an empty string'; Value = ''; Id = 'EmptyInput' }
    ) {
        $problems = $null
        $embeddings = @{ v = 'before' }, @{ v = $Value }, @{ v = 'after' } | New-CohereEmbedding -Property v -ErrorVariable problems -ErrorAction SilentlyContinue

        $embeddings.Text | Should -Be 'before', 'after'
        $problems | Should -HaveCount 1
        $problems[0].FullyQualifiedErrorId | Should -BeLike "CohereShell.$Id*"
    }

    It 'writes a separate error for a hashtable with a cycle, and for an object without the property' {
        $cycle = @{ name = 'x' }
        $cycle.self = $cycle
        $problems = $null

        $embeddings = @{ self = 'before' }, $cycle, @{ other = 1 }, @{ self = 'after' } | New-CohereEmbedding -Property self -ErrorVariable problems -ErrorAction SilentlyContinue

        $embeddings.Text | Should -Be 'before', 'after'
        $problems | Should -HaveCount 2
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotJson*'
        $problems[1].FullyQualifiedErrorId | Should -BeLike 'CohereShell.PropertyNotFound*'
    }

    It 'writes a separate error for a file that isn''t an image and one that doesn''t exist, and embeds the rest' {
        $text = Join-Path $TestDrive 'no-image.png'
        'text' | Set-Content -LiteralPath $text
        $problems = $null

        $embeddings = New-CohereEmbedding -Path $png, $text, (Join-Path $TestDrive 'gone.png'), $TestDrive, 'env:PATH' -ErrorVariable problems -ErrorAction SilentlyContinue

        $embeddings.Path | Should -Be $png
        $problems.FullyQualifiedErrorId | Should -Be (@('NotAnImage', 'FileNotReadable', 'NotAFile', 'NotAFile') | ForEach-Object { "CohereShell.$_,CohereShell.Commands.NewCohereEmbeddingCommand" })
    }

    It 'writes a separate error for a text over the limit with -Truncate None, and embeds the rest' {
        $long = 'word ' * 1000
        $problems = $null

        $embeddings = 'before', $long, 'after' | New-CohereEmbedding -Model embed-english-v3.0 -Truncate None -ErrorVariable problems -ErrorAction SilentlyContinue
        $cut = $long | New-CohereEmbedding -Model embed-english-v3.0 -Truncate End

        $embeddings.Text | Should -Be 'before', 'after'
        $problems | Should -HaveCount 1
        $problems[0].Exception.Message | Should -BeLike '*too long*'
        $problems[0].TargetObject | Should -Be $long
        $cut.Dimension | Should -Be 1024
    }

    It 'takes a refused batch apart until only the bad texts are left' {
        $texts = 1..96 | ForEach-Object { if ($_ -in 13, 14, 77) { "text $_ emulate:400" } else { "text $_" } }
        $problems = $null
        $before = $emulator.RequestCount

        $embeddings = $texts | New-CohereEmbedding -ErrorVariable problems -ErrorAction SilentlyContinue

        $embeddings | Should -HaveCount 93
        $problems.TargetObject | Should -Be ($texts -like '*emulate*')
        $emulator.RequestCount - $before | Should -BeLessThan 50
    }

    It 'refuses <Name> before anything is sent' -ForEach @(
        @{ Name = '97 in a batch'; Command = { 'a' | New-CohereEmbedding -BatchSize 97 }; Message = '*96*' }
        @{ Name = 'a dimension that there is not'; Command = { 'a' | New-CohereEmbedding -OutputDimension 100 }; Message = '*256*' }
        @{ Name = 'a dimension for a model that has only one'; Command = { 'a' | New-CohereEmbedding -OutputDimension 256 -Model embed-english-v3.0 }; Message = '*fixed number of dimensions*' }
        @{ Name = 'a form that there is not'; Command = { 'a' | New-CohereEmbedding -EmbeddingType Double }; Message = '*Float*' }
        @{ Name = 'nothing'; Command = { New-CohereEmbedding }; Message = '*nothing to embed*' }
        @{ Name = 'an image that is too large'; Command = { New-CohereEmbedding -Path $large -Model embed-english-v3.0 }; Message = '*5 MB*' }
    ) {
        $script:large = Join-Path $TestDrive 'large.png'
        if (-not (Test-Path -LiteralPath $large)) {
            $bytes = [byte[]]::new(6MB)
            (Get-TestPng).CopyTo($bytes, 0)
            [System.IO.File]::WriteAllBytes($large, $bytes)
        }

        $before = $emulator.RequestCount
        $problem = Get-ErrorOf $Command

        $problem.Exception.Message | Should -BeLike $Message
        $emulator.RequestCount | Should -Be $before
    }

    It 'ends the pipeline where every text would fail in the same way' {
        $refused = Connect-CohereElsewhere -BaseUri $emulator.BaseUri -With @{ ApiKey = 'invalid' }
        $before = $emulator.RequestCount

        { 1..1000 | ForEach-Object { "text $_" } | New-CohereEmbedding -Session $refused -ThrottleLimit 1 } | Should -Throw -ErrorId 'CohereShell.Unauthorized,*'

        $emulator.RequestCount - $before | Should -BeLessOrEqual 3
    }
}

Describe 'New-CohereEmbedding: many' {
    It 'gives 10,000 embeddings in order, none twice, though a fifth of the calls fail' {
        $faulty = Start-CohereEmulator -FaultRate 0.2 -Seed 7
        # Which call gets which fault depends on the order of the calls. With 5 retries, one in ten thousand would fail.
        $session = Connect-CohereElsewhere -BaseUri $faulty.BaseUri -With @{ MaxRetryCount = 20 }
        $numbers = 1..10000

        $embeddings = $numbers | ForEach-Object { "text number $_" } | New-CohereEmbedding -Session $session -ThrottleLimit 16 -OutputDimension 256

        $embeddings.Count | Should -Be 10000
        $wrong = foreach ($number in $numbers) {
            $embedding = $embeddings[$number - 1]
            if ($embedding.Index -ne $number - 1 -or $embedding.Text -ne "text number $number") {
                $number
            }
        }

        $wrong | Should -BeNullOrEmpty
        # And each has the numbers of its own text.
        $calm = Connect-CohereElsewhere -BaseUri $emulator.BaseUri
        $expected = $numbers | ForEach-Object { "text number $_" } | New-CohereEmbedding -Session $calm -OutputDimension 256
        foreach ($index in 0, 95, 96, 4999, 9999) {
            $embeddings[$index].Vector | Should -Be $expected[$index].Vector
        }

        $usage = Get-CohereUsage -Session $session
        $usage.Retries | Should -BeGreaterThan 0
        $usage.BilledInputTokens | Should -Be (Get-CohereUsage -Session $calm).BilledInputTokens -Because 'each text is paid once'
        $faulty | Stop-CohereEmulator -Confirm:$false
    }
}

Describe 'New-CohereEmbedding: on the screen' {
    It 'shows the text, the dimension and the first numbers, and not all of them' {
        $shown = "text with $([char]27)[31m a colour", 'another' | New-CohereEmbedding | Out-String -Width 100

        $shown | Should -BeLike '*Index*Input*Dimension*Numbers*'
        $shown | Should -BeLike '*another*1536*'
        $shown.Split("`n").Count | Should -BeLessThan 10
        $shown | Should -Not -Match "$([char]27)\[31m"
    }

    It 'completes models, and offers only those that embed' {
        $completions = (TabExpansion2 -inputScript 'New-CohereEmbedding -Model embed-' -cursorColumn 33).CompletionMatches.CompletionText

        $completions | Should -Contain 'embed-v4.0'
        $completions | Should -Not -Contain 'command-a-03-2025'
    }

    It 'shows progress of a long pipeline' {
        $slow = Start-CohereEmulator -LatencyMs 100
        $session = Connect-CohereElsewhere -BaseUri $slow.BaseUri
        $shell = Get-OtherPowerShell
        $null = $shell.AddScript('param($session) 1..1000 | ForEach-Object { "text $_" } | New-CohereEmbedding -Session $session -BatchSize 32 -ThrottleLimit 1 -OutputDimension 256 | Out-Null').AddArgument($session)
        $null = $shell.Invoke()

        $shell.Streams.Progress.StatusDescription | Where-Object { $_ -like '*embedded*a second*' } | Should -Not -BeNullOrEmpty
        $shell.Streams.Progress[-1].RecordType | Should -Be 'Completed'
        $shell.Runspace.Dispose()
        $shell.Dispose()
        $slow | Stop-CohereEmulator -Confirm:$false
    }
}
