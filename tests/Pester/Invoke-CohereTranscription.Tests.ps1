#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:server = Open-TestServer
    Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -MaxRetryCount 0
    $script:folder = (New-Item -ItemType Directory -Path (Join-Path $TestDrive 'audio')).FullName
    foreach ($name in 'a.wav', 'b.mp3', 'c.flac', '[d].ogg') {
        [System.IO.File]::WriteAllText((Join-Path $folder $name), "sound of $name")
    }
}

AfterAll {
    Restore-TestState
    $server.Dispose()
}

Describe 'Invoke-CohereTranscription' {
    BeforeEach { $server.Reset() }

    It 'writes down what is said in a file' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"text":"Grüße"}' })

        $result = Invoke-CohereTranscription (Join-Path $folder 'a.wav') en

        $result | Should -BeOfType CohereShell.Transcription
        $result.Text | Should -BeExactly 'Grüße'
        $result.Path | Should -Be (Join-Path $folder 'a.wav')
        $result.Language | Should -Be 'en'
        $result.Model | Should -Be 'cohere-transcribe-03-2026'
        $result.Elapsed | Should -BeGreaterThan ([timespan]::Zero)
        "$result" | Should -BeExactly 'Grüße'
        $server.LastRequest.Target | Should -Be '/v2/audio/transcriptions'
        $server.LastRequest.Headers['Content-Type'] | Should -BeLike 'multipart/form-data; boundary=*'
        $server.LastRequest.Body | Should -BeLike '*name="file"; filename="a.wav"*Content-Type: audio/wav*sound of a.wav*'
    }

    It 'sends every parameter under its name' {
        $null = Invoke-CohereTranscription -Path (Join-Path $folder 'a.wav') -Language de -Model m -Temperature 0.5 -AdditionalProperty @{ prompt = 'names' }

        foreach ($field in @{ model = 'm'; language = 'de'; temperature = '0.5'; prompt = 'names' }.GetEnumerator()) {
            $server.LastRequest.Body | Should -Match "name=`"$($field.Key)`"\r\n\r\n$($field.Value)\r\n"
        }

        (Get-ErrorOf { Invoke-CohereTranscription (Join-Path $folder 'a.wav') en -AdditionalProperty @{ file = 'x' } }).ErrorDetails.RecommendedAction | Should -BeLike '*-Path*'
    }

    It 'takes a language as <Name>' -ForEach @(
        @{ Name = 'two letters'; Given = 'DE' }
        @{ Name = 'a culture'; Given = [cultureinfo] 'de-DE' }
        @{ Name = 'the name of a culture'; Given = 'de-AT' }
        @{ Name = 'a locale of Linux'; Given = 'de_CH.UTF-8' }
    ) {
        (Invoke-CohereTranscription (Join-Path $folder 'a.wav') $Given).Language | Should -BeExactly 'de'

        $server.LastRequest.Body | Should -Match 'name="language"\r\n\r\nde\r\n'
    }

    It 'refuses a value that isn''t a language, before a call is spent' {
        foreach ($bad in 'deu', 'german', '1', 'd1', 'ü1') {
            $problem = Get-ErrorOf { Invoke-CohereTranscription (Join-Path $folder 'a.wav') $bad }

            $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
            $problem.TargetObject | Should -Be $bad
        }

        $server.Requests | Should -BeNullOrEmpty
    }

    It 'takes files from the pipeline, whatever their names hold' {
        $results = Get-ChildItem -LiteralPath $folder | Invoke-CohereTranscription -Language en

        ($results.Path | Split-Path -Leaf | Sort-Object) -join ' ' | Should -Be '[d].ogg a.wav b.mp3 c.flac'
        ([System.IO.FileInfo] (Join-Path $folder '[d].ogg') | Invoke-CohereTranscription -Language en).Path | Should -Be (Join-Path $folder '[d].ogg')
        (Invoke-CohereTranscription -LiteralPath (Join-Path $folder '[d].ogg') -Language en).Path | Should -Be (Join-Path $folder '[d].ogg')
        ((Join-Path $folder 'a.wav') | Invoke-CohereTranscription -Language en).Path | Should -Be (Join-Path $folder 'a.wav')
        ([pscustomobject] @{ Path = Join-Path $folder 'b.mp3' } | Invoke-CohereTranscription -Language en).Path | Should -Be (Join-Path $folder 'b.mp3')
    }

    It 'takes wildcards and relative paths' {
        Push-Location $folder
        try {
            (Invoke-CohereTranscription ?.* en).Path | Should -HaveCount 3
            (Invoke-CohereTranscription a.wav, b.mp3 en).Path | Should -Be (Join-Path $folder 'a.wav'), (Join-Path $folder 'b.mp3')
        }
        finally {
            Pop-Location
        }
    }

    It 'writes an error for a file that isn''t audio before a call, and continues' {
        $bad = New-Item -ItemType Directory -Path (Join-Path $TestDrive 'bad')
        $null = New-Item -ItemType Directory -Path (Join-Path $bad 'folder.wav')
        $null = New-Item -ItemType File -Path (Join-Path $bad 'empty.wav')
        Set-Content (Join-Path $bad 'text.txt') 'x'
        Set-Content (Join-Path $bad 'noextension') 'x'
        $paths = @('folder.wav', 'gone.wav', 'empty.wav', 'text.txt', 'noextension', '*.nothing' | ForEach-Object { Join-Path $bad $_ }) + @('nodrive:\a.wav', (Join-Path $folder 'a.wav'))

        $results = $paths | Invoke-CohereTranscription -Language en -ErrorVariable problems -ErrorAction SilentlyContinue

        $results.Path | Should -Be (Join-Path $folder 'a.wav')
        $problems.FullyQualifiedErrorId -replace ',.*|CohereShell\.' | Should -Be 'NotAFile', 'FileNotReadable', 'NotAnAudioFile', 'NotAnAudioFile', 'NotAnAudioFile', 'FileNotReadable', 'FileNotReadable'
        $problems.TargetObject | Should -Be $paths[0..6]
        $problems[1].CategoryInfo.Category | Should -Be 'ObjectNotFound'
        "$($problems[2])" | Should -BeLike '*empty*'
        "$($problems[3])" | Should -BeLike '*flac, mp3, mpeg, mpga, ogg, wav*'
        $server.Requests | Should -HaveCount 1
        (Get-ErrorOf { Invoke-CohereTranscription -LiteralPath (Join-Path $bad '[x].wav') -Language en }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotReadable,*'
    }

    It 'sends the file again after a failure' {
        $session = Connect-CohereElsewhere $server.BaseUri
        $server.Enqueue([CohereShellTests.Answer] @{ Status = 503; Headers = @{ 'Retry-After' = '0' } })

        $null = Invoke-CohereTranscription (Join-Path $folder 'a.wav') en -Session $session

        $server.Requests | Should -HaveCount 2
        $server.Requests.Body | ForEach-Object { $_ | Should -BeLike '*sound of a.wav*' }
    }

    It 'writes an error for a file that the server refuses, and continues' {
        $server.Enqueue([CohereShellTests.Answer] @{ Status = 400; Body = '{"message":"no speech"}' })

        $results = Invoke-CohereTranscription (Join-Path $folder 'a.wav'), (Join-Path $folder 'b.mp3') en -ThrottleLimit 1 -ErrorVariable problems -ErrorAction SilentlyContinue

        $results.Path | Should -Be (Join-Path $folder 'b.mp3')
        $problems[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidRequest,*'
        $problems[0].TargetObject | Should -Be (Join-Path $folder 'a.wav')
    }

    It 'has no more files in flight than -ThrottleLimit, and keeps their order' {
        $files = foreach ($number in 1..6) {
            $path = Join-Path $folder "slow$number.wav"
            [System.IO.File]::WriteAllText($path, "[$(200 - $number * 25) ms]")
            $path
        }

        $server.Gather = 3
        $results = $files | Invoke-CohereTranscription -Language en -ThrottleLimit 3

        $results.Path | Should -Be $files
        $server.MostInFlight | Should -Be 3
        Remove-Item $files
    }

    It 'cancels the calls in flight when Select-Object -First has enough' {
        $hang = Join-Path $folder 'hang.wav'
        $slow = Join-Path $folder 'slow.wav'
        [System.IO.File]::WriteAllText($hang, '[hang]')
        [System.IO.File]::WriteAllText($slow, '[200 ms]')

        (& { $slow; $hang; Wait-Condition { $server.Requests.Count -eq 2 }; Join-Path $folder 'a.wav' } | Invoke-CohereTranscription -Language en -ThrottleLimit 3 | Select-Object -First 1).Path | Should -Be $slow

        Wait-Condition { $server.Requests | Where-Object { $_.Body -match 'hang' -and $_.ClosedAt } }
        Remove-Item $hang, $slow
    }

    It 'ends with Ctrl+C' {
        Assert-EndedByCtrlC -Server $server -Script 'Invoke-CohereTranscription $argument en' -Argument (Join-Path $folder 'a.wav')
    }

    It 'gives its text to other cmdlets of the module' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"text":"what was said"}' })

        (Invoke-CohereTranscription (Join-Path $folder 'a.wav') en | ConvertTo-CohereToken).Text | Should -Be 'what was said'
    }

    It 'completes -Language and -Model' {
        (Get-TabCompletion 'Invoke-CohereTranscription a.wav -Language d').CompletionText | Should -Be 'de'
        (Get-TabCompletion 'Invoke-CohereTranscription a.wav -Language ').CompletionText | Should -HaveCount 14
        (Get-TabCompletion 'Invoke-CohereTranscription a.wav -Model cohere-transcribe-arabic-07-2026 -Language ').CompletionText | Should -Be 'ar', 'en'
        (Get-TabCompletion 'Invoke-CohereTranscription a.wav -Model cohere-transcribe-12-2030 -Language ').CompletionText | Should -Contain 'de'
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"models":[{"name":"cohere-transcribe-12-2030"},{"name":"echo-large","endpoints":["chat"]}]}' }
        Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -MaxRetryCount 0
        # A list of models doesn't have to contain those for audio.
        (Get-TabCompletion 'Invoke-CohereTranscription a.wav -Model ').CompletionText |
            Should -Be 'cohere-transcribe-12-2030', 'cohere-transcribe-03-2026', 'cohere-transcribe-arabic-07-2026'
    }

    It 'is shown with its text first, without what a terminal would obey' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = ConvertTo-Json @{ text = "first$([char] 27)[31m`nsecond" } })

        $shown = Invoke-CohereTranscription (Join-Path $folder 'a.wav') en | Out-String -Width 80

        $shown | Should -Match '(?s)^\s*first.*second\r?\n\(a\.wav, en, cohere-transcribe-03-2026, [\d.]+ s\)'
        $shown | Should -Not -Match '\x1b\[31m'
    }
}
