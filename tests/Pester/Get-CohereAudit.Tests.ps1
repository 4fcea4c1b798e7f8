#Requires -Module @{ ModuleName = 'Pester'; ModuleVersion = '5.5' }

BeforeAll {
    . $PSScriptRoot/Common.ps1

    function Write-Line {
        param([Parameter(Mandatory)] [string] $Path, [Parameter(ValueFromPipeline)] [hashtable] $Field)
        process {
            $line = @{ time = '2026-03-05T10:14:00Z'; user = 'alice'; computer = 'SRV1'; process = 7; session = 'ab12cd34'; attempts = 1; milliseconds = 1230 }
            foreach ($name in $Field.Keys) {
                $line[$name] = $Field[$name]
            }

            Add-Content -LiteralPath $Path -Value (ConvertTo-Json $line -Compress)
        }
    }

    function Get-Sentence {
        param([Parameter(Mandatory)] [hashtable] $Field)
        $path = Join-Path $TestDrive "$([guid]::NewGuid()).jsonl"
        $Field | Write-Line $path
        # The time depends on the time zone of the computer.
        (Get-CohereAudit $path).Summary -replace '^\d\d:\d\d '
    }
}

AfterAll { Restore-TestState }

Describe 'The sentence of an audit entry' {
    It 'is: <Expected>' -ForEach @(
        @{ Expected = 'alice on SRV1 (nightly-triage) asked command-a-03-2025: answered in 1.2 s, 120 tokens in, 30 out'
            Field = @{ client = 'nightly-triage'; operation = 'Chat'; path = '/v2/chat'; model = 'command-a-03-2025'; outcome = 'Success'; status = 200; inputTokens = 120; outputTokens = 30 } }
        @{ Expected = 'alice on SRV1 tried to delete dataset x-1: refused by policy (the operation isn''t allowed)'
            Field = @{ operation = 'DeleteDataset'; path = '/v1/datasets/x-1'; target = 'x-1'; outcome = 'Denied'; reason = 'Operation'; attempts = 0 } }
        @{ Expected = 'alice on SRV1 tried to ask command-a-03-2025: refused by the budget'
            Field = @{ operation = 'Chat'; model = 'command-a-03-2025'; outcome = 'BudgetExceeded'; attempts = 0 } }
        # A line of version 0.1 has neither a target nor a reason.
        @{ Expected = 'alice on SRV1 tried to delete dataset x-1: refused by policy'
            Field = @{ operation = 'DeleteDataset'; path = '/gateway/v1/datasets/x-1'; outcome = 'Denied' } }
        @{ Expected = 'alice on SRV1 embedded 96 inputs with embed-v4.0: done in 1.2 s, 1,200 tokens in'
            Field = @{ operation = 'Embed'; model = 'embed-v4.0'; inputs = 96; outcome = 'Success'; billedInputTokens = 1200 } }
        @{ Expected = 'alice on SRV1 ranked documents with rerank-v4.0-pro: done in 50 ms, 1 search unit'
            Field = @{ operation = 'Rerank'; model = 'rerank-v4.0-pro'; outcome = 'Success'; billedSearchUnits = 1; milliseconds = 50 } }
        @{ Expected = 'alice on SRV1 tried to ask command-a-03-2025: failed after 1.2 s (RateLimited, status 429), 6 attempts'
            Field = @{ operation = 'Chat'; model = 'command-a-03-2025'; outcome = 'RateLimited'; status = 429; attempts = 6 } }
        @{ Expected = 'alice on SRV1 tried to ask command-a-03-2025: canceled after 1.2 s'
            Field = @{ operation = 'Chat'; model = 'command-a-03-2025'; outcome = 'Cancelled' } }
        @{ Expected = 'alice on SRV1 tried to start an embed job with embed-multilingual-v3.0: no end was recorded: the process may have been killed, or the call is still running'
            Field = @{ operation = 'CreateEmbedJob'; model = 'embed-multilingual-v3.0'; outcome = 'Begun'; attempts = 0 } }
        @{ Expected = 'alice on SRV1 stopped batch b7: done in 1.2 s'
            Field = @{ operation = 'CancelBatch'; path = '/v2/batches/b7:cancel'; outcome = 'Success' } }
        @{ Expected = 'alice on SRV1: command-a-03-2025 ran the tool get_disk (Get-Volume): done in 1.2 s, allowed because it only reads'
            Field = @{ operation = 'InvokeTool'; tool = 'get_disk'; command = 'Get-Volume'; model = 'command-a-03-2025'; consent = 'ReadOnly'; outcome = 'Succeeded' } }
        @{ Expected = 'alice on SRV1: command-a-03-2025 ran the tool Remove_Item (Remove-Item): failed after 1.2 s, confirmed by the user'
            Field = @{ operation = 'InvokeTool'; tool = 'Remove_Item'; command = 'Remove-Item'; model = 'command-a-03-2025'; consent = 'Confirmed'; outcome = 'Failed' } }
        @{ Expected = 'alice on SRV1: command-a-03-2025 tried to run the tool Remove_Item (Remove-Item): refused because the user couldn''t be asked'
            Field = @{ operation = 'InvokeTool'; tool = 'Remove_Item'; command = 'Remove-Item'; model = 'command-a-03-2025'; consent = 'NobodyToAsk'; outcome = 'Refused' } }
        @{ Expected = 'alice on SRV1 called PUT /v9/x: done in 1.2 s'
            Field = @{ operation = 'Other'; method = 'PUT'; path = '/v9/x'; outcome = 'Success' } }
    ) {
        Get-Sentence $Field | Should -Be $Expected
    }

    It 'has the local time' {
        $path = Join-Path $TestDrive 'time.jsonl'
        @{ operation = 'ListModels'; outcome = 'Success' } | Write-Line $path
        (Get-CohereAudit $path).Summary | Should -BeLike "$(([datetime] '2026-03-05T10:14:00Z').ToString('HH:mm')) alice*"
    }

    It 'shows no line breaks and control characters of a file' {
        Get-Sentence @{ operation = 'Chat'; user = "a`nb$([char]27)[2Jc"; model = 'm'; outcome = 'Success' } | Should -Not -Match '[\x00-\x1f]'
    }
}

Describe 'Get-CohereAudit' {
    BeforeEach {
        $script:folder = New-Item -ItemType Directory -Path (Join-Path $TestDrive ([guid]::NewGuid()))
        $script:first = Join-Path $folder 'a.jsonl'
        $script:second = Join-Path $folder 'b.jsonl'
        @(
            @{ operation = 'Chat'; outcome = 'Success'; model = 'm'; client = 'nightly'; time = '2026-03-05T10:00:00+02:00'; billedSearchUnits = 1.5 }
            @{ operation = 'ListModels'; outcome = 'Success'; time = '2026-03-05T09:00:00Z' }
            @{ operation = 'Chat'; outcome = 'RateLimited'; status = 429; client = 'helpdesk'; time = '2026-03-06T10:00:00Z' }
        ) | Write-Line $first
        @{ operation = 'DeleteDataset'; outcome = 'Denied'; time = '2026-03-07T10:00:00Z' } | Write-Line $second
    }

    AfterEach { Disconnect-Cohere }

    It 'returns typed objects in the order of the file' {
        $entries = Get-CohereAudit -Path $first
        $entries.Operation | Should -Be 'Chat', 'ListModels', 'Chat'
        $entries.LineNumber | Should -Be 1, 2, 3
        $entries | ForEach-Object { $_ | Should -BeOfType CohereShell.AuditEntry }
        $entries[0].Time | Should -BeOfType datetimeoffset
        $entries[0].Time.UtcDateTime | Should -Be ([datetime]::new(2026, 3, 5, 8, 0, 0))
        $entries[0].Elapsed | Should -Be ([timespan]::FromMilliseconds(1230))
        $entries[0].BilledSearchUnits | Should -Be 1.5
        $entries[0].ProcessId | Should -Be 7
        $entries[2].StatusCode | Should -Be 429
        $entries[0].File | Should -Be $first
    }

    It 'reads what a session wrote: calls, refused calls and tools' {
        $path = Join-Path $folder 'session.jsonl'
        Connect-Cohere -Emulator -AuditPath $path -ClientName nightly -DenyOperation DeleteDataset
        $null = Invoke-CohereChat hello
        $null = Get-ErrorOf { Remove-CohereDataset x-1 -Confirm:$false }
        $null = Invoke-CohereChat "emulate:call Get_Date {}" -Tool Get-Date -InvokeTool
        # Without -Path, it is the file of the session.
        $entries = Get-CohereAudit
        $entries.Operation | Should -Be 'Chat', 'DeleteDataset', 'Chat', 'InvokeTool', 'Chat'
        $entries[0].Summary | Should -Match "^\d\d:\d\d .+ on .+ \(nightly\) asked command-a-03-2025: answered in .+ tokens? in, \d+ out$"
        $entries[0].UserName | Should -Be ([Environment]::UserName)
        $entries[0].ComputerName | Should -Be ([Environment]::MachineName)
        $entries[1].Summary | Should -BeLike "* tried to delete dataset x-1: refused by policy (the operation isn't allowed)"
        $entries[1].Target | Should -Be x-1
        $entries[1].Reason | Should -Be Operation
        $entries[3].Summary | Should -BeLike '*: command-a-03-2025 ran the tool Get_Date (Get-Date): done in *, allowed because it only reads'
    }

    It 'records the number of inputs of an embedding' {
        $path = Join-Path $folder 'session.jsonl'
        Connect-Cohere -Emulator -AuditPath $path
        $null = 'a', 'b', 'c' | New-CohereEmbedding
        (Get-CohereAudit).InputCount | Should -Be 3
        (Get-CohereAudit).Summary | Should -BeLike '* embedded 3 inputs with embed-v4.0: done in *'
    }

    It 'needs a path if the session has no audit file' {
        Connect-Cohere -Emulator
        (Get-ErrorOf { Get-CohereAudit }).FullyQualifiedErrorId | Should -BeLike 'CohereShell.InvalidCombination,*'
    }

    It 'reads several files: <How>' -ForEach @(
        @{ How = 'a wildcard'; Read = { Get-CohereAudit (Join-Path $folder '*.jsonl') } }
        @{ How = 'a list'; Read = { Get-CohereAudit -Path $first, $second } }
        @{ How = 'files from the pipeline'; Read = { Get-ChildItem $folder -Filter *.jsonl | Sort-Object Name | Get-CohereAudit } }
        @{ How = 'paths from the pipeline'; Read = { $first, $second | Get-CohereAudit } }
        @{ How = '-LiteralPath'; Read = { Get-CohereAudit -LiteralPath $first, $second } }
    ) {
        (& $Read).Operation | Should -Be 'Chat', 'ListModels', 'Chat', 'DeleteDataset'
    }

    It 'filters: <How>' -ForEach @(
        @{ How = '-Operation'; Expected = 'ListModels'; Read = { Get-CohereAudit $first -Operation List* } }
        @{ How = '-Outcome'; Expected = 'Chat'; Read = { Get-CohereAudit $first -Outcome ratelimited, Denied } }
        @{ How = '-ClientName'; Expected = 'Chat'; Read = { Get-CohereAudit $first -ClientName night* } }
        @{ How = '-ClientName *'; Expected = 'Chat', 'ListModels', 'Chat'; Read = { Get-CohereAudit $first -ClientName * } }
        @{ How = '-Since in UTC'; Expected = 'ListModels', 'Chat'; Read = { Get-CohereAudit $first -Since ([datetime]::new(2026, 3, 5, 9, 0, 0, [System.DateTimeKind]::Utc)) } }
        @{ How = '-Since as local time'; Expected = 'ListModels', 'Chat'; Read = { Get-CohereAudit $first -Since ([datetime]::new(2026, 3, 5, 9, 0, 0, [System.DateTimeKind]::Utc).ToLocalTime()) } }
        @{ How = '-Since with an offset'; Expected = 'ListModels', 'Chat'; Read = { Get-CohereAudit $first -Since ([datetimeoffset] '2026-03-05T11:00:00+02:00') } }
        @{ How = '-Until'; Expected = 'Chat'; Read = { Get-CohereAudit $first -Until ([datetime]::new(2026, 3, 5, 9, 0, 0, [System.DateTimeKind]::Utc)) } }
    ) {
        (& $Read).Operation | Should -Be $Expected
    }

    It 'skips damaged lines with one warning' {
        Add-Content -LiteralPath $first -Value '{"time":"2026-0', '', '[1]', '{"operation":"Chat"}', '{"time":"2026-03-05T10:14:00Z","operation":"Embed"} trailing', '{"time":"2026-03-05T10:14:00Z","operation":"Embed","status":1e99,"process":"x"}'
        $output = Get-CohereAudit $first 3>&1
        @($output | Where-Object { $_ -is [CohereShell.AuditEntry] }).Operation | Should -Be 'Chat', 'ListModels', 'Chat', 'Embed'
        $warnings = @($output | Where-Object { $_ -is [System.Management.Automation.WarningRecord] })
        $warnings | Should -HaveCount 1
        $warnings.Message | Should -Be "4 lines of '$first' aren't audit entries and were skipped. The first is line 4."
    }

    It 'reads a file while a session has it open for writing' {
        $writer = [System.IO.FileStream]::new($first, 'Open', 'ReadWrite', 'Read')
        try {
            (Get-CohereAudit $first).Count | Should -Be 3
        }
        finally {
            $writer.Dispose()
        }
    }

    It 'reports a file that does not exist, and reads the others' {
        $output = Get-CohereAudit -LiteralPath (Join-Path $folder none.jsonl), $second 2>&1
        $output[0].FullyQualifiedErrorId | Should -BeLike 'CohereShell.FileNotReadable,*'
        $output[1].Operation | Should -Be DeleteDataset
    }

    It 'stops reading when the pipeline does' {
        (Get-CohereAudit $first | Select-Object -First 1).LineNumber | Should -Be 1
    }

    It 'completes <Line>' -ForEach @(
        @{ Line = 'Get-CohereAudit -Operation InvokeT'; Expected = 'InvokeTool' }
        @{ Line = 'Get-CohereAudit -Operation DeleteD'; Expected = 'DeleteDataset' }
        @{ Line = 'Get-CohereAudit -Outcome Beg'; Expected = 'Begun' }
        @{ Line = 'Get-CohereAudit -Outcome RateL'; Expected = 'RateLimited' }
    ) {
        (TabExpansion2 $Line $Line.Length).CompletionMatches.CompletionText | Should -Contain $Expected
    }

    It 'shows the sentences under their date' {
        $shown = Get-CohereAudit $second | Out-String -Width 80
        $shown | Should -Match 'Date: 2026-03-0[678]'
        $shown | Should -Match '\d\d:\d\d alice on SRV1 tried to delete dataset without an id:\s+refused by policy'
    }

    It 'breaks the sentences between words, beside the time, at <Width> columns in culture "<Culture>"' -ForEach @(
        foreach ($culture in '', 'en-US', 'sv-SE', 'ja-JP') {
            foreach ($width in 60, 80, 120) {
                @{ Culture = $culture; Width = $width }
            }
        }
    ) {
        $path = Join-Path $folder 'long.jsonl'
        @(
            @{ client = 'nightly-triage'; operation = 'Chat'; model = 'command-a-03-2025'; outcome = 'Success'; status = 200; inputTokens = 120; outputTokens = 30 }
            @{ operation = 'CreateEmbedJob'; model = 'embed-multilingual-v3.0'; outcome = 'Begun'; attempts = 0 }
        ) | Write-Line $path
        $before = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = $Culture
            $lines = (Get-CohereAudit $path | Out-String -Width $Width) -split '\r?\n' | Where-Object { $_ -and $_ -notmatch 'Date: ' }
        }
        finally {
            [cultureinfo]::CurrentCulture = $before
        }

        $lines | ForEach-Object { $_ | Should -Match '^(\d\d:\d\d|     ) \S.*\S$' }
        $lines | ForEach-Object { $_.Length | Should -BeLessOrEqual $Width }
        $lines.Count | Should -BeGreaterThan 2
        # No word is broken, lost or repeated.
        $words = ($lines -join ' ') -replace '\s+', ' '
        $words | Should -Be (((Get-CohereAudit $path).Summary) -join ' ')
    }

    It 'can be exported to CSV' {
        $row = Get-CohereAudit $first | ConvertTo-Csv | ConvertFrom-Csv | Select-Object -First 1
        $row.Summary | Should -Match ' asked m: answered in '
        $row.BilledSearchUnits | Should -Be 1.5
    }
}
