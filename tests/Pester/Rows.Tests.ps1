#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:server = Open-TestServer
    Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'
    $script:tickets = @(
        [pscustomobject] @{ Id = 'T-1'; Subject = 'Printer'; Body = 'It is "broken".' }
        [pscustomobject] @{ Id = 'T-2'; Subject = 'VPN'; Body = "It can't`nconnect, again." }
        [pscustomobject] @{ Id = 'T-3'; Subject = 'Größe'; Body = 'ü' }
    )
    $script:schema = [ordered] @{
        type = 'object'
        properties = [ordered] @{ category = @{ type = 'string' }; urgent = @{ type = 'boolean' } }
        required = @('category')
    }

    function Get-Question {
        Get-SentBody $server | ForEach-Object { $_.messages[-1].content }
    }

    function Add-Answer([string[]] $Text) {
        foreach ($each in $Text) {
            $server.Enqueue((ConvertTo-ChatAnswer $each))
        }
    }

    function Add-Failure([int] $Status = 400) {
        $server.Enqueue([CohereShellTests.Answer] @{ Status = $Status; Body = '{"message":"no such thing"}' })
    }

    function Get-NewPath([string] $Extension) {
        Join-Path $TestDrive "$([guid]::NewGuid())$Extension"
    }
}

AfterAll {
    Restore-TestState
    $server.Dispose()
}

Describe 'Invoke-CohereChat: each row is a question' {
    BeforeEach { $server.Reset() }

    It 'fills the placeholders of -Prompt' {
        $answers = @($tickets | Invoke-CohereChat -Prompt 'Classify {{as JSON}}: {subject}. { Body } {Subject}' -IdProperty Id -ThrottleLimit 1)

        Get-Question | Should -Be @($tickets | ForEach-Object { "Classify {as JSON}: $($_.Subject). $($_.Body) $($_.Subject)" })
        $answers | ForEach-Object Index | Should -Be 0, 1, 2
        $answers | ForEach-Object Id | Should -Be 'T-1', 'T-2', 'T-3'
        $answers[1] | Should -BeOfType ([CohereShell.ChatResponse])
        [object]::ReferenceEquals($answers[1].InputObject, $tickets[1]) | Should -BeTrue
    }

    It 'keeps the id of the answer' {
        Add-Answer 'x'
        $answer = $tickets[0] | Invoke-CohereChat -Prompt '{Subject}' -IdProperty Id
        $answer.Id | Should -Be 'T-1'
        $answer.ResponseId | Should -Be 'answer-1'
        Add-Answer 'x'
        ($tickets[0] | Invoke-CohereChat -Prompt '{Subject}').Id | Should -Be 'answer-1'
    }

    It 'asks <Because>' -ForEach @(
        @{ Because = 'a prompt without placeholders, followed by the row'; Arguments = @{ Prompt = 'Which team?' }; Question = "Which team?`n`nId: T-1`nSubject: Printer`nBody: It is `"broken`"." }
        @{ Because = 'about properties'; Arguments = @{ Property = 'Sub*', 'Body' }; Question = "Subject: Printer`nBody: It is `"broken`"." }
        @{ Because = 'about one property'; Arguments = @{ Property = 'Subject' }; Question = 'Printer' }
        @{ Because = 'a prompt and properties'; Arguments = @{ Prompt = 'Which {Id}?'; Property = 'Subject' }; Question = "Which T-1?`n`nPrinter" }
    ) {
        $null = $tickets[0] | Invoke-CohereChat @Arguments

        Get-Question | Should -BeExactly $Question
    }

    It 'writes a value in the same way in every culture: <Text>' -ForEach @(
        @{ Value = { 1.5 }; Text = '1.5' }
        @{ Value = { [datetime]::new(2026, 3, 4, 5, 6, 7, [DateTimeKind]::Utc) }; Text = '2026-03-04T05:06:07.0000000Z' }
        @{ Value = { $null }; Text = '' }
        @{ Value = { , @('a', 2, $true) }; Text = 'a, 2, True' }
        @{ Value = { [DayOfWeek]::Monday }; Text = 'Monday' }
        @{ Value = { [ordered] @{ a = 1 } }; Text = 'a: 1' }
    ) {
        $before = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = 'de-DE'
            $null = @{ Value = & $Value; Other = 'x' } | Invoke-CohereChat -Prompt '{Value}|{Other}'
        }
        finally {
            [cultureinfo]::CurrentCulture = $before
        }

        Get-Question | Should -BeExactly "$Text|x"
    }

    It 'takes a row of <Kind>' -ForEach @(
        @{ Kind = 'a hashtable'; Row = { @{ Subject = 'Disk' } } }
        @{ Kind = 'a table'; Row = { $table = [Data.DataTable]::new(); $null = $table.Columns.Add('Subject'); $null = $table.Rows.Add('Disk'); $table.Rows } }
        @{ Kind = 'XML'; Row = { ([xml] '<all><row><Subject>Disk</Subject></row></all>').all.row } }
    ) {
        $answer = & $Row | Invoke-CohereChat -Prompt 'About {Subject}' -Merge

        Get-Question | Should -BeExactly 'About Disk'
        $answer.Subject | Should -Be 'Disk'
        $answer.Text | Should -Not -BeNullOrEmpty
    }

    It 'asks about the text of files, and strings' {
        $file = Get-NewPath '.txt'
        Set-Content -LiteralPath $file -Value 'Guten Tag' -NoNewline

        $null = (Get-Item -LiteralPath $file), 'Hallo' | Invoke-CohereChat -Prompt 'Translate:' -ThrottleLimit 1

        Get-Question | Should -Be "Translate:`n`nGuten Tag", "Translate:`n`nHallo"
    }

    It 'reports a missing property once, and makes no call for the row' {
        $rows = $tickets[0], [pscustomobject] @{ Id = 'T-9'; Title = 'x' }, $tickets[2]

        $answers = @($rows | Invoke-CohereChat -Prompt '{Subject} {Body} {Subject}' -ErrorVariable problem -ErrorAction SilentlyContinue)

        $problem | Should -HaveCount 1
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.PropertyNotFound,*'
        $problem[0].TargetObject.Id | Should -Be 'T-9'
        "$($problem[0])" | Should -BeLike "*'Subject'*'Body'*"
        $answers | ForEach-Object Index | Should -Be 0, 2
        $server.Requests.Count | Should -Be 2
    }

    It 'reports a row that is empty, has no id, or has an id twice' {
        $rows = [pscustomobject] @{ Id = 1; Subject = '' }, [pscustomobject] @{ Id = ''; Subject = 'a' }, [pscustomobject] @{ Id = 3; Subject = 'b' }, [pscustomobject] @{ Id = '3'; Subject = 'c' }

        $answers = @($rows | Invoke-CohereChat -Prompt '{Subject}' -IdProperty Id -ErrorVariable problem -ErrorAction SilentlyContinue)

        $problem | ForEach-Object { $_.FullyQualifiedErrorId -replace ',.*' } | Should -Be 'CohereShell.EmptyInput', 'CohereShell.IdNotFound', 'CohereShell.DuplicateId'
        $answers | Should -HaveCount 1
        $server.Requests.Count | Should -Be 1
    }

    It 'keeps the order of the input, and calls in parallel' {
        $server.Gather = 2
        $answers = @(1..12 | ForEach-Object { [pscustomobject] @{ Id = $_ } } | Invoke-CohereChat -Prompt '{Id} [100 ms]' -IdProperty Id -ThrottleLimit 4)

        $answers | ForEach-Object Id | Should -Be (1..12)
        $answers | ForEach-Object Text | Should -Be (1..12 | ForEach-Object { "$_ [100 ms]" })
        $server.MostInFlight | Should -BeGreaterThan 1
        $server.MostInFlight | Should -BeLessOrEqual 4
    }

    It 'sends the same instructions, conversation and documents with each row' {
        $null = $tickets[0, 1] | Invoke-CohereChat -Prompt '{Subject}' -SystemMessage 'Be brief.' -History @{ role = 'user'; content = 'a' }, @{ role = 'assistant'; content = 'b' } -Document 'doc' -ThrottleLimit 1

        foreach ($body in Get-SentBody $server) {
            $body.messages | ForEach-Object role | Should -Be 'system', 'user', 'assistant', 'user'
            $body.documents | Should -HaveCount 1
        }
    }

    It 'runs tools for each row, and has the row as the target of errors' {
        $call = @{ tool_calls = @(@{ id = 'c1'; type = 'function'; function = @{ name = 'Get_Shelf'; arguments = '{}' } }) }
        function Get-Shelf { 'full' }
        $server.Enqueue((ConvertTo-ChatAnswer '' TOOL_CALL $call))
        Add-Answer 'It is full.'
        Add-Failure
        Add-Answer 'third'

        $rows = @($tickets | Invoke-CohereChat -Prompt '{Subject}' -Tool Get-Shelf -InvokeTool -Merge -IncludeFailed -ErrorVariable problem -ErrorAction SilentlyContinue)

        $rows | ForEach-Object Text | Should -Be 'It is full.', $null, 'third'
        $rows[1].Error | Should -BeLike '*no such thing*'
        [object]::ReferenceEquals($problem[0].TargetObject, $tickets[1]) | Should -BeTrue
    }

    It 'refuses <Command>' -ForEach @(
        @{ Command = { $tickets | Invoke-CohereChat 'q' -Prompt 'p' } }
        @{ Command = { $tickets | Invoke-CohereChat -Prompt 'p' -Live } }
        @{ Command = { $tickets | Invoke-CohereChat -Prompt 'p' -Stream } }
        @{ Command = { $tickets | Invoke-CohereChat 'q' -IdProperty Id } }
        @{ Command = { $tickets | Invoke-CohereChat 'q' -Merge } }
        @{ Command = { $tickets | Invoke-CohereChat -Prompt 'p' -IncludeFailed } }
        @{ Command = { $tickets | Invoke-CohereChat -Prompt 'p' -OutputProperty x } }
        @{ Command = { $tickets | Invoke-CohereChat -Prompt 'p' -Merge -Json -AsHashtable } }
        @{ Command = { $tickets | Invoke-CohereChat -Prompt 'p' -Merge -Tool Get-Date } }
        @{ Command = { $tickets | Invoke-CohereChat -Prompt 'p' -OutFile a.jsonl -Tool Get-Date } }
        @{ Command = { $tickets | Invoke-CohereChat -Prompt 'p' -OutFile a.jsonl -Json -AsObject } }
        @{ Command = { $tickets | Invoke-CohereChat -Prompt 'p' -OutFile a.csv -Json } }
        @{ Command = { $tickets | Invoke-CohereChat -Prompt 'p' -OutFile a.jsonl -Resume } }
        @{ Command = { $tickets | Invoke-CohereChat -Prompt 'p' -OutFile a.jsonl -Resume -Force -IdProperty Id } }
        @{ Command = { $tickets | Invoke-CohereChat -Prompt 'p' -Resume } }
        @{ Command = { $tickets | Invoke-CohereChat -Prompt 'p' -PassThru } }
        @{ Command = { Invoke-CohereChat -Prompt 'p' } }
    ) {
        $problem = Get-ErrorOf $Command

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'refuses a prompt with the brace of <Prompt>' -ForEach @(
        @{ Prompt = 'a {b' }
        @{ Prompt = 'a b}' }
        @{ Prompt = 'a {} b' }
        @{ Prompt = 'a { "x": {b} }' }
    ) {
        (Get-ErrorOf { $tickets | Invoke-CohereChat -Prompt $Prompt }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
        (Get-ErrorOf { $tickets | Start-CohereBatch -Model command-a-03-2025 -Prompt $Prompt }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'makes no call for an empty pipeline' {
        @() | Invoke-CohereChat -Prompt '{Subject}' | Should -BeNullOrEmpty
    }
}

Describe 'Invoke-CohereChat -Merge' {
    BeforeEach { $server.Reset() }

    It 'adds the text of the answer to a copy of the row' {
        $rows = @($tickets | Invoke-CohereChat -Prompt '{Subject}' -Merge)

        $rows | ForEach-Object { $_.PSObject.Properties.Name -join ' ' } | Should -Be (@('Id Subject Body Text') * 3)
        $rows | ForEach-Object Text | Should -Be 'Printer', 'VPN', 'Größe'
        $tickets[0].PSObject.Properties.Name | Should -Be 'Id', 'Subject', 'Body' -Because 'the row itself is unchanged'
    }

    It 'adds the properties of a JSON answer, all of the schema in its order' {
        Add-Answer '{"urgent":true,"category":"hardware","Extra":[1,2]}', '{"Category":"network"}', '{"category":null,"urgent":false}'

        $rows = @($tickets | Invoke-CohereChat -Prompt '{Subject}' -JsonSchema $schema -Merge -ThrottleLimit 1)

        $rows[0].PSObject.Properties.Name | Should -Be 'Id', 'Subject', 'Body', 'category', 'urgent', 'Extra'
        $rows[1].PSObject.Properties.Name | Should -Be 'Id', 'Subject', 'Body', 'category', 'urgent'
        $rows | ForEach-Object category | Should -Be 'hardware', 'network', $null
        $rows | ForEach-Object urgent | Should -Be $true, $null, $false
        $rows[0].Extra | Should -Be 1, 2
    }

    It 'puts a JSON answer into the property of -OutputProperty' {
        Add-Answer '{"category":"hardware"}'

        $row = $tickets[0] | Invoke-CohereChat -Prompt '{Subject}' -JsonSchema $schema -Merge -OutputProperty Answer

        $row.PSObject.Properties.Name | Should -Be 'Id', 'Subject', 'Body', 'Answer'
        $row.Answer.category | Should -Be 'hardware'
    }

    It 'has the row as the target of an error, and outputs it with -IncludeFailed' {
        Add-Failure
        Add-Answer 'no JSON', '{"category":"hardware"}'

        $rows = @($tickets | Invoke-CohereChat -Prompt '{Subject}' -JsonSchema $schema -Merge -IncludeFailed -ThrottleLimit 1 -ErrorVariable problem -ErrorAction SilentlyContinue)

        $problem | ForEach-Object { $_.FullyQualifiedErrorId -replace ',.*' } | Should -Be 'CohereShell.InvalidRequest', 'CohereShell.AnswerNotJson'
        $problem | ForEach-Object { $_.TargetObject.Id } | Should -Be 'T-1', 'T-2'
        $rows | ForEach-Object { $_.PSObject.Properties.Name -join ' ' } | Should -Be (@('Id Subject Body category urgent Error') * 3)
        $rows[0].Error | Should -BeLike '*no such thing*'
        $rows[1].Error | Should -BeLike "*isn't the JSON*"
        $rows[2].Error | Should -BeNullOrEmpty
        $csv = @($rows | ConvertTo-Csv | ConvertFrom-Csv)
        $csv | ForEach-Object category | Should -Be '', '', 'hardware'
    }

    It 'does not replace a property of the row: <Because>' -ForEach @(
        @{ Because = 'the text'; Arguments = @{}; Name = 'text' }
        @{ Because = 'a property of the schema'; Arguments = @{ JsonSchema = @{ type = 'object'; properties = @{ category = @{ type = 'string' } } } }; Name = 'Category' }
        @{ Because = 'the error'; Arguments = @{ IncludeFailed = $true }; Name = 'Error' }
    ) {
        $rows = $tickets | Select-Object *, @{ Name = $Name; Expression = { 'mine' } }

        $problem = Get-ErrorOf { $rows | Invoke-CohereChat -Prompt '{Subject}' -Merge @Arguments }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.PropertyExists,*'
        $problem.ErrorDetails.RecommendedAction | Should -BeLike "* -ExcludeProperty $Name"
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'does not lose a value to a property that only the answer has' {
        Add-Answer '{"category":"a","Subject":"mine"}', '{"category":"b"}'

        $rows = @($tickets[0, 1] | Invoke-CohereChat -Prompt '{Subject}' -JsonSchema $schema -Merge -ThrottleLimit 1 -ErrorVariable problem -ErrorAction SilentlyContinue)

        $problem[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.PropertyExists,*'
        $rows | ForEach-Object category | Should -Be 'b'
    }

    It 'does not advise another name for the answer if the column for errors is taken' {
        $rows = $tickets | Select-Object *, @{ Name = 'Error'; Expression = { 'mine' } }

        $advice = (Get-ErrorOf { $rows | Invoke-CohereChat -Prompt '{Subject}' -Merge -IncludeFailed }).ErrorDetails.RecommendedAction

        $advice | Should -Not -BeLike '*-OutputProperty*'
        $null = $advice -match 'Select-Object .*'
        $renamed = & ([scriptblock]::Create("`$rows | $($Matches[0])"))
        $merged = @($renamed | Invoke-CohereChat -Prompt '{Subject}' -Merge -IncludeFailed)
        $merged[0].RowError | Should -Be 'mine'
        $merged[0].Error | Should -BeNullOrEmpty
    }

    It 'copies what Format-List shows of a .NET object, and what was added to it' {
        $row = Get-Process -Id $PID | Add-Member -NotePropertyName Rack -NotePropertyValue 5 -PassThru |
            Invoke-CohereChat -Prompt '{ProcessName}' -Merge

        $row.PSObject.Properties.Name | Should -Be 'Id', 'Handles', 'CPU', 'SI', 'Name', 'Rack', 'ProcessName', 'Text'
    }

    It 'copies the shown properties of a file, and the ones that the command names' {
        $file = Get-NewPath '.txt'
        Set-Content -LiteralPath $file -Value 'Guten Tag'

        $row = Get-Item -LiteralPath $file | Invoke-CohereChat -Prompt 'Translate:' -IdProperty BaseName -Merge

        $row.PSObject.Properties.Name | Should -Be 'Name', 'FullName', 'Length', 'LastWriteTime', 'BaseName', 'Text'
        $row.FullName | Should -Be $file
    }
}

Describe 'Start-CohereBatch and Invoke-CohereChat' {
    It 'make the same question of <Arguments>' -ForEach @(
        @{ Arguments = @{ Prompt = 'Classify {{x}}: {Subject}. {Body}' } }
        @{ Arguments = @{ Prompt = 'Which team?' } }
        @{ Arguments = @{ Prompt = 'Which team?'; Property = 'Subject', 'Body' } }
        @{ Arguments = @{ Property = 'Subject' } }
    ) {
        $server.Reset()
        $null = $tickets | Invoke-CohereChat -IdProperty Id -ThrottleLimit 1 @Arguments
        $questions = Get-Question
        $emulator = Connect-Cohere -Emulator -PassThru
        try {
            $results = $tickets | Start-CohereBatch -Session $emulator -Model command-a-03-2025 -IdProperty Id @Arguments | Wait-CohereBatch -Session $emulator | Receive-CohereBatch -Session $emulator
        }
        finally {
            Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests'
        }

        $results = @($results | Sort-Object CustomId)
        $results | ForEach-Object CustomId | Should -Be 'T-1', 'T-2', 'T-3'
        $results | ForEach-Object Message | Should -Be $questions
    }
}

Describe 'Invoke-CohereChat -OutFile' {
    BeforeEach { $server.Reset() }

    It 'writes <Extension> that reads back exactly' -ForEach @(
        @{ Extension = '.csv'; Read = { Import-Csv -LiteralPath $file -Encoding utf8 } }
        @{ Extension = '.jsonl'; Read = { Get-Content -LiteralPath $file -Encoding utf8 | ConvertFrom-Json } }
    ) {
        $file = Get-NewPath $Extension
        $texts = "a `"quoted`" text", "two`r`nlines, and a comma", "tab`t, Größe 世界 🎉 ' \ end"
        Add-Answer $texts

        $output = $tickets | Invoke-CohereChat -Prompt '{Subject}' -Merge -OutFile $file -ThrottleLimit 1

        $output | Should -BeNullOrEmpty
        $rows = @(& $Read)
        $rows | ForEach-Object Id | Should -Be 'T-1', 'T-2', 'T-3'
        $rows | ForEach-Object Body | Should -BeExactly ($tickets | ForEach-Object Body)
        $rows | ForEach-Object Text | Should -BeExactly $texts
        Test-Path -LiteralPath "$file.lock" | Should -BeFalse
    }

    It 'writes the id and the answer without -Merge' {
        $file = Get-NewPath '.csv'
        Add-Answer '{"category":"a","urgent":true}', '{"category":"b"}', '{"category":"c","urgent":false}'

        (($tickets | Invoke-CohereChat -Prompt '{Subject}' -JsonSchema $schema -IdProperty Id -OutFile $file -ThrottleLimit 1 -PassThru).FullName) | Should -Be $file

        Get-Content -LiteralPath $file | Should -Be '"Id","category","urgent"', '"T-1","a","True"', '"T-2","b",', '"T-3","c","False"'
    }

    It 'writes a row as soon as its answer is there, although an earlier one is slow' {
        $file = Get-NewPath '.jsonl'
        $slow = ConvertTo-ChatAnswer 'slow'
        $slow.Held = $true
        $server.Enqueue($slow)
        $shell = Get-OtherPowerShell
        try {
            $running = $shell.AddScript("Connect-Cohere -BaseUri $($server.BaseUri) -ApiKey k; 1..4 | ForEach-Object { [pscustomobject] @{ Id = `$_ } } | Invoke-CohereChat -Prompt '{Id}' -IdProperty Id -OutFile '$file'").BeginInvoke()
            Wait-Condition { (Test-Path -LiteralPath $file) -and @(Get-Content -LiteralPath $file).Count -eq 3 }
            $running.IsCompleted | Should -BeFalse
            $slow.Held = $false
            $null = $shell.EndInvoke($running)
        }
        finally {
            $shell.Runspace.Dispose()
            $shell.Dispose()
        }

        @(Get-Content -LiteralPath $file) | Should -HaveCount 4
    }

    It 'refuses an existing file without -Resume or -Force' {
        $file = Get-NewPath '.csv'
        Set-Content -LiteralPath $file -Value 'mine'

        (Get-ErrorOf { $tickets | Invoke-CohereChat -Prompt '{Subject}' -OutFile $file }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileExists,*'
        Get-Content -LiteralPath $file | Should -Be 'mine'
        $server.Requests | Should -BeNullOrEmpty

        $tickets | Invoke-CohereChat -Prompt '{Subject}' -OutFile $file -Force
        @(Import-Csv -LiteralPath $file) | Should -HaveCount 3
    }

    It 'refuses a name without a format' {
        (Get-ErrorOf { $tickets | Invoke-CohereChat -Prompt '{Subject}' -OutFile (Get-NewPath '.txt') }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
    }

    It 'tries failed rows again, unless -IncludeFailed writes them' -ForEach @{ Included = $false; Again = 1 }, @{ Included = $true; Again = 0 } {
        $file = Get-NewPath '.csv'
        Add-Answer 'a'
        Add-Failure
        Add-Answer 'c'
        $arguments = @{ Prompt = '{Subject}'; IdProperty = 'Id'; OutFile = $file; IncludeFailed = $Included; Resume = $true; ThrottleLimit = 1 }

        $tickets | Invoke-CohereChat @arguments -ErrorAction SilentlyContinue
        @(Import-Csv -LiteralPath $file) | Should -HaveCount $(if ($Included) { 3 } else { 2 })
        $tickets | Invoke-CohereChat @arguments

        $server.Requests.Count | Should -Be (3 + $Again)
        $rows = @(Import-Csv -LiteralPath $file)
        $rows | ForEach-Object Id | Sort-Object | Should -Be 'T-1', 'T-2', 'T-3'
        if ($Included) {
            $rows | Where-Object Error | ForEach-Object Error | Should -BeLike '*no such thing*'
        }
    }

    It 'ends at a failure that all rows would have, and does not write it as a failed row' {
        $file = Get-NewPath '.jsonl'
        Add-Answer 'a'
        Add-Failure 401

        { $tickets | Invoke-CohereChat -Prompt '{Subject}' -IdProperty Id -OutFile $file -IncludeFailed -ThrottleLimit 1 } | Should -Throw

        @(Get-Content -LiteralPath $file) | Should -HaveCount 1
    }

    It 'continues with a higher limit after <What> ended the run, no row lost and none twice' -ForEach @(
        @{ What = 'a call limit'; Low = @{ CallLimit = 7 }; High = @{ CallLimit = 100 } }
        # Three answers of 5 tokens fit besides the most that another one can cost.
        @{ What = 'a budget'; Low = @{ BudgetLimit = 0.0055 }; High = @{ BudgetLimit = 5 } }
    ) {
        $many = 1..12 | ForEach-Object { [pscustomobject] @{ Id = "R-$_"; Subject = "subject $_" } }
        $file = Get-NewPath '.jsonl'
        $run = @{ Prompt = '{Subject}'; IdProperty = 'Id'; OutFile = $file; MaxTokens = 500; ThrottleLimit = 3 }
        $low = Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -PassThru @Low
        $server.Default = ConvertTo-ChatAnswer ('long ' * 400)
        $server.Default.Body = $server.Default.Body -replace '"output_tokens":\s*2', '"output_tokens": 100'

        (Get-ErrorOf { $many | Invoke-CohereChat @run -Session $low }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.BudgetExceeded,*'
        $first = @(Get-Content -LiteralPath $file | ConvertFrom-Json)
        $first.Count | Should -BeGreaterThan 0
        $first.Count | Should -BeLessThan 12
        $server.Requests.Count | Should -Be $first.Count

        $high = Connect-Cohere -BaseUri $server.BaseUri -ApiKey 'a-key-for-tests' -PassThru @High
        $many | Invoke-CohereChat @run -Resume -Session $high

        $ids = (Get-Content -LiteralPath $file | ConvertFrom-Json).Id
        $ids | Sort-Object | Should -Be @($many.Id | Sort-Object)
        $server.Requests.Count | Should -Be 12
    }

    It 'refuses to continue a file: <Because>' -ForEach @(
        @{ Because = 'CSV with other columns'; Extension = '.csv'; Content = "`"Id`",`"Answer`"`n`"1`",`"x`"`n"; Id = 'FileNotResumable' }
        @{ Because = 'CSV without the id'; Extension = '.csv'; Content = "`"Key`",`"Text`"`n`"1`",`"x`"`n"; Id = 'FileNotResumable' }
        @{ Because = 'notes'; Extension = '.csv'; Content = 'my notes'; Id = 'FileNotResumable' }
        @{ Because = 'notes as JSON Lines'; Extension = '.jsonl'; Content = 'my notes'; Id = 'FileNotResumable' }
        @{ Because = 'a damaged line'; Extension = '.jsonl'; Content = "{`"Id`":1}`n{`"Id`"`n{`"Id`":2}`n"; Id = 'FileNotResumable' }
        @{ Because = 'rows without the id'; Extension = '.jsonl'; Content = "{`"Key`":1}`n"; Id = 'FileNotResumable' }
    ) {
        $file = Get-NewPath $Extension
        [System.IO.File]::WriteAllText($file, $Content)

        $problem = Get-ErrorOf { $tickets | Invoke-CohereChat -Prompt '{Subject}' -IdProperty Id -OutFile $file -Resume }

        $problem.FullyQualifiedErrorId | Should -BeLike "CohereShell.$Id,*"
        [System.IO.File]::ReadAllText($file) | Should -BeExactly $Content
        $server.Requests | Should -BeNullOrEmpty
    }

    It 'names the columns of a CSV file that a spreadsheet program has saved with <What>' -ForEach @(
        @{ What = 'semicolons'; Encoding = 'utf8' }
        @{ What = 'UTF-16'; Encoding = 'unicode' }
    ) {
        $file = Get-NewPath '.csv'
        Set-Content -LiteralPath $file -Value 'Id;Text', 'T-1;x' -Encoding $Encoding

        $problem = Get-ErrorOf { $tickets | Invoke-CohereChat -Prompt '{Subject}' -IdProperty Id -OutFile $file -Resume }

        "$problem" | Should -BeLike "*has no column 'Id'*Its first line is '*"
        $problem.ErrorDetails.RecommendedAction | Should -BeLike '*UTF-8, with commas*'
    }

    It 'warns if the rows of a .jsonl file lack what this run adds' {
        $file = Get-NewPath '.jsonl'
        $tickets[0, 1] | Invoke-CohereChat -Prompt '{Subject}' -IdProperty Id -OutFile $file
        $tickets | Invoke-CohereChat -Prompt '{Subject}' -IdProperty Id -OutFile $file -Resume -WarningVariable none

        $tickets | Invoke-CohereChat -Prompt '{Subject}' -IdProperty Id -OutputProperty Answer -OutFile $file -Resume -WarningVariable warning -WarningAction SilentlyContinue

        $none | Should -BeNullOrEmpty
        $warning | Should -HaveCount 1
        "$warning" | Should -BeLike "3 of 3 rows in * don't have 'Answer', which this run adds.*"
    }

    It 'does not warn of rows that failed, or whose answer lacks a property of the schema' {
        $file = Get-NewPath '.jsonl'
        Add-Answer '{"category":"a"}'
        Add-Failure
        $parameters = @{ Prompt = '{Subject}'; IdProperty = 'Id'; JsonSchema = $schema; OutFile = $file; ThrottleLimit = 1; IncludeFailed = $true }
        $tickets[0, 1] | Invoke-CohereChat @parameters -ErrorAction SilentlyContinue

        $tickets[0, 1] | Invoke-CohereChat @parameters -Resume -WarningVariable warning

        $warning | Should -BeNullOrEmpty
    }

    It 'does not advise -Force, which replaces the file, for a read-only file to continue' {
        $file = Get-NewPath '.jsonl'
        $tickets[0] | Invoke-CohereChat -Prompt '{Subject}' -IdProperty Id -OutFile $file
        Set-ItemProperty -LiteralPath $file IsReadOnly $true

        $problem = Get-ErrorOf { $tickets | Invoke-CohereChat -Prompt '{Subject}' -IdProperty Id -OutFile $file -Resume }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotWritable,*'
        $problem.ErrorDetails.RecommendedAction | Should -Not -BeLike '*-Force*'
        $null = $problem.ErrorDetails.RecommendedAction -match 'Set-ItemProperty .*'
        & ([scriptblock]::Create($Matches[0]))
        $tickets | Invoke-CohereChat -Prompt '{Subject}' -IdProperty Id -OutFile $file -Resume
        @(Get-Content -LiteralPath $file) | Should -HaveCount 3
    }

    It 'advises to close the program that has the file open' {
        $file = Get-NewPath '.csv'
        $tickets[0] | Invoke-CohereChat -Prompt '{Subject}' -IdProperty Id -OutFile $file
        $open = [System.IO.File]::Open($file, 'Open', 'ReadWrite', 'None')
        try {
            $problem = Get-ErrorOf { $tickets | Invoke-CohereChat -Prompt '{Subject}' -IdProperty Id -OutFile $file -Resume }
        }
        finally {
            $open.Dispose()
        }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotWritable,*'
        $problem.ErrorDetails.RecommendedAction | Should -BeLike 'Close the program that has the file open*'
    }

    It 'refuses a row with a property that has no column' {
        $file = Get-NewPath '.csv'
        $rows = $tickets[0], ($tickets[1] | Select-Object *, @{ Name = 'New'; Expression = { 1 } }), ($tickets[2] | Select-Object Id, Subject)

        $rows | Invoke-CohereChat -Prompt '{Subject}' -Merge -OutFile $file -ErrorVariable problem -ErrorAction SilentlyContinue

        $problem | Should -HaveCount 1
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.ColumnNotFound,*'
        @(Import-Csv -LiteralPath $file) | ForEach-Object Id | Sort-Object | Should -Be 'T-1', 'T-3'
    }

    It 'warns once of properties that the schema and the CSV file do not have' {
        $file = Get-NewPath '.csv'
        Add-Answer '{"category":"a","extra":1}', '{"category":"b","Extra":2}', '{"category":"c"}'

        $tickets | Invoke-CohereChat -Prompt '{Subject}' -JsonSchema $schema -OutFile $file -ThrottleLimit 1 -WarningVariable warning -WarningAction SilentlyContinue

        $warning | Should -HaveCount 1
        @(Import-Csv -LiteralPath $file) | ForEach-Object category | Should -Be 'a', 'b', 'c'
    }

    It 'keeps a second command from writing to the file' {
        $file = Get-NewPath '.jsonl'
        $shell = Get-OtherPowerShell
        try {
            $held = ConvertTo-ChatAnswer 'held'
            $held.Held = $true
            $server.Enqueue($held)
            $running = $shell.AddScript("Connect-Cohere -BaseUri $($server.BaseUri) -ApiKey k; [pscustomobject] @{ Id = 1 } | Invoke-CohereChat -Prompt '{Id}' -IdProperty Id -OutFile '$file'").BeginInvoke()
            Wait-Condition { $server.Requests.Count -eq 1 }

            $problem = Get-ErrorOf { $tickets | Invoke-CohereChat -Prompt '{Subject}' -IdProperty Id -OutFile $file -Resume }

            $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotResumable,*'
            "$problem" | Should -BeLike '*another process*'
            $held.Held = $false
            $null = $shell.EndInvoke($running)
        }
        finally {
            $shell.Runspace.Dispose()
            $shell.Dispose()
        }

        $server.Requests.Count | Should -Be 1
    }
}

Describe 'A run that is killed' {
    It 'loses no row and has none twice after 10 kills: <Extension>' -ForEach @{ Extension = '.jsonl' }, @{ Extension = '.csv' } {
        $server.Reset()
        $file = Get-NewPath $Extension
        $count = 250
        $script = Get-NewPath '.ps1'
        # Texts with line breaks, quotes and commas, so that a row of the CSV file has several lines.
        Set-Content -LiteralPath $script -Value @"
Import-Module '$Manifest'
Connect-Cohere -BaseUri $($server.BaseUri) -ApiKey k
1..$count | ForEach-Object { [pscustomobject] @{ Id = "T-`$_"; Body = "line 1 of `$_,``n``"line 2``"``n" } } |
    Invoke-CohereChat -Prompt 'Answer {Id} [40 ms]: {Body}' -IdProperty Id -Merge -OutFile '$file' -Resume -ErrorAction Stop
"@
        $powershell = Get-PowerShellProgram
        function Get-DoneId {
            if (-not (Test-Path -LiteralPath $file)) {
                return
            }

            $text = [System.IO.File]::ReadAllText($file)
            foreach ($match in [regex]::Matches($text, '(?m)^(?:\{"Id":|)"(T-\d+)"')) {
                $match.Groups[1].Value
            }
        }

        $random = [random]::new(7)
        $paidAgain = @()
        for ($kill = 0; $kill -lt 10; $kill++) {
            $before = @(Get-DoneId).Count
            $process = Start-Process -FilePath $powershell.FilePath -ArgumentList @($powershell.ArgumentList + '-NoProfile', '-NonInteractive', '-File', $script) -PassThru
            # The first kills come before, while and after the first row is written.
            Wait-Condition -TimeoutSec 60 { $process.HasExited -or $server.Requests.Count -gt 0 -and ($kill -lt 2 -or @(Get-DoneId).Count -gt $before) }
            Start-Sleep -Milliseconds $random.Next(0, 120)
            $process.Kill()
            $process.WaitForExit()
            # The last row may be torn: only the complete ones before it must never be paid again.
            $done = @(Get-DoneId | Select-Object -SkipLast 1)
            $marker = $server.Requests.Count
            $paidAgain += , @($marker, $done)
        }

        & $powershell.FilePath @($powershell.ArgumentList) -NoProfile -NonInteractive -File $script | Should -BeNullOrEmpty

        $rows = @(if ($Extension -eq '.csv') { Import-Csv -LiteralPath $file } else { Get-Content -LiteralPath $file | ConvertFrom-Json })
        $rows | ForEach-Object Id | Sort-Object | Should -Be (1..$count | ForEach-Object { "T-$_" } | Sort-Object)
        foreach ($row in $rows) {
            $number = $row.Id.Substring(2)
            $row.Body | Should -BeExactly "line 1 of $number,`n`"line 2`"`n"
            $row.Text | Should -BeExactly "Answer $($row.Id) [40 ms]: $($row.Body)"
        }

        $asked = @(Get-SentBody $server | ForEach-Object { [regex]::Match($_.messages[-1].content, 'T-\d+').Value })
        foreach ($pair in $paidAgain) {
            $later = @($asked | Select-Object -Skip $pair[0])
            @($pair[1] | Where-Object { $_ -in $later }) | Should -BeNullOrEmpty -Because 'its answer was in the file'
        }

        Write-Information "$Extension`: $($asked.Count) calls for $count rows, 10 kills" -InformationAction Continue
    }
}
