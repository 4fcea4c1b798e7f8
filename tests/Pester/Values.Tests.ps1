#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSReviewUnusedParameter', '', Justification = 'The commands of these tests are there for their parameters.')]
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidGlobalFunctions', '', Justification = 'The model calls them by name.')]
[Diagnostics.CodeAnalysis.SuppressMessageAttribute('PSAvoidGlobalVars', '', Justification = 'What global functions and the tests share.')]
param()

# Values of PowerShell and .NET that must arrive unchanged: numbers, lists, rows of tables, XML.
BeforeAll {
    . $PSScriptRoot/Common.ps1
    $script:server = Open-TestServer

    function Clear-Server {
        Connect-Cohere -BaseUri "$($server.BaseUri)/prefix" -ApiKey 'a-key-for-tests'
        $server.Reset()
    }

    function ConvertTo-Table {
        $table = [System.Data.DataTable]::new('tickets')
        $null = $table.Columns.Add('Subject', [string])
        $null = $table.Columns.Add('Priority', [int])
        $null = $table.Columns.Add('Note', [string])
        $null = $table.Rows.Add('Disk is full', 1, [DBNull]::Value)
        $null = $table.Rows.Add('Printer jams', 2, 'third floor')
        , $table
    }
}

AfterAll {
    Restore-TestState
    $server.Dispose()
}

Describe 'The value of a tool argument' {
    BeforeAll {
        $global:ToolValues = [Collections.Generic.List[object]]::new()
        function global:Set-Amount {
            param([decimal] $Amount, [double] $Ratio, [long] $Id, [ulong] $Large, [bigint] $Huge, $Any, [decimal[]] $Many, [hashtable] $Table, [datetime] $When, [string] $Text)
            $global:ToolValues.Add($PSBoundParameters)
        }

        $script:session = Connect-Cohere -Emulator -PassThru
        function Invoke-Amount([string] $Json) {
            $global:ToolValues.Clear()
            $answer = Invoke-CohereChat "emulate:call Set_Amount $Json" -Tool Set-Amount -InvokeTool -AllowTool Set-Amount -Session $session
            $answer.ToolSteps[0]
        }
    }

    AfterAll {
        Remove-Item function:global:Set-Amount
        Remove-Variable ToolValues -Scope Global
        Disconnect-Cohere -Session $session
    }

    It 'is exact: <Json>' -ForEach @(
        @{ Json = '{"Amount": 99999999999999.99}'; Name = 'Amount'; Value = 99999999999999.99d; Shown = '-Amount 99999999999999.99' }
        @{ Json = '{"Amount": 0.1234567890123456789012345678}'; Name = 'Amount'; Value = 0.1234567890123456789012345678d; Shown = '-Amount 0.1234567890123456789012345678' }
        @{ Json = '{"Amount": 79228162514264337593543950335}'; Name = 'Amount'; Value = 79228162514264337593543950335d; Shown = '-Amount 79228162514264337593543950335' }
        @{ Json = '{"Amount": 1.5e3}'; Name = 'Amount'; Value = 1500d; Shown = '-Amount 1500' }
        @{ Json = '{"Ratio": 0.1}'; Name = 'Ratio'; Value = 0.1; Shown = '-Ratio 0.1' }
        @{ Json = '{"Ratio": 1.7976931348623157e308}'; Name = 'Ratio'; Value = [double]::MaxValue; Shown = '-Ratio 1.7976931348623157E+308' }
        @{ Json = '{"Ratio": 0.30000000000000004}'; Name = 'Ratio'; Value = 0.30000000000000004; Shown = '-Ratio 0.30000000000000004' }
        @{ Json = '{"Id": 9007199254740993}'; Name = 'Id'; Value = 9007199254740993; Shown = '-Id 9007199254740993' }
        @{ Json = '{"Id": 9007199254740993.0}'; Name = 'Id'; Value = 9007199254740993; Shown = '-Id 9007199254740993' }
        @{ Json = '{"Large": 18446744073709551615}'; Name = 'Large'; Value = [ulong]::MaxValue; Shown = '-Large 18446744073709551615' }
        @{ Json = '{"Huge": 123456789012345678901234567890123456789}'; Name = 'Huge'; Value = [bigint]::Parse('123456789012345678901234567890123456789'); Shown = '-Huge 123456789012345678901234567890123456789' }
        @{ Json = '{"Huge": 1e25}'; Name = 'Huge'; Value = [bigint]::Parse('10000000000000000000000000'); Shown = '-Huge 10000000000000000000000000' }
        @{ Json = '{"Any": 99999999999999.99}'; Name = 'Any'; Value = 99999999999999.99d; Shown = '-Any 99999999999999.99' }
        @{ Json = '{"Text": "007"}'; Name = 'Text'; Value = '007'; Shown = "-Text '007'" }
        @{ Json = '{"Any": "1e3"}'; Name = 'Any'; Value = '1e3'; Shown = "-Any '1e3'" }
    ) {
        $step = Invoke-Amount $Json

        $step.Outcome | Should -Be 'Succeeded'
        $ToolValues[0][$Name] | Should -BeExactly $Value
        $ToolValues[0][$Name].GetType() | Should -Be $Value.GetType()
        $step.CommandLine | Should -BeExactly "Set-Amount $Shown"
    }

    It 'is exact inside lists and hashtables' {
        $step = Invoke-Amount '{"Many": [99999999999999.99, 0.1], "Table": {"sum": 99999999999999.99, "ids": [9007199254740993]}}'

        $step.CommandLine | Should -BeLike '*@(99999999999999.99, 0.1)*'
        $ToolValues[0].Many | Should -Be 99999999999999.99d, 0.1d
        $ToolValues[0].Table.sum | Should -Be 99999999999999.99d
        $ToolValues[0].Table.ids | Should -Be 9007199254740993
    }

    It 'keeps the instant of a date' {
        $null = Invoke-Amount '{"When": "2026-01-31T08:00:00.1234567Z"}'

        $ToolValues[0].When.ToUniversalTime().ToString('o') | Should -Be '2026-01-31T08:00:00.1234567Z'
    }

    It 'is refused if the type of the parameter can''t hold it: <_>' -ForEach @(
        '{"Amount": 0.12345678901234567890123456789012345}'
        '{"Amount": 1e30}'
        '{"Amount": 1e-400}'
    ) {
        $step = Invoke-Amount $_

        $step.Outcome | Should -Be 'InvalidArguments'
        $step.Output | Should -BeLike '*too many digits*'
        $ToolValues.Count | Should -Be 0
    }
}

Describe 'A list in -Query and -Header' {
    BeforeEach { Clear-Server }

    It 'repeats the query parameter' {
        $null = Invoke-CohereApi '/v1/models' -Query ([ordered] @{ endpoint = 'chat', 'embed'; flag = @($true); none = @() })

        $server.LastRequest.Target | Should -Be '/prefix/v1/models?endpoint=chat&endpoint=embed&flag=true'
    }

    It 'joins the values of a header' {
        $null = Invoke-CohereApi '/v1/models' -Header @{ 'X-Tag' = 'a', 'b', 3 }

        $server.LastRequest.Headers['X-Tag'] | Should -Be 'a, b, 3'
    }

    It 'refuses <Why>' -ForEach @(
        @{ Why = 'a hashtable in -Query'; Name = 'filter'; Try = { Invoke-CohereApi '/v1/models' -Query @{ filter = @{ a = 1 } } } }
        @{ Why = 'an object in -Query'; Name = 'filter'; Try = { Invoke-CohereApi '/v1/models' -Query @{ filter = [pscustomobject] @{ a = 1 } } } }
        @{ Why = 'a list in a list in -Query'; Name = 'filter'; Try = { Invoke-CohereApi '/v1/models' -Query @{ filter = @(, @(1, 2)) } } }
        @{ Why = 'a script block in -Query'; Name = 'filter'; Try = { Invoke-CohereApi '/v1/models' -Query @{ filter = { 1 } } } }
        @{ Why = 'a hashtable in -Header'; Name = 'X-Tag'; Try = { Invoke-CohereApi '/v1/models' -Header @{ 'X-Tag' = @{ a = 1 } } } }
        @{ Why = 'an object in -Header'; Name = 'X-Tag'; Try = { Invoke-CohereApi '/v1/models' -Header @{ 'X-Tag' = [pscustomobject] @{ a = 1 } } } }
        @{ Why = 'a hashtable in Connect-Cohere -Header'; Name = 'X-Tag'; Try = { Connect-Cohere -BaseUri $server.BaseUri -ApiKey k -Header @{ 'X-Tag' = @{ a = 1 } } -PassThru } }
        @{ Why = 'a list in -Connection'; Name = 'BaseUri'; Try = { Connect-Cohere -Connection @{ ApiKey = 'k'; BaseUri = 'http://localhost:1', 'http://localhost:2' } -PassThru } }
    ) {
        $problem = Get-ErrorOf $Try

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
        $problem.Exception.Message | Should -BeLike "*'$Name'*"
        $server.Requests | Should -HaveCount 0
    }
}

Describe 'A row of a table' {
    BeforeEach { Clear-Server }

    It 'is a document with its columns: <Kind>' -ForEach @(
        @{ Kind = 'rows'; Make = { (ConvertTo-Table).Rows } }
        @{ Kind = 'a view'; Make = { (ConvertTo-Table).DefaultView } }
        @{ Kind = 'a table'; Make = { , (ConvertTo-Table) } }
    ) {
        $null = Invoke-CohereChat 'q' -Document (& $Make) -ErrorAction SilentlyContinue

        $documents = @(Get-SentBody $server)[0].documents
        $documents | Should -HaveCount 2
        $documents[0].data.Keys | Sort-Object | Should -Be 'Note', 'Priority', 'Subject'
        $documents[0].data.Note | Should -BeNullOrEmpty
        $documents[1].data.Note | Should -Be 'third floor'
    }

    It 'is text for rerank, with its columns only' {
        $null = (ConvertTo-Table).Rows | Invoke-CohereRerank -Query 'q' -ErrorAction SilentlyContinue

        $documents = @(Get-SentBody $server)[0].documents
        $documents | Should -HaveCount 2
        $documents[0] | Should -Match 'Subject: Disk is full'
        $documents[0] | Should -Not -Match 'RowState|ItemArray|HasErrors|Table'
    }

    It 'gives only its columns to -Property *' {
        $null = (ConvertTo-Table).Rows | New-CohereEmbedding -Property * -ErrorAction SilentlyContinue

        $texts = @(Get-SentBody $server)[0].texts
        $texts[0] | Should -Match 'Subject: Disk is full'
        $texts[0] | Should -Not -Match 'RowState|ItemArray|HasErrors|Table'
    }

    # PowerShell splits a table in the pipeline, but not one that is written with -NoEnumerate or given to a parameter.
    It 'is an input also if the table is one object: <Name>' -ForEach @(
        @{ Name = 'New-CohereEmbedding'; Run = { New-CohereEmbedding -InputObject $table -Property Subject } }
        @{ Name = 'Split-CohereText'; Run = { , $table | Split-CohereText -Property Subject } }
        @{ Name = 'Invoke-CohereClassification'; Run = { , $table | Invoke-CohereClassification -Property Subject -Example @{ disk = 'Disk a', 'Disk b'; printer = 'Printer a', 'Printer b' } -WarningAction SilentlyContinue } }
        @{ Name = 'ConvertTo-CohereToken'; Run = { , $table | ConvertTo-CohereToken } }
        @{ Name = 'Invoke-CohereChat'; Run = { , $table | Invoke-CohereChat -Prompt 'Classify: {Subject}' } }
        @{ Name = 'Invoke-CohereRerank'; Run = { , $table | Invoke-CohereRerank -Query disk -Property Subject } }
    ) {
        $session = Connect-Cohere -Emulator -PassThru
        $table = ConvertTo-Table

        & $Run | Should -HaveCount 2
        Disconnect-Cohere -Session $session
    }

    It 'is a document of a question also if the table is one object' {
        $null = , (ConvertTo-Table) | Invoke-CohereChat 'q' -ErrorAction SilentlyContinue

        @(Get-SentBody $server)[0].documents.data.Subject | Should -Be 'Disk is full', 'Printer jams'
    }

    It 'is a row of a dataset and a request of a batch also if the table is one object' {
        $session = Connect-Cohere -Emulator -PassThru
        $table = ConvertTo-Table
        $table.Columns['Subject'].ColumnName = 'text'

        (, $table | New-CohereDataset -Type embed-input -Name table | Wait-CohereDataset | Export-CohereDataset).text | Should -Be 'Disk is full', 'Printer jams'
        (, $table | Start-CohereBatch -Model command-a-03-2025 -Prompt 'Say {text}' -Name table | Wait-CohereBatch | Receive-CohereBatch) | Should -HaveCount 2
        Disconnect-Cohere -Session $session
    }

    It 'is a row of a dataset with its columns' {
        $state = Join-Path $TestDrive 'rows'
        $session = Connect-Cohere -Emulator -StatePath $state -PassThru
        $table = [System.Data.DataTable]::new()
        $null = $table.Columns.Add('text'); $null = $table.Columns.Add('label')
        $null = $table.Rows.Add('one', 'a'); $null = $table.Rows.Add('two', 'b')

        $dataset = $table.Rows | New-CohereDataset -Type embed-input -Name rows -KeepField label -Session $session | Wait-CohereDataset -Session $session
        $rows = $dataset | Export-CohereDataset -Session $session

        $rows.text | Should -Be 'one', 'two'
        $rows[0].PSObject.Properties.Name | Should -Not -Contain 'RowState'
        Disconnect-Cohere -Session $session
    }

    It 'is an object in a body' {
        $null = Invoke-CohereApi '/v1/x' -Body @{ row = (ConvertTo-Table).Rows[1]; table = (ConvertTo-Table) }

        $body = @(Get-SentBody $server)[0]
        $body.row.Keys | Sort-Object | Should -Be 'Note', 'Priority', 'Subject'
        $body.table | Should -HaveCount 2
        $body.table[0].Note | Should -BeNullOrEmpty
    }
}

Describe 'XML' {
    BeforeAll {
        $script:xml = [xml] '<r><leaf lang="en">Disk is full</leaf><note><to>Ann</to><body>Call me</body></note></r>'
    }

    BeforeEach { Clear-Server }

    It 'is its text: <Why>' -ForEach @(
        @{ Why = 'an element without elements'; Make = { $xml.r.SelectSingleNode('leaf') }; Text = 'Disk is full' }
        @{ Why = 'an attribute'; Make = { $xml.r.SelectSingleNode('leaf/@lang') }; Text = 'en' }
        @{ Why = 'an element with elements'; Make = { $xml.r.SelectSingleNode('note') }; Text = '<note><to>Ann</to><body>Call me</body></note>' }
        @{ Why = 'an XElement'; Make = { [System.Xml.Linq.XElement]::Parse('<leaf lang="en">Disk is full</leaf>') }; Text = 'Disk is full' }
        @{ Why = 'an XElement with elements'; Make = { [System.Xml.Linq.XElement]::Parse('<note><to>Ann</to><body>Call me</body></note>') }; Text = '<note><to>Ann</to><body>Call me</body></note>' }
    ) {
        $null = , (& $Make) | New-CohereEmbedding -ErrorAction SilentlyContinue
        $null = , (& $Make) | Invoke-CohereRerank -Query 'q' -ErrorAction SilentlyContinue
        $null = Invoke-CohereChat 'q' -Document (, (& $Make)) -ErrorAction SilentlyContinue
        $null = Invoke-CohereApi '/v1/x' -Body @{ value = (& $Make) } -ErrorAction SilentlyContinue

        $sent = Get-SentBody $server
        $sent[0].texts | Should -Be $Text
        $sent[1].documents | Should -Be $Text
        $sent[2].documents[0].data.text ?? $sent[2].documents[0] | Should -Be $Text
        $sent[3].value | Should -Be $Text
    }
}

Describe 'DBNull' {
    BeforeEach { Clear-Server }

    It 'is an input without text: <Why>' -ForEach @(
        @{ Why = 'embed'; Try = { [DBNull]::Value | New-CohereEmbedding } }
        @{ Why = 'rerank'; Try = { [DBNull]::Value | Invoke-CohereRerank -Query 'q' } }
        @{ Why = 'a document'; Try = { Invoke-CohereChat 'q' -Document ([DBNull]::Value) } }
    ) {
        (Get-ErrorOf $Try).FullyQualifiedErrorId | Should -BeLike 'CohereShell.EmptyInput,*'
    }
}

Describe 'The address of Invoke-CohereApi' {
    BeforeEach { Clear-Server }

    It 'can be a whole address of the session: <_>' -ForEach @('{0}/prefix/v1/models?page_size=2', '{0}/prefix//v1/models?page_size=2') {
        $null = Invoke-CohereApi ($_ -f ([string] $server.BaseUri).TrimEnd('/')) -ErrorAction SilentlyContinue

        $server.LastRequest.Target | Should -BeLike '/prefix/*v1/models?page_size=2'
    }

    It 'is refused before sending if it isn''t the session''s: <_>' -ForEach @(
        'https://example.com/v1/models'
        'https://example.com/prefix/v1/models'
        '{0}/v1/models'
        '{0}/prefixed/v1/models'
        '{0}@example.com/prefix/v1/models'
        'https://user@localhost/prefix/v1/models'
        '//example.com/v1/models'
        'ftp://localhost/prefix/v1/models'
    ) {
        $problem = Get-ErrorOf { Invoke-CohereApi ($_ -f ([string] $server.BaseUri).TrimEnd('/')) }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
        $problem.Exception.Message | Should -BeLike '*Nothing was sent*'
        $server.Requests | Should -HaveCount 0
    }
}

Describe 'The address of Connect-Cohere' {
    It 'is refused with a version: <Address>' -ForEach @(
        @{ Address = 'https://api.cohere.com/v2'; Right = 'https://api.cohere.com' }
        @{ Address = 'https://api.cohere.com/v1/'; Right = 'https://api.cohere.com' }
        @{ Address = 'https://gateway.example/cohere/v2/chat'; Right = 'https://gateway.example/cohere' }
        @{ Address = 'https://api.cohere.com/V1/embed-jobs'; Right = 'https://api.cohere.com' }
    ) {
        $problem = Get-ErrorOf { Connect-Cohere -BaseUri $Address -ApiKey 'k' -PassThru }

        $problem.FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidValue,*'
        "$($problem.Exception.Message) $($problem.ErrorDetails.RecommendedAction)" | Should -Match ([regex]::Escape($Right) + '(?![/\w])')
    }

    It 'is refused with a version in the environment' {
        Set-EnvironmentVariable @{ CO_API_URL = 'https://api.cohere.com/v2' }
        try {
            $problem = Get-ErrorOf { Connect-Cohere -ApiKey 'k' -PassThru }
            $problem.Exception.Message | Should -BeLike '*https://api.cohere.com*'
        }
        finally {
            Set-EnvironmentVariable @{ CO_API_URL = $null }
        }
    }

    It 'can end in a version at a gateway, with a warning that shows where a call goes' {
        $session = Connect-Cohere -BaseUri 'https://gateway.example/llm/v1' -ApiKey 'k' -PassThru -WarningVariable warned -WarningAction SilentlyContinue
        $session.BaseUri | Should -Be 'https://gateway.example/llm/v1'
        $warned | Should -HaveCount 1
        "$warned" | Should -Match 'https://gateway\.example/llm/v1/v2/chat\..*connect to https://gateway\.example/llm$'
        Disconnect-Cohere -Session $session

        Set-EnvironmentVariable @{ CO_API_URL = 'http://localhost:1/v1'; CO_API_KEY = 'a-key-for-tests' }
        Disconnect-Cohere
        try {
            $null = Get-CohereModel -MaxRetryCount 0 -WarningVariable warned -WarningAction SilentlyContinue -ErrorAction SilentlyContinue
            "$warned" | Should -Match "ends in '/v1'"
            $null = Get-CohereModel -MaxRetryCount 0 -WarningVariable again -WarningAction SilentlyContinue -ErrorAction SilentlyContinue
            $again | Should -BeNullOrEmpty
        }
        finally {
            Set-EnvironmentVariable @{ CO_API_URL = $null; CO_API_KEY = $null }
        }
    }

    It 'can have a prefix that looks similar' {
        $session = Connect-Cohere -BaseUri 'https://gateway.example/v2x/chat' -ApiKey 'k' -PassThru
        $session.BaseUri | Should -Be 'https://gateway.example/v2x/chat'
        Disconnect-Cohere -Session $session
    }
}

Describe 'A tool as output' {
    It 'becomes JSON quickly: <Why>' -ForEach @(
        @{ Why = 'a command'; Make = { New-CohereTool Get-ChildItem } }
        @{ Why = 'a script block'; Make = { New-CohereTool -Name Get_Sum -ScriptBlock { param([int] $Left) $Left } } }
    ) {
        $tool = & $Make
        $elapsed = [System.Diagnostics.Stopwatch]::StartNew()

        $json = $tool | ConvertTo-Json -Depth 10 -WarningAction SilentlyContinue
        $json.Length | Should -BeLessThan 30000
        ($json | ConvertFrom-Json).Name | Should -Be $tool.Name
        $tool | Export-Clixml (Join-Path $TestDrive 'tool.xml') -Depth 10
        (Get-Item (Join-Path $TestDrive 'tool.xml')).Length | Should -BeLessThan 60000
        ($tool | Format-List * | Out-String).Length | Should -BeLessThan 20000
        $elapsed.Elapsed.TotalSeconds | Should -BeLessThan 60
    }
}
