#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:server = Open-TestServer
    Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'

    function Add-CreatedAnswer {
        param([string] $Id = 'ds-1')
        $server.Enqueue([CohereShellTests.Answer] @{ Body = "{`"id`":`"$Id`"}" })
        $server.Enqueue([CohereShellTests.Answer] @{ Body = "{`"dataset`":{`"id`":`"$Id`",`"name`":`"n`",`"dataset_type`":`"embed-input`",`"validation_status`":`"queued`"}}" })
    }

    function Get-SentRow {
        $body = @($server.Requests)[0].Body
        ($body -split "`n").Where({ $_.StartsWith('{') }) | ForEach-Object { ConvertFrom-Json $_ }
    }

    # A folder for the temporary files of these tests alone.
    $script:tempNames = 'TMPDIR', 'TMP'
    $script:savedTemp = $tempNames | ForEach-Object { [Environment]::GetEnvironmentVariable($_) }
    $temporary = (New-Item -ItemType Directory -Path (Join-Path $TestDrive 'temporary')).FullName
    $tempNames | ForEach-Object { [Environment]::SetEnvironmentVariable($_, $temporary) }

    function Get-RowFile { Get-ChildItem -Path ([System.IO.Path]::GetTempPath()) -Filter 'CohereShell-*.jsonl' }
}

AfterAll {
    Restore-TestState
    $server.Dispose()
    0..1 | ForEach-Object { Set-EnvironmentVariable @{ $tempNames[$_] = $savedTemp[$_] } }
}

Describe 'New-CohereDataset' {
    BeforeEach {
        $server.Reset()
        $script:folder = New-Item -ItemType Directory -Path (Join-Path $TestDrive ([guid]::NewGuid()))
        $script:rows = Join-Path $folder 'rows.jsonl'
        Set-Content -LiteralPath $rows -Value '{"text":"Backups run at two."}', '{"text":"Logs are kept for 90 days."}'
        Push-Location $folder
    }
    AfterEach { Pop-Location }

    It 'uploads a file' {
        Add-CreatedAnswer

        $dataset = New-CohereDataset -Path rows.jsonl -Type embed-input -KeepField text -OptionalField tag, id -KeepOriginalFile -SkipMalformedInput

        $dataset | Should -BeOfType CohereShell.Dataset
        "$($dataset.DatasetId) $($dataset.ValidationStatus)" | Should -Be 'ds-1 Queued'
        $sent = @($server.Requests)[0]
        "$($sent.Method) $($sent.Target)" | Should -Be 'POST /v1/datasets?name=rows&type=embed-input&keep_original_file=true&skip_malformed_input=true&keep_fields=text&optional_fields=tag&optional_fields=id'
        $sent.Headers['Content-Type'] | Should -BeLike 'multipart/form-data*'
        $sent.Body | Should -BeLike '*name="data"; filename="rows.jsonl"*Backups run at two*Logs are kept*'
    }

    It 'uploads rows with half of a surrogate pair' {
        Set-Content half.jsonl '{"text":"one \ud83d"}', '{"text":"\udc1b"}'
        Add-CreatedAnswer

        (New-CohereDataset half.jsonl -Type embed-input).DatasetId | Should -Be 'ds-1'
    }

    It 'uploads a file to evaluate by as well' {
        Add-CreatedAnswer
        Copy-Item rows.jsonl eval.jsonl

        $null = New-CohereDataset rows.jsonl -EvalPath eval.jsonl -Type embed-input -Name 'both'

        @($server.Requests)[0].Body | Should -BeLike '*name="data"*name="eval_data"; filename="eval.jsonl"*'
    }

    It 'makes a dataset of each file of a wildcard, or of the pipeline' {
        Copy-Item rows.jsonl 'more.jsonl'
        foreach ($id in 1..4) { Add-CreatedAnswer "ds-$id" }

        (New-CohereDataset *.jsonl -Type embed-input).DatasetId | Should -Be 'ds-1', 'ds-2'
        (Get-ChildItem *.jsonl | New-CohereDataset -Type embed-input).DatasetId | Should -Be 'ds-3', 'ds-4'

        $server.Requests.Target.Where({ $_ -like '*name=*' }) | Should -Be '/v1/datasets?name=more&type=embed-input', '/v1/datasets?name=rows&type=embed-input', '/v1/datasets?name=more&type=embed-input', '/v1/datasets?name=rows&type=embed-input'
    }

    It 'gives one name to one file' {
        Copy-Item rows.jsonl 'more.jsonl'
        Add-CreatedAnswer

        $problem = Get-ErrorOf { New-CohereDataset *.jsonl -Type embed-input -Name one }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
        $server.Requests | Should -HaveCount 2
    }

    It 'takes names as they are with -LiteralPath' {
        Copy-Item rows.jsonl 'a[1].jsonl'
        Add-CreatedAnswer

        (New-CohereDataset -LiteralPath 'a[1].jsonl' -Type embed-input).DatasetId | Should -Be 'ds-1'
    }

    It 'makes rows of texts and of objects' {
        Add-CreatedAnswer

        $null = & { 'plain text'; [pscustomobject] @{ text = 'of an object'; id = 7 }; @{ text = 'of a hashtable' } } | New-CohereDataset -Type embed-input -Name mixed

        $sent = Get-SentRow
        $sent.text | Should -Be 'plain text', 'of an object', 'of a hashtable'
        $sent[1].id | Should -Be 7
        Get-RowFile | Should -BeNullOrEmpty
    }

    It 'makes the text of the properties that -Property names, and keeps the fields beside it' {
        Add-CreatedAnswer

        $null = [pscustomobject] @{ Title = 'Backup'; Body = 'at two'; Id = 7 }, @{ Title = 'Logs'; Body = '90 days'; Id = 8 } |
            New-CohereDataset -Type embed-input -Name articles -Property Title, Body -KeepField id -OptionalField tag

        $sent = Get-SentRow
        $sent[0].text | Should -Be "Title: Backup`nBody: at two"
        $sent.id | Should -Be 7, 8
        $sent[0].PSObject.Properties.Name | Should -Be 'text', 'id'
    }

    It 'writes an error for an object that isn''t a row, and sends the others' {
        Add-CreatedAnswer

        $dataset = & { 'one'; ''; [pscustomobject] @{ Text = 'capital' }; [pscustomobject] @{ name = 'x' }; 'two' } |
            New-CohereDataset -Type embed-input -Name n -ErrorVariable problems -ErrorAction SilentlyContinue

        $dataset.DatasetId | Should -Be 'ds-1'
        (Get-SentRow).text | Should -Be 'one', 'two'
        $problems.ForEach({ $_.FullyQualifiedErrorId.Split(',')[0] }) | Should -Be 'CohereShell.EmptyInput', 'CohereShell.NotADatasetRow', 'CohereShell.NotADatasetRow'
        "$($problems[1])" | Should -BeLike "*only 'Text'*"
        $problems[2].ErrorDetails.RecommendedAction | Should -BeLike '*-Property*'
    }

    It 'sends nothing when no object is a row, or none has come' {
        $problem = Get-ErrorOf { @{ a = 1 } | New-CohereDataset -Type embed-input -Name n -ErrorAction SilentlyContinue }
        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
        @() | New-CohereDataset -Type embed-input -Name n | Should -BeNullOrEmpty

        $server.Requests | Should -BeNullOrEmpty
        Get-RowFile | Should -BeNullOrEmpty
    }

    It 'wants a name for objects, and one that is short enough' {
        (Get-ErrorOf { 'a' | New-CohereDataset -Type embed-input }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
        (Get-ErrorOf { New-CohereDataset rows.jsonl -Type embed-input -Name ('n' * 50) }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
        (Get-ErrorOf { 'a' | New-CohereDataset -Type batch-embed-v2-input -Name n -Property Name }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
        { New-CohereDataset rows.jsonl -Type embed-result } | Should -Throw

        $server.Requests | Should -BeNullOrEmpty
    }

    It 'refuses before the upload: <Why>' -ForEach @(
        @{ Why = 'a missing field'; File = 'a.jsonl'; Text = "{`"text`":`"a`"}`n`n{`"Text`":`"b`"}"; Says = "*line 3*'text'*'Text'*" }
        @{ Why = 'a line that is no JSON'; File = 'a.jsonl'; Text = "{`"text`":`"a`"}`nb"; Says = "*line 2*isn't valid JSON*" }
        @{ Why = 'an empty text'; File = 'a.jsonl'; Text = '{"text":" "}'; Says = '*line 1*' }
        @{ Why = 'a list'; File = 'a.jsonl'; Text = '[{"text":"a"}]'; Says = "*isn't a JSON object*" }
        @{ Why = 'no rows'; File = 'a.jsonl'; Text = "`n`n"; Says = '*no rows*' }
        @{ Why = 'an empty file'; File = 'a.jsonl'; Text = ''; Says = '*empty*' }
        @{ Why = 'a CSV file without a header'; File = 'a.csv'; Text = "1,some text`n2,more"; Says = "*no column 'text'*" }
        @{ Why = 'a CSV file with nothing but a header'; File = 'a.csv'; Text = "text,label`n`n"; Says = '*no rows*' }
        @{ Why = 'a name in the middle of another'; File = 'a.csv'; Text = "`"a,text,b`"`n1`n"; Says = "*no column 'text'*" }
        @{ Why = 'another kind of file'; File = 'a.xlsx'; Text = 'x'; Says = '*.jsonl*' }
        @{ Why = 'a batch without custom_id'; File = 'a.jsonl'; Text = '{"body":{}}'; Type = 'batch-chat-v2-input'; Says = "*'custom_id'*" }
        @{ Why = 'a batch of CSV'; File = 'a.csv'; Text = "custom_id,body`n"; Type = 'batch-chat-v2-input'; Says = '*.jsonl*' }
        @{ Why = 'a text of blanks'; File = 'a.txt'; Text = "  `n "; Says = '*no text*' }
    ) {
        [System.IO.File]::WriteAllText((Join-Path $folder $File), $Text)

        $problem = Get-ErrorOf { New-CohereDataset $File -Type $(if ($Type) { $Type } else { 'embed-input' }) }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.NotADatasetFile,*'
        "$problem" | Should -BeLike $Says
        $problem.TargetObject | Should -BeLike "*$File"
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'takes <Why>' -ForEach @(
        @{ Why = 'a row that is nested deeply'; File = 'a.jsonl'; Text = '{"text":"a","m":' + '[' * 90 + ']' * 90 + '}' }
        @{ Why = 'a line break in the name of a column'; File = 'a.csv'; Text = "`"two`nlines`",`"text`"`n1,a`n" }
        @{ Why = 'a delimiter in the name of a column'; File = 'a.csv'; Text = "`"text`",`"a, b`"`r`nx,1`r`n" }
    ) {
        [System.IO.File]::WriteAllText((Join-Path $folder $File), $Text)
        Add-CreatedAnswer

        (New-CohereDataset $File -Type embed-input).DatasetId | Should -Be 'ds-1'
    }

    It 'looks at the file behind a link' -Skip:(-not $IsLinux -and -not $IsMacOS) {
        $null = New-Item -ItemType SymbolicLink -Path first.jsonl -Target rows.jsonl
        $null = New-Item -ItemType SymbolicLink -Path link.jsonl -Target first.jsonl
        $null = New-Item -ItemType SymbolicLink -Path circle.jsonl -Target circle.jsonl
        Add-CreatedAnswer

        (New-CohereDataset link.jsonl -Type embed-input).DatasetId | Should -Be 'ds-1'

        @($server.Requests)[0].Body | Should -BeLike '*Logs are kept*'
        (Get-ErrorOf { New-CohereDataset circle.jsonl -Type embed-input }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotReadable,*'
        Set-Content rows.jsonl 'no JSON'
        "$(Get-ErrorOf { New-CohereDataset link.jsonl -Type embed-input })" | Should -BeLike "*line 1 isn't valid JSON*"
    }

    It 'says that a file was changed while it was uploaded' {
        # The first connection takes nothing until the file is shorter.
        $line = '{"text":"' + ('x' * 1000) + '"}' + "`n"
        [System.IO.File]::WriteAllText((Join-Path $folder 'long.jsonl'), $line * 30000)
        $listener = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0)
        $listener.Start()
        $shell = Get-OtherPowerShell
        try {
            $run = $shell.AddScript('param($port, $file) Connect-Cohere -BaseUri "http://127.0.0.1:$port" -ApiKey k; New-CohereDataset $file -Type embed-input').
                AddArgument($listener.LocalEndpoint.Port).AddArgument((Join-Path $folder 'long.jsonl')).BeginInvoke()
            $client = $listener.AcceptTcpClient()
            $null = $client.GetStream().Read([byte[]]::new(1000), 0, 1000)
            $stream = [System.IO.File]::Open((Join-Path $folder 'long.jsonl'), 'Open', 'Write', 'ReadWrite')
            $stream.SetLength(5000)
            $stream.Dispose()
            $sink = $client.GetStream().CopyToAsync([System.IO.Stream]::Null)
            $null = $shell.EndInvoke($run)

            $shell.Streams.Error | Should -HaveCount 1
            $shell.Streams.Error[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotReadable,*'
            "$($shell.Streams.Error[0])" | Should -BeLike '*long.jsonl*was changed*'
            $listener.Pending() | Should -BeFalse
        }
        finally {
            $null = $sink
            $shell.Runspace.Dispose()
            $shell.Dispose()
            $client.Dispose()
            $listener.Stop()
        }
    }

    It 'refuses what is too large, and what is not there' {
        $stream = [System.IO.File]::Create((Join-Path $folder 'large.jsonl'))
        $stream.SetLength(1700000000)
        $stream.Dispose()

        "$(Get-ErrorOf { New-CohereDataset large.jsonl -Type embed-input })" | Should -BeLike '*1.7 GB*'
        (Get-ErrorOf { New-CohereDataset gone.jsonl -Type embed-input }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotReadable,*'
        (Get-ErrorOf { New-CohereDataset rows.jsonl -EvalPath gone.jsonl -Type embed-input -ErrorAction SilentlyContinue }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.*'
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'takes CSV with the delimiter that is given, and leaves malformed rows to the service if it should skip them' {
        [System.IO.File]::WriteAllText((Join-Path $folder 'a.csv'), "id;text`n1;a`n")
        [System.IO.File]::WriteAllText((Join-Path $folder 'b.jsonl'), "{`"text`":`"a`"}`nno json`n")
        Add-CreatedAnswer
        Add-CreatedAnswer

        (New-CohereDataset a.csv -Type embed-input -CsvDelimiter ';').DatasetId | Should -Be 'ds-1'
        (New-CohereDataset b.jsonl -Type embed-input -SkipMalformedInput).DatasetId | Should -Be 'ds-1'

        @($server.Requests)[0].Target | Should -BeLike '*csv_delimiter=%3B*'
    }

    It 'does not lose the id when the dataset cannot be looked at' {
        $server.Enqueue([CohereShellTests.Answer] @{ Body = '{"id":"ds-9"}' })
        $server.Default = [CohereShellTests.Answer] @{ Status = 403; Body = '{"message":"no"}' }

        $dataset = New-CohereDataset rows.jsonl -Type embed-input

        "$($dataset.DatasetId) $($dataset.Name) $($dataset.ValidationStatus)" | Should -Be 'ds-9 rows Unknown'
    }

    It 'writes an error for an upload that failed, once' {
        $server.Default = [CohereShellTests.Answer] @{ Status = 500; Body = '{"message":"broken"}' }

        $problem = Get-ErrorOf { New-CohereDataset rows.jsonl -Type embed-input }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.ServerError,*'
        $problem.TargetObject | Should -BeLike '*rows.jsonl'
        $server.Requests | Should -HaveCount 1
    }

    It 'uploads nothing with -WhatIf' {
        New-CohereDataset rows.jsonl -Type embed-input -WhatIf
        'a' | New-CohereDataset -Type embed-input -Name n -WhatIf

        $server.Requests | Should -BeNullOrEmpty
        Get-RowFile | Should -BeNullOrEmpty
    }

    It 'deletes what a PowerShell that was killed has left' {
        $old, $new = 'old', 'new' | ForEach-Object { New-Item -Path (Join-Path ([System.IO.Path]::GetTempPath()) "CohereShell-$_.jsonl") -Value 'texts' }
        $old.LastWriteTime = (Get-Date).AddHours(-1)

        'a' | New-CohereDataset -Type embed-input -Name n -WhatIf

        Get-RowFile | ForEach-Object Name | Should -Be $new.Name
        Remove-Item $new
    }

    It 'ends with Ctrl+C, and leaves no file behind' {
        $server.Default = [CohereShellTests.Answer] @{ Hang = $true }
        $shell = Get-OtherPowerShell
        try {
            $null = $shell.AddScript('param($address) Connect-Cohere -BaseUri $address -ApiKey a-key-for-tests; "a", "b" | New-CohereDataset -Type embed-input -Name n').AddArgument($server.BaseUri).BeginInvoke()
            Wait-Condition { $server.Requests.Count -eq 1 }
            Get-RowFile | Should -HaveCount 1
            if (-not $IsWindows -and $PSVersionTable.PSEdition -eq 'Core') {
                (Get-RowFile).UnixMode | Should -Be '-rw-------'
            }

            # However long it takes: it is in use.
            (Get-RowFile).LastWriteTime = (Get-Date).AddHours(-1)
            'a' | New-CohereDataset -Type embed-input -Name n -WhatIf
            Get-RowFile | Should -HaveCount 1

            $shell.Stop()
            Wait-Condition { $server.LastRequest.ClosedAt }
            Get-RowFile | Should -BeNullOrEmpty
        }
        finally {
            $shell.Runspace.Dispose()
            $shell.Dispose()
        }
    }

    It 'makes one error of a connection that breaks in the middle, and uploads nothing again' {
        $large = Join-Path $folder 'large.jsonl'
        [System.IO.File]::WriteAllText($large, ('{"text":"' + ('x' * 1000) + '"}' + "`n") * 20000)
        $listener = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0)
        $listener.Start()
        $shell = Get-OtherPowerShell
        try {
            $running = $shell.AddScript('param($address, $file) Connect-Cohere -BaseUri $address -ApiKey a-key-for-tests; New-CohereDataset $file -Type embed-input').
                AddArgument("http://127.0.0.1:$($listener.LocalEndpoint.Port)").AddArgument($large).BeginInvoke()
            $client = $listener.AcceptTcpClientAsync().GetAwaiter().GetResult()
            $buffer = [byte[]]::new(65536)
            $read = 0
            while ($read -lt 5MB) { $read += $client.GetStream().Read($buffer, 0, $buffer.Length) }
            $client.Client.Close(0)

            $running.AsyncWaitHandle.WaitOne(60000) | Should -BeTrue
            $shell.EndInvoke($running) | Should -BeNullOrEmpty
            $shell.Streams.Error | Should -HaveCount 1
            $shell.Streams.Error[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.ConnectionLost,*'
            $shell.Streams.Error[0].ErrorDetails.RecommendedAction | Should -BeLike '*aren''t retried*'
            $listener.Pending() | Should -BeFalse
        }
        finally {
            $shell.Runspace.Dispose()
            $shell.Dispose()
            $listener.Stop()
        }
    }

    It 'takes no memory for a large file' -Skip:(-not $IsLinux) {
        $large = Join-Path $folder 'large.jsonl'
        $piece = [System.Text.Encoding]::UTF8.GetBytes(('{"text":"' + ('x' * 1000) + '"}' + "`n") * 1000)
        $stream = [System.IO.File]::Create($large)
        foreach ($i in 1..250) { $stream.Write($piece, 0, $piece.Length) }
        $stream.Dispose()
        $emulator = Start-CohereEmulator

        $grown = Invoke-InOtherProcess "
            Import-Module `$Manifest
            function Get-Peak { [int] ((Get-Content /proc/self/status | Select-String 'VmHWM:\s+(\d+)').Matches[0].Groups[1].Value / 1024) }
            Connect-Cohere -BaseUri '$($emulator.BaseUri)' -ApiKey a-key-for-tests
            `$null = New-CohereDataset '$rows' -Type embed-input
            `$idle = Get-Peak
            `$null = New-CohereDataset '$large' -Type embed-input
            (Get-Peak) - `$idle"

        [int] $grown[-1] | Should -BeLessThan 100
    }

    It 'completes -Type' {
        (Get-TabCompletion 'New-CohereDataset -Type embed').CompletionText | Should -Be 'embed-input'
    }
}
