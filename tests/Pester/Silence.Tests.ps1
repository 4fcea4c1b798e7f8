#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

# Nothing happens silently: no question about nothing, no long wait without progress, no screen full of the same error.

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:server = Open-TestServer
    Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'
    $script:folder = Join-Path ([System.IO.Path]::GetTempPath()) ([guid]::NewGuid())
    $null = New-Item -ItemType Directory $folder
    $script:notes = Join-Path $folder 'notes.txt'
    Set-Content -LiteralPath $notes 'Logs are kept for 400 days.'
    $script:empty = Join-Path $folder 'empty.txt'
    $null = New-Item -ItemType File $empty

    function Get-ProgressOf([string] $Script) { Get-Progress $server.BaseUri $Script }

    # The records of waits for a rate limit or a retry.
    function Get-WaitOf($Shell) { $Shell.Streams.Progress | Where-Object Activity -EQ 'Waiting for Cohere' }

    # Returns the progress records of a call whose answer arrives when the first one was shown.
    function Get-ProgressOfHeld([string] $Script, [string] $Body = (ConvertTo-ChatAnswer 'late').Body) {
        $answer = [CohereShellTests.Answer] @{ Body = $Body }
        $answer.Held = $true
        $server.Default = $answer
        $shell = Get-OtherPowerShell
        try {
            $running = $shell.AddScript("param(`$address) Connect-Cohere -BaseUri `$address -ApiKey a-key-for-tests; $Script").AddArgument($server.BaseUri).BeginInvoke()
            Wait-Condition { $shell.Streams.Progress.Count -gt 0 }
            $answer.Held = $false
            $null = $shell.EndInvoke($running)
            $shell.Streams.Progress
        }
        finally {
            $shell.Runspace.Dispose()
            $shell.Dispose()
        }
    }
}

AfterAll {
    Restore-TestState
    $server.Dispose()
    Remove-Item -LiteralPath $folder -Recurse
}

Describe 'A question about pipeline input' {
    BeforeEach { $server.Reset() }

    It 'isn''t sent if the pipeline contained no document: <Name>' -ForEach @(
        @{ Name = 'nothing'; Pipe = { @() } }
        @{ Name = 'null'; Pipe = { $null } }
        @{ Name = 'empty lines'; Pipe = { '', '  ' } }
        @{ Name = 'a file that doesn''t exist'; Pipe = { Get-Item -LiteralPath (Join-Path $folder nope.txt) -ErrorAction SilentlyContinue } }
        @{ Name = 'an empty file'; Pipe = { Get-Item -LiteralPath $empty } }
    ) {
        $problem = Get-ErrorOf { & $Pipe | Invoke-CohereChat 'How long are logs kept?' -WarningAction SilentlyContinue }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.NoDocuments,*'
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'is sent with a document, a conversation or without a pipe' {
        $answer = Invoke-CohereChat 'one'
        $null = 'a document' | Invoke-CohereChat 'two'
        $null = $answer | Invoke-CohereChat 'three'
        $null = 1..2 | ForEach-Object { Invoke-CohereChat 'four' }

        $server.Requests.Count | Should -Be 5
    }

    It 'also needs a document in the pipeline if -Document has one' {
        (Get-ErrorOf { @() | Invoke-CohereChat 'q' -Document 'one' }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.NoDocuments,*'
    }

    It 'is sent without an empty file among others, with a warning that names it' {
        $null = Get-Item -LiteralPath $notes, $empty | Invoke-CohereChat 'q' -WarningVariable warnings -WarningAction SilentlyContinue -ErrorAction Stop

        $warnings | Should -HaveCount 1
        $warnings[0].Message | Should -Be "The file 'empty.txt' is empty. It isn't sent."
        (Get-SentBody $server).documents | Should -HaveCount 1
    }
}

Describe 'A text that is the path of a file' {
    BeforeEach { $server.Reset(); Push-Location $folder }
    AfterEach { Pop-Location }

    It 'is sent with a warning that names Get-Item: <Line>' -ForEach @(
        @{ Line = 'Invoke-CohereChat q -Document notes.txt' }
        @{ Line = 'Invoke-CohereRerank q -Document ./notes.txt' }
        @{ Line = 'Invoke-CohereClassification notes.txt -Example @{ a = "b", "c"; d = "e", "f" }' }
        @{ Line = 'ConvertTo-CohereToken notes.txt' }
        @{ Line = "'notes.txt', 'text' | Invoke-CohereChat" }
        @{ Line = "'notes.txt' | Invoke-CohereChat q" }
        @{ Line = "'text', './notes.txt' | Invoke-CohereRerank q" }
        @{ Line = "'notes.txt' | Invoke-CohereClassification -Example @{ a = 'b', 'c'; d = 'e', 'f' }" }
        @{ Line = "Get-ChildItem -Name notes.txt | ConvertTo-CohereToken" }
        @{ Line = "'notes.txt' | Split-CohereText -MaxLength 100" }
    ) {
        $warnings = @(& ([scriptblock]::Create("$Line -ErrorAction SilentlyContinue")) 3>&1 | Where-Object { $_ -is [System.Management.Automation.WarningRecord] })

        $found = @($warnings -match 'is sent as a text')
        $found | Should -HaveCount 1
        $found[0] | Should -Match '^''(\./)?notes\.txt'' is sent as a text\. .*\(Get-Item (\./)?notes\.txt\)$'
    }

    It 'has three warnings and a count for many: <How>' -ForEach @(
        @{ How = 'documents from the pipeline'; Script = { $names | Invoke-CohereChat q } }
        @{ How = 'documents of the parameter'; Script = { Invoke-CohereChat q -Document $names } }
        @{ How = 'documents of a ranking'; Script = { Invoke-CohereRerank q -Document $names -ErrorAction SilentlyContinue } }
    ) {
        $names = 1..8 | ForEach-Object { $name = "many $_.txt", "many$_.txt" | Select-Object -Index ($_ % 2); Set-Content -LiteralPath $name -Value 'x'; $name }
        $warnings = @(& $Script 3>&1 | Where-Object { $_ -is [System.Management.Automation.WarningRecord] })

        @($warnings -match '^''many ?\d\.txt'' is sent as a text') | Should -HaveCount 3
        @($warnings -match '^The same warning occurred 5 more times: ''many ?1\.txt'' is sent as a text\.') | Should -HaveCount 1
        $warnings | Should -HaveCount 4
    }

    It 'is embedded with a warning that names -Path' {
        $null = New-CohereEmbedding notes.txt -WarningVariable warnings -WarningAction SilentlyContinue -ErrorAction SilentlyContinue

        "$warnings" | Should -BeLike "*-Path notes.txt, and -AsText*"
    }

    It 'is embedded from the pipeline with a warning, also if other texts precede it' {
        $null = 'text', 'notes.txt' | New-CohereEmbedding -WarningVariable warnings -WarningAction SilentlyContinue -ErrorAction SilentlyContinue

        "$warnings" | Should -BeLike "'notes.txt' is sent as a text.*-Path notes.txt*"
    }

    It 'is not looked for among the many texts of a pipeline' {
        $null = (1..20 | ForEach-Object { "text $_" }), 'notes.txt' | ForEach-Object { $_ } | New-CohereEmbedding -WarningVariable warnings -WarningAction SilentlyContinue -ErrorAction SilentlyContinue

        $warnings | Should -BeNullOrEmpty
    }

    It 'has no warning if the file doesn''t exist, or if it''s a sentence' {
        $null = Invoke-CohereChat q -Document 'other.txt', 'notes.txt is about logs', "a`nnotes.txt", 'HKLM:\x', '*' -WarningVariable warnings -WarningAction SilentlyContinue

        $warnings | Should -BeNullOrEmpty
    }
}

Describe 'Repeated errors' {
    BeforeEach {
        $server.Reset()
        $server.Default = [CohereShellTests.Answer] @{ Status = 422; Body = '{"message":"it broke"}' }
    }

    It 'are all in the error stream, with their inputs, and are counted at the end' {
        $null = 1..10 | ForEach-Object { "q $_" } | Invoke-CohereChat -ErrorVariable problems -WarningVariable warnings -ErrorAction Continue -WarningAction SilentlyContinue 2> $null

        $problems | Should -HaveCount 10
        $problems.TargetObject | Should -Be (1..10 | ForEach-Object { "q $_" })
        $warnings | Should -HaveCount 1
        $warnings[0].Message | Should -BeLike 'The same error occurred 7 more times: *it broke*'
        $problems | ForEach-Object { $_.PSObject.TypeNames[0] | Should -Be 'System.Management.Automation.ErrorRecord' }
    }

    It 'appear three times on the screen, and each has its text afterwards' {
        $lines = Invoke-InOtherProcess -Environment @{ TEST_ADDRESS = "$($server.BaseUri)" } -Script '
            $ErrorActionPreference = ''Continue''
            Import-Module $Manifest
            Connect-Cohere -BaseUri $env:TEST_ADDRESS -ApiKey a-key-for-tests
            1..10 | ForEach-Object { "q $_" } | Invoke-CohereChat -ErrorVariable problems
            "then"
            $problems[7] | Out-String -Width 200'

        $text = $lines -join "`n"
        $before, $after = $text -split '(?m)^then'
        [regex]::Matches($text, 'it broke').Count | Should -Be 5 -Because $text
        $after | Should -BeLike '*it broke*'
    }

    It 'are not counted if the errors are not shown: <_>' -ForEach 'SilentlyContinue', 'Ignore' {
        $null = 1..5 | ForEach-Object { "q $_" } | Invoke-CohereChat -WarningVariable warnings -ErrorAction $_ -WarningAction SilentlyContinue
        $warnings | Should -BeNullOrEmpty
        $null = & {
            $ErrorActionPreference = $args[0]
            1..5 | ForEach-Object { "q $_" } | Invoke-CohereChat -WarningVariable script:warnings -WarningAction SilentlyContinue
        } $_
        $script:warnings | Should -BeNullOrEmpty
    }

    It 'are not counted if three or fewer are equal' {
        $null = 'a', 'b', 'c' | Invoke-CohereChat -WarningVariable warnings -ErrorAction SilentlyContinue -WarningAction SilentlyContinue

        $warnings | Should -BeNullOrEmpty
    }

    It 'end a command at the first one with -ErrorAction Stop' {
        { 1..10 | ForEach-Object { "q $_" } | Invoke-CohereChat -ThrottleLimit 1 -ErrorAction Stop } | Should -Throw -ErrorId 'CohereShell.UnacceptableValue,*'
    }
}

Describe 'Progress' {
    BeforeEach { $server.Reset() }

    It 'counts answered questions' {
        $records = Get-ProgressOf '1..8 | ForEach-Object { "q $_ [800 ms]" } | Invoke-CohereChat -ThrottleLimit 2'

        $records.Activity | Select-Object -Unique | Should -Be 'Answering'
        @($records.StatusDescription -match '^\d answered, \d+ a (second|minute)$').Count | Should -BeGreaterThan 0
        $records[-1].RecordType | Should -Be 'Completed'
    }

    It 'shows the total and the time left where the number of inputs is known' {
        $server.Default = [CohereShellTests.Answer] @{ DelayMs = 300; Body = '{"tokens":[1],"token_strings":["a"]}' }

        $records = Get-ProgressOf 'ConvertTo-CohereToken -Text (1..12 | ForEach-Object { "$_" }) -ThrottleLimit 1'

        @($records.StatusDescription -match '^\d+ of 12 tokenized, \d+ a (second|minute), \d+ s left$').Count | Should -BeGreaterThan 0
        @($records | Where-Object PercentComplete -GT 0).Count | Should -BeGreaterThan 0
    }

    It 'counts the inputs behind one that is still running, each once: <Line>' -ForEach @(
        @{ Line = '"a [hang]", "b", "c", "d" | Invoke-CohereChat -ThrottleLimit 4'; Said = '3 answered, *' }
        @{ Line = '"a [hang]", "b", "c [status 400]", "d" | Invoke-CohereChat -ThrottleLimit 4'; Said = '2 answered, 1 failed, *' }
        @{ Line = '"{}", "no JSON", "a [hang]" | Invoke-CohereChat -Json -AsObject'; Said = '1 answered, 1 failed, *' }
        @{ Line = '"{}", "no JSON", "a [hang]" | ForEach-Object { @{ Q = $_ } } | Invoke-CohereChat -Prompt "{Q}" -Json -Merge'; Said = '1 answered, 1 failed, *' }
        @{ Line = '"a", "b", "c [hang]" | Invoke-CohereChat -Tool Get-Date -InvokeTool'; Said = '2 answered, *' }
        @{ Line = 'New-CohereEmbedding "a [hang]", "b", "c [vector]", "d [vector]" -BatchSize 2'; Said = '2 of 4 embedded, *' }
        @{ Line = '$null = New-CohereEmbedding "a [vector]", "b [vector]" -OutFile $rows; New-CohereEmbedding "a [vector]", "b [vector]", "c [hang]" -OutFile $rows -Resume'; Said = '* s, 0 of 1 embedded' }
        @{ Line = 'Invoke-CohereRerank q -Document (@("a [hang]") * 1000 + @("b") * 500)'; Said = '500 of 1,500 compared, *' }
        @{ Line = 'ConvertTo-CohereToken -Text "a [hang]", "b", "c" -Model m'; Said = '2 of 3 tokenized, *' }
        @{ Line = 'Update-CohereIndex $index -Source $source -ErrorAction SilentlyContinue'; Said = '1 of 2 files read, 1 failed, *' }
    ) {
        $source = Join-Path $folder "$([guid]::NewGuid())"
        $null = New-Item -ItemType Directory $source
        Set-Content -LiteralPath (Join-Path $source 'a.txt') 'a [hang]'
        [System.IO.File]::WriteAllBytes((Join-Path $source 'b.txt'), [byte[]] (66, 252, 114, 111))
        $shell = Get-OtherPowerShell
        try {
            $null = $shell.AddScript("Connect-Cohere -BaseUri '$($server.BaseUri)' -ApiKey a-key-for-tests; `$source = '$source'; `$index = '$source.arrow'; `$rows = '$source.jsonl'; $Line").BeginInvoke()
            Wait-Condition { $shell.Streams.Progress.StatusDescription -like $Said }
            $shell.Stop()
        }
        finally {
            $shell.Runspace.Dispose()
            $shell.Dispose()
        }
    }

    It 'appears for a single call that takes longer than two seconds, and not for a shorter one' {
        (Get-ProgressOfHeld 'Invoke-CohereChat q').StatusDescription -match '^\d+ s$' | Should -Not -BeNullOrEmpty
        $records = Get-ProgressOfHeld 'Get-CohereModel' '{"models":[]}'
        $records[0].Activity | Should -Be 'Waiting for Cohere'
        $records[-1].RecordType | Should -Be 'Completed'
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"models":[]}' }
        Get-ProgressOf 'Get-CohereModel' | Should -BeNullOrEmpty
    }

    It 'begins with the seconds while a rate limit is waited for' {
        $server.Enqueue([CohereShellTests.Answer] @{ Status = 429; Body = '{"message":"limited to 10 API calls / minute"}'; Headers = @{ 'Retry-After' = '3' } })

        $records = Get-ProgressOf 'Invoke-CohereChat q'

        $waits = @($records | Where-Object RecordType -EQ Processing)
        $waits[0].StatusDescription | Should -Match '^[123] s left: Retry 1 of 2 for POST /v2/chat'
        $waits[-1].StatusDescription | Should -Match '^[012] s left: '
    }
}

Describe 'The progress of a wait for the rate limit of the session' {
    It 'begins with the seconds, tells the reason, and stays while other calls end' {
        $server.Reset()
        # With the key of a trial, the 21st question waits. The three before it are answered during that wait.
        1..17 | ForEach-Object { $server.Enqueue((ConvertTo-ChatAnswer 'Hi')) }
        $late = 1..3 | ForEach-Object { ConvertTo-ChatAnswer 'Hi' }
        $late | ForEach-Object { $_.Held = $true; $server.Enqueue($_) }
        $shell = Get-OtherPowerShell
        $answers = [System.Management.Automation.PSDataCollection[psobject]]::new()
        try {
            $null = $shell.AddScript("Connect-Cohere -BaseUri '$($server.BaseUri)' -ApiKey a-key-for-tests -KeyType Trial; 1..21 | ForEach-Object { `"`$_`" } | Invoke-CohereChat -ThrottleLimit 4").BeginInvoke($answers, $answers)
            Wait-Condition { Get-WaitOf $shell } -TimeoutSec 120
            $waits = @(Get-WaitOf $shell)
            $waits[0].StatusDescription | Should -Match '^\d+ s left: Rate limit of 20 requests a minute with a Trial key: POST /v2/chat waits about \d+ s\.$'
            $waits[0].SecondsRemaining | Should -BeGreaterThan 0

            $late | ForEach-Object { $_.Held = $false }
            Wait-Condition { $answers.Count -eq 20 } -TimeoutSec 120
            $known = @(Get-WaitOf $shell).Count
            Wait-Condition { @(Get-WaitOf $shell).Count -gt $known + 1 } -TimeoutSec 120

            @(Get-WaitOf $shell)[$known..1000].StatusDescription | Should -Match '^\d+ s left: Rate limit of 20 requests'
            @(Get-WaitOf $shell).RecordType | Should -Not -Contain 'Completed'
            $shell.Stop()
        }
        finally {
            $shell.Dispose()
        }
    }
}

Describe 'A wait that is stopped' {
    It 'says what continues at Cohere and how to wait again: <Line>' -ForEach @(
        @{ Line = 'Wait-CohereBatch b1 -PollingIntervalSec 0.2'; Said = "The batch 'b1' continues at Cohere. To wait for it again, run: Wait-CohereBatch -BatchId b1" }
        @{ Line = "'b1', 'b2' | Wait-CohereBatch -PollingIntervalSec 0.2"; Said = '2 batches continue at Cohere. To wait for them again, run: Wait-CohereBatch -BatchId b1, b2' }
    ) {
        $server.Reset()
        $server.Default = [CohereShellTests.Answer] @{ Body = '{"batch":{"id":"b1","status":"BATCH_STATUS_IN_PROGRESS"}}' }
        if (-not ('CohereShellTests.TestHost' -as [type])) {
            Add-Type -TypeDefinition (Get-Content -LiteralPath (Join-Path $PSScriptRoot 'TestHost.cs') -Raw)
        }

        $console = [CohereShellTests.TestHost]::new([string[]] @())
        $shell = [powershell]::Create([runspacefactory]::CreateRunspace($console))
        $shell.Runspace.Open()
        try {
            $null = $shell.AddScript("Import-Module '$Manifest'; Connect-Cohere -BaseUri '$($server.BaseUri)' -ApiKey a-key-for-tests; $Line").BeginInvoke()
            Wait-Condition { $server.Requests.Count -ge 3 }
            $shell.Stop()
        }
        finally {
            $shell.Runspace.Dispose()
            $shell.Dispose()
        }

        $console.Screen | Should -BeLike "*$Said*"
    }
}

Describe 'Sources' {
    It 'are listed up to ten, with the number of the others' {
        $server.Reset()
        $citations = 1..90 | ForEach-Object { "{""start"":0,""end"":2,""text"":""ok"",""sources"":[{""type"":""document"",""id"":""doc:$($_ - 1)"",""document"":{""id"":""doc:$($_ - 1)""}}],""type"":""TEXT_CONTENT""}" }
        $server.Default = [CohereShellTests.Answer] @{ Body = "{""id"":""x"",""finish_reason"":""COMPLETE"",""message"":{""role"":""assistant"",""content"":[{""type"":""text"",""text"":""ok""}],""citations"":[$($citations -join ',')]}}" }

        $text = 1..90 | ForEach-Object { "line $_" } | Invoke-CohereChat q | Out-String

        @($text -split '\r?\n' -match '^\[\d+\] ').Count | Should -Be 10
        $text | Should -BeLike '*… and 80 more*'
    }

    It 'have the number of the row where an Id repeats' {
        $server.Reset()
        $null = [pscustomobject] @{ Id = 4625; Text = 'a' }, [pscustomobject] @{ Id = 4625; Text = 'b' }, [pscustomobject] @{ Id = 4624; Text = 'c' } | Invoke-CohereChat q

        (Get-SentBody $server).documents.id | Should -Be 'row 1', 'row 2', '4624'
    }
}

Describe 'A long request' {
    BeforeEach { $server.Reset() }

    It 'has one warning if it fills more than a quarter of the context of the model' {
        $long = 'word ' * 60000
        $null = $long, $long | Invoke-CohereChat -Model command-a-03-2025 -WarningVariable warnings -WarningAction SilentlyContinue

        $warnings | Should -HaveCount 1
        $warnings[0].Message | Should -BeLike 'The request has about 75,000 tokens*quarter of the context of command-a-03-2025 (256,000 tokens)*'
    }

    It 'has a warning that names the ranking if the documents are long' {
        $null = 1..3 | ForEach-Object { 'word ' * 20000 } | Invoke-CohereChat q -Model command-r7b-12-2024 -WarningVariable warnings -WarningAction SilentlyContinue

        $warnings[0].Message | Should -BeLike '*Invoke-CohereRerank*'
    }

    It 'has no warning for a model that isn''t known, and for a short request' {
        $null = 'word ' * 60000 | Invoke-CohereChat -Model my-model -WarningVariable warnings -WarningAction SilentlyContinue
        $null = 'word ' * 1000 | Invoke-CohereChat -Model command-a-03-2025 -WarningVariable +warnings -WarningAction SilentlyContinue

        $warnings | Should -BeNullOrEmpty
    }
}
